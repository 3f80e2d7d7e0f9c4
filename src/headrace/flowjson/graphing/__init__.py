"""The graph of a Flow's screens: what it consists of, where it is drawn, and in which notation."""

from headrace.flowjson.graphing.graph import Edge, Graph, Screen, Way, graph_of
from headrace.flowjson.graphing.layered import Layout, Point, Size, layered
from headrace.flowjson.graphing.notations import to_dot, to_mermaid
from headrace.flowjson.graphing.svg import describe, layout_of, to_svg

__all__ = [
    "Edge",
    "Graph",
    "Layout",
    "Point",
    "Screen",
    "Size",
    "Way",
    "describe",
    "graph_of",
    "layered",
    "layout_of",
    "to_dot",
    "to_mermaid",
    "to_svg",
]
