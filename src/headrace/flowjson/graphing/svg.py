"""The graph of screens as a picture: SVG that stands alone, and takes the colours of a page it is put into."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape

from headrace.flowjson.graphing.graph import Edge, Graph, Screen, Way
from headrace.flowjson.graphing.layered import Layout, Point, Size, layered

LETTER = 7.4
"""Width of a letter of an id, in pixels."""

HEIGHT = 56.0
_LONGEST = 26
_LABEL = 20

# Inside a page of ours its own tokens count; alone, the picture brings the same colours along, light and dark.
_STYLE = """
.flow-graph { --g-surface: #ffffff; --g-ink: #1b232e; --g-soft: #565e69; --g-edge: #857f73; --g-accent: #1b4f72;
  --g-page: #f7f6f2; --g-published: #1c6639; --g-blocked: #9c211c;
  font-family: "Atkinson Hyperlegible Next Variable", "Atkinson Hyperlegible Next", system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { .flow-graph { --g-surface: #191f27; --g-ink: #e9e7e2; --g-soft: #a6aeb9;
  --g-edge: #75808e; --g-accent: #8cc0e2; --g-page: #11151a; --g-published: #86d6a2; --g-blocked: #ff9c93; } }
.flow-graph .ground { fill: var(--page, var(--g-page)); }
.flow-graph .screen rect { fill: var(--surface, var(--g-surface)); stroke: var(--edge, var(--g-edge)); }
.flow-graph .screen .id { fill: var(--ink, var(--g-ink)); font: 650 12px var(--mono, ui-monospace, monospace); }
.flow-graph .screen .title, .flow-graph .label { fill: var(--soft, var(--g-soft)); font-size: 12px; }
.flow-graph .entry rect { stroke: var(--accent, var(--g-accent)); stroke-width: 2; }
.flow-graph .terminal rect { stroke: var(--published, var(--g-published)); stroke-width: 2; }
.flow-graph .unsuccessful rect { stroke: var(--soft, var(--g-soft)); }
.flow-graph .unreachable rect { stroke-dasharray: 5 4; }
.flow-graph .missing rect { fill: none; stroke: var(--blocked, var(--g-blocked)); stroke-dasharray: 5 4; }
.flow-graph .missing .id { fill: var(--blocked, var(--g-blocked)); }
.flow-graph .start { fill: var(--accent, var(--g-accent)); }
.flow-graph .edge { fill: none; stroke: var(--edge, var(--g-edge)); stroke-width: 1.5; }
.flow-graph .edge.endpoint { stroke-dasharray: 6 4; }
.flow-graph .edge.undeclared { stroke: var(--blocked, var(--g-blocked)); stroke-dasharray: 2 4; }
.flow-graph .tip { fill: var(--edge, var(--g-edge)); }
.flow-graph .tip.undeclared { fill: var(--blocked, var(--g-blocked)); }
.flow-graph .label { paint-order: stroke; stroke: var(--page, var(--g-page)); stroke-width: 4px; text-anchor: middle; }
""".strip()


def layout_of(graph: Graph) -> Layout:
    """Where every screen and edge of the graph comes to stand; the one layout for pictures, editor and canvas."""
    sizes = {screen.id: _size(screen) for screen in graph.screens}
    return layered(sizes, [(edge.source, edge.target) for edge in graph.edges])


def to_svg(graph: Graph, name: str = "Flow") -> str:
    """The picture. Every screen is a `<g class="screen" data-screen="ID">`, every edge names its source and target."""
    layout = layout_of(graph)
    width, height = (round(side) for side in layout.size)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow-graph" role="img" aria-label="{_attribute(name)}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f"<title>{_text(name)}</title>",
        f"<desc>{_text(describe(graph))}</desc>",
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" width="{width}" height="{height}"/>',
    ]
    parts += (_edge(edge, layout.edges[edge.source, edge.target]) for edge in graph.edges)
    parts += (_screen(screen, layout.nodes[screen.id]) for screen in graph.screens)
    screens = [(layout.nodes[screen.id], _size(screen)) for screen in graph.screens]
    parts += _labels(graph.edges, [layout.edges[edge.source, edge.target] for edge in graph.edges], screens)
    return "\n".join([*parts, "</svg>"]) + "\n"


def describe(graph: Graph) -> str:
    """The graph in words, for those who do not see it."""
    sentences = []
    for screen in graph.screens:
        targets = [edge.target for edge in graph.edges if edge.source == screen.id]
        leads = (
            f" leads to {', '.join(targets)}" if targets else " ends the Flow" if screen.terminal else " leads nowhere"
        )
        sentences.append(f"{screen.id}{leads}." if screen.exists else f"{screen.id} does not exist.")
    return " ".join(sentences)


def _size(screen: Screen) -> Size:
    letters = max(min(len(screen.id), _LONGEST), min(len(screen.title), _LONGEST), 8)
    return Size(letters * LETTER + 32, HEIGHT)


def _screen(screen: Screen, middle: Point) -> str:
    size = _size(screen)
    marks = {
        "entry": screen.entry and screen.exists,
        "terminal": screen.terminal,
        "unsuccessful": screen.terminal and not screen.success,
        "unreachable": not screen.reachable,
        "missing": not screen.exists,
    }
    classes = " ".join(["screen", *(name for name, holds in marks.items() if holds)])
    x, y = middle.x - size.width / 2, middle.y - size.height / 2
    note = screen.title if screen.exists else "does not exist"
    start = f'<circle class="start" cx="{x:.1f}" cy="{middle.y:.1f}" r="4"/>' if marks["entry"] else ""
    # A second border says: here it ends.
    inner = (
        f'<rect x="{x + 3:.1f}" y="{y + 3:.1f}" width="{size.width - 6:.1f}" height="{size.height - 6:.1f}" rx="7" '
        'style="stroke-width: 1; fill: none"/>'
        if screen.terminal
        else ""
    )
    return (
        f'<g class="{classes}" data-screen="{_attribute(screen.id)}"><title>{_text(screen.id)}: {_text(note)}</title>'
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{size.width:.1f}" height="{size.height:.1f}" rx="10"/>{inner}{start}'
        f'<text class="id" x="{x + 16:.1f}" y="{middle.y + (-4 if note else 4):.1f}">'
        f"{_text(_cut(screen.id, _LONGEST))}</text>"
        f'<text class="title" x="{x + 16:.1f}" y="{middle.y + 14:.1f}">{_text(_cut(note, _LONGEST))}</text></g>'
    )


def _edge(edge: Edge, points: list[Point]) -> str:
    """A smooth line that leaves and arrives level, with a tip at its end."""
    end, before = points[-1], points[-2]
    direction = 1 if end.x >= before.x else -1
    stop = Point(end.x - 7 * direction, end.y)
    path = f"M{points[0].x:.1f} {points[0].y:.1f}"
    for one, other in zip(points, [*points[1:-1], stop], strict=False):
        middle = (one.x + other.x) / 2
        path += f"C{middle:.1f} {one.y:.1f} {middle:.1f} {other.y:.1f} {other.x:.1f} {other.y:.1f}"
    tip = f"M{end.x:.1f} {end.y:.1f}l{-9 * direction} -4.5v9z"
    way = edge.way if edge.way is not Way.NAVIGATE else ""
    return (
        f'<path class="edge {way}" d="{path}" data-source="{_attribute(edge.source)}" '
        f'data-target="{_attribute(edge.target)}"/><path class="tip {way}" d="{tip}"/>'
    ).replace(' "', '"')


_STEPS = 8
"""Each piece of an edge is looked at in this many places."""

_MANY = 80
"""With more edges a label stands in the middle of its own: to look for a better place takes too long."""

_LINE = 14.0
"""Height of a label, in pixels."""


def _labels(
    edges: Sequence[Edge], ways: Sequence[Sequence[Point]], screens: Sequence[tuple[Point, Size]]
) -> Iterator[str]:
    """The labels of the edges, each on its own edge, off the screens, where it is farthest from the other edges and
    their labels."""
    samples = [list(_along(points)) for points in ways]
    placed: list[Point] = []
    for number, edge in enumerate(edges):
        if not edge.label:
            continue
        text = _cut(edge.label, _LABEL)
        half = len(text) * LETTER / 2
        others = [point for other, points in enumerate(samples) if other != number for point in points]

        def room(at: Point, half: float = half, others: Sequence[Point] = others) -> float:
            """How far the nearest other thing is from the label at a place; what is beside it counts by its end."""
            if any(
                abs(at.x - middle.x) < half + size.width / 2 and abs(at.y - 9 - middle.y) < _LINE / 2 + size.height / 2
                for middle, size in screens
            ):
                return 0.0
            near = [max(abs(at.x - one.x) - half, 0.0) + abs(at.y - one.y) for one in others]
            near += [max(abs(at.x - one.x) - 2 * half, 0.0) + abs(at.y - one.y) for one in placed]
            return min([*near, 3 * _LINE])

        middle = samples[number][len(samples[number]) // 2]
        places = samples[number] if len(edges) <= _MANY else [middle]
        best = max(places, key=lambda at: (room(at), -abs(at.x - middle.x), -at.x)) if len(places) > 1 else middle
        placed.append(best)
        yield f'<text class="label" x="{best.x:.1f}" y="{best.y - 5:.1f}">{_text(text)}</text>'


def _along(points: Sequence[Point]) -> Iterator[Point]:
    """Places on the smooth line of an edge, but for its ends."""
    for one, other in pairwise(points):
        for step in range(1, _STEPS):
            t = step / _STEPS
            level = t * t * (3 - 2 * t)
            across = 1.5 * t * (1 - t) + t**3
            yield Point(one.x + (other.x - one.x) * across, one.y + (other.y - one.y) * level)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _text(text: str) -> str:
    """Text for XML, which cannot hold control characters."""
    return escape("".join(mark if mark.isprintable() else " " for mark in text))


def _attribute(text: str) -> str:
    return _text(text).replace('"', "&quot;")
