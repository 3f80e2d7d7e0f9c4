"""The graph of screens in the notations of other tools: Mermaid for Markdown, DOT for Graphviz."""

from headrace.flowjson.graphing.graph import Edge, Graph, Screen, Way

_MERMAID_ARROWS = {Way.NAVIGATE: "-->", Way.ENDPOINT: "-.->", Way.UNDECLARED: "--x"}
_DOT_STYLES = {Way.NAVIGATE: "", Way.ENDPOINT: "style=dashed", Way.UNDECLARED: "style=dotted, color=red"}


def to_mermaid(graph: Graph) -> str:
    """A flowchart. Entry screens have round ends, terminal ones a double border."""
    numbers = {screen.id: f"s{index}" for index, screen in enumerate(graph.screens)}
    lines = ["flowchart LR"]
    for screen in graph.screens:
        opening, closing = ("([", "])") if screen.entry else ("[[", "]]") if screen.terminal else ("[", "]")
        lines.append(f'  {numbers[screen.id]}{opening}"{_mermaid(_caption(screen, "<br/>"))}"{closing}')
    for edge in graph.edges:
        label = f'|"{_mermaid(_plain(edge.label))}"|' if edge.label else ""
        lines.append(f"  {numbers[edge.source]} {_MERMAID_ARROWS[edge.way]}{label} {numbers[edge.target]}")
    return "\n".join(lines) + "\n"


def to_dot(graph: Graph) -> str:
    """A directed graph for Graphviz."""
    lines = ["digraph flow {", "  rankdir=LR;", "  node [shape=box, style=rounded];"]
    for screen in graph.screens:
        style = ", peripheries=2" if screen.terminal else ""
        style += ", penwidth=2" if screen.entry else ""
        style += ", color=red, style=dashed" if not screen.exists else ""
        lines.append(f"  {_dot(screen.id)} [label={_dot(_caption(screen, chr(10)))}{style}];")
    lines += (f"  {_dot(edge.source)} -> {_dot(edge.target)}{_dot_attributes(edge)};" for edge in graph.edges)
    return "\n".join([*lines, "}"]) + "\n"


def _dot_attributes(edge: Edge) -> str:
    attributes = [f"label={_dot(edge.label)}" if edge.label else "", _DOT_STYLES[edge.way]]
    wanted = ", ".join(filter(None, attributes))
    return f" [{wanted}]" if wanted else ""


def _caption(screen: Screen, between: str) -> str:
    note = screen.title if screen.exists else "does not exist"
    return f"{_plain(screen.id)}{between}{_plain(note)}" if note else _plain(screen.id)


def _plain(text: str) -> str:
    return "".join(mark if mark.isprintable() else " " for mark in text)


def _mermaid(caption: str) -> str:
    """Text within quotes; the line break of a caption stays."""
    lines = [line.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;") for line in caption.split("<br/>")]
    return "<br/>".join(lines)


def _dot(caption: str) -> str:
    lines = [_plain(line).replace("\\", "\\\\").replace('"', '\\"') for line in caption.split("\n")]
    return '"' + "\\n".join(lines) + '"'
