"""The graph of screens: what is in it, and that its drawing is sound for any graph."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import corpus_documents
from tests.flowjson.generating import VALUES
from tests.flowjson.test_diffing import ENDPOINT_FLOW, STATIC_FLOW, changed

from headrace.flowjson.document import parse
from headrace.flowjson.gallery import TEMPLATES
from headrace.flowjson.graphing import (
    Edge,
    Layout,
    Screen,
    Size,
    Way,
    describe,
    graph_of,
    layered,
    to_dot,
    to_mermaid,
    to_svg,
)
from headrace.flowjson.graphing.layered import Point
from headrace.flowjson.graphing.svg import HEIGHT, _along, layout_of

NAMES = st.text("ABCDE", min_size=1, max_size=2)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, Size], list[tuple[str, str]]]:
    sizes = draw(st.dictionaries(NAMES, st.builds(Size, st.floats(40, 300), st.floats(20, 90)), max_size=20))
    if len(sizes) < 2:
        return sizes, []
    ends = st.sampled_from(sorted(sizes))
    edges = draw(st.lists(st.tuples(ends, ends).filter(lambda edge: edge[0] != edge[1]), unique=True, max_size=40))
    return sizes, edges


@given(graphs())
def test_layout_is_sound(graph: tuple[dict[str, Size], list[tuple[str, str]]]) -> None:
    sizes, edges = graph
    layout = layered(sizes, edges)
    assert set(layout.nodes) == set(sizes)
    assert set(layout.edges) == set(edges)
    boxes = [_box(layout, sizes, node) for node in sizes]
    for index, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0
        assert top >= 0
        assert right <= layout.size.width
        assert bottom <= layout.size.height
        for other in boxes[index + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
    for (source, target), points in layout.edges.items():
        _touches(points[0], _box(layout, sizes, source))
        _touches(points[-1], _box(layout, sizes, target))
        assert all(0 <= y <= layout.size.height for _, y in points)
    assert layered(sizes, edges) == layout


def _box(layout: Layout, sizes: dict[str, Size], node: str) -> tuple[float, float, float, float]:
    (x, y), (width, height) = layout.nodes[node], sizes[node]
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _touches(point: tuple[float, float], box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = box
    assert min(abs(point[0] - left), abs(point[0] - right)) < 1e-6
    assert top - 1e-6 <= point[1] <= bottom + 1e-6


def test_edges_run_forward_without_a_cycle() -> None:
    edges = [("A", "B"), ("B", "C"), ("A", "C"), ("C", "D"), ("X", "D")]
    layout = layered(dict.fromkeys("ABCDX", Size(100, 50)), edges)
    assert all(layout.nodes[source].x < layout.nodes[target].x for source, target in edges)
    assert layout.nodes["X"].x == layout.nodes["C"].x  # close to what follows it


def test_no_crossing_where_none_is_needed() -> None:
    edges = [("A", "D"), ("B", "C"), ("R", "A"), ("R", "B")]
    layout = layered(dict.fromkeys("RABCD", Size(100, 50)), edges)
    above = layout.nodes["A"].y < layout.nodes["B"].y
    assert (layout.nodes["D"].y < layout.nodes["C"].y) == above


def test_a_line_of_screens_is_straight() -> None:
    layout = layered(dict.fromkeys("ABCD", Size(100, 50)), [("A", "B"), ("B", "C"), ("C", "D")])
    assert len({round(point.y, 6) for point in layout.nodes.values()}) == 1


def test_a_hundred_screens_with_all_their_edges_are_laid_out() -> None:
    names = [f"S{index}" for index in range(100)]
    edges = [(one, other) for one in names for other in names if one < other]
    assert len(layered(dict.fromkeys(names, Size(100, 50)), edges).edges) == len(edges)


def test_graph_of_an_endpoint_flow() -> None:
    graph = graph_of(ENDPOINT_FLOW)
    assert graph.screens == (
        Screen("SERVICE", "Service", entry=True),
        Screen("TIME", "Time"),
        Screen("ABOUT", "About"),
        Screen("REVIEW", "Review", terminal=True),
    )
    assert graph.edges == (
        Edge("SERVICE", "ABOUT", Way.NAVIGATE, "About us"),
        Edge("SERVICE", "TIME", Way.ENDPOINT),
        Edge("TIME", "REVIEW", Way.ENDPOINT),
    )


def test_graph_shows_what_is_wrong() -> None:
    def spoil(flow: dict[str, Any]) -> None:
        flow["routing_model"]["SERVICE"] = ["TIME", "NOWHERE"]
        flow["screens"].append({"id": "ISLAND", "terminal": True, "success": False})
        flow["routing_model"]["TIME"] = ["REVIEW"]
        flow["routing_model"]["REVIEW"] = ["ISLAND"]
        flow["routing_model"]["ISLAND"] = ["REVIEW"]
        flow["routing_model"]["TIME"] = []

    graph = graph_of(changed(ENDPOINT_FLOW, spoil)[0])
    screens = {screen.id: screen for screen in graph.screens}
    assert not screens["NOWHERE"].exists
    assert not screens["ISLAND"].reachable
    assert not screens["REVIEW"].reachable
    assert not screens["ISLAND"].success
    ways = {(edge.source, edge.target): edge.way for edge in graph.edges}
    assert ways["SERVICE", "ABOUT"] is Way.UNDECLARED
    assert ways["SERVICE", "NOWHERE"] is Way.ENDPOINT
    assert "NOWHERE does not exist." in describe(graph)


def test_notations() -> None:
    graph = graph_of(STATIC_FLOW)
    assert to_mermaid(graph) == (
        'flowchart LR\n  s0(["FIRST<br/>First"])\n  s1[["LAST<br/>Last"]]\n  s0 -->|"Next"| s1\n'
    )
    assert to_dot(graph) == (
        "digraph flow {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n"
        '  "FIRST" [label="FIRST\\nFirst", penwidth=2];\n  "LAST" [label="LAST\\nLast", peripheries=2];\n'
        '  "FIRST" -> "LAST" [label="Next"];\n}\n'
    )


def test_hostile_texts_are_escaped() -> None:
    nasty = 'a"<script>alert(1)</script>#&\\ \x1b\0\n]]>'
    flow = {"screens": [{"id": nasty, "title": nasty}, {"id": "B"}], "routing_model": {nasty: ["B"]}}
    graph = graph_of(flow)
    root = ElementTree.fromstring(to_svg(graph, nasty))
    assert not [element for element in root.iter() if element.tag.endswith("script")]
    assert "<script" not in to_mermaid(graph)
    assert to_mermaid(graph).count('"') == 4
    assert "\x1b" not in to_mermaid(graph) + to_svg(graph)
    labels = [line for line in to_dot(graph).splitlines() if "label" in line]
    assert len(labels) == 2


@given(VALUES, VALUES, VALUES)
def test_anything_has_a_graph(one: Any, other: Any, model: Any) -> None:
    for flow in (one, {"screens": [one, other], "routing_model": model}, {"screens": {"id": one}}):
        graph = graph_of(json.loads(json.dumps(flow)))
        ElementTree.fromstring(to_svg(graph))
        to_mermaid(graph)
        to_dot(graph)


@pytest.mark.parametrize("path", corpus_documents("official", "valid", "unknown", "broken"), ids=lambda path: path.stem)
def test_corpus_is_drawn(path: Path) -> None:
    graph = graph_of(parse(path.read_bytes()).value)
    root = ElementTree.fromstring(to_svg(graph))
    space = "{http://www.w3.org/2000/svg}"
    drawn = [group.get("data-screen") for group in root.iter(f"{space}g")]
    assert drawn == [screen.id for screen in graph.screens]
    assert len([one for one in root.iter(f"{space}path") if one.get("data-source")]) == len(graph.edges)


def test_every_label_stands_at_its_own_edge_and_on_no_screen() -> None:
    graph = graph_of(json.loads(TEMPLATES["components"].text()))
    layout = layout_of(graph)
    labels = re.findall(r'<text class="label" x="([\d.]+)" y="([\d.]+)">([^<]*)<', to_svg(graph))
    assert {"Rich text", "Send a document"} <= {words for _, _, words in labels}  # rows and buttons
    labelled = [edge for edge in graph.edges if edge.label]
    assert len(labels) == len(labelled)
    for (left, base, _), edge in zip(labels, labelled, strict=True):
        at = Point(float(left), float(base) + 5)

        def away(other: Edge, at: Point = at) -> float:
            points = _along(layout.edges[other.source, other.target])
            return min(abs(point.x - at.x) + abs(point.y - at.y) for point in points)

        assert min(graph.edges, key=away) == edge
        for screen in graph.screens:
            middle = layout.nodes[screen.id]
            assert abs(middle.x - at.x) > 30 or abs(middle.y - at.y) > HEIGHT / 2
