"""Lays out a graph in layers from left to right, so that edges run forward, cross little and bend little.

Four steps, after Sugiyama: edges that close a cycle are turned round; every node gets the layer behind the last of its
predecessors; an edge over several layers gets a bend in each; the layers are sorted by the middle of the neighbours.
Then every node is drawn as near as possible to the middle of its neighbours, which is a least-squares problem with an
exact solution (pool adjacent violators).
"""

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

SWEEPS = 12
"""Times the nodes of all layers are put in order anew."""

MOST_BENDS = 4000
"""With more bends than these long edges run straight; only a graph that nobody could read has more."""


Edge = tuple[str, str]
"""Source and target."""


class Point(NamedTuple):
    x: float
    y: float


class Size(NamedTuple):
    width: float
    height: float


NO_SIZE = Size(0, 0)

GAP = Size(150, 28)
"""Pixels between two layers, and between two nodes of a layer."""


@dataclass(slots=True)
class Layout:
    """Where the middle of every node comes, the way of every edge (from border to border), and the size of it all."""

    nodes: dict[str, Point] = field(default_factory=dict)
    edges: dict[Edge, list[Point]] = field(default_factory=dict)
    size: Size = NO_SIZE


Key = str | tuple[str, str, int]
"""A node, or the bend of an edge in a layer."""


def layered(sizes: Mapping[str, Size], edges: Sequence[Edge], *, gap: Size = GAP, margin: float = 24) -> Layout:
    """Lays out the nodes; edges are between different nodes, each pair once. The same input gives the same picture."""
    turned = _turned(list(sizes), edges)
    forward = {edge: edge[::-1] if edge in turned else edge for edge in edges}
    layer_of = _layers(list(sizes), list(forward.values()))
    chains = _chains(forward, layer_of)
    rows = _rows(sizes, layer_of, chains)
    neighbours = _Neighbours(chains)
    rows = _sorted_rows(rows, neighbours)
    y = _heights(rows, neighbours, sizes, gap.height)
    return _Drawing(sizes, rows, y, chains, turned, gap, margin).layout()


def _turned(nodes: Sequence[str], edges: Sequence[Edge]) -> set[Edge]:
    """The edges that lead back to where a walk came from, and are turned round for the layers."""
    following: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        following[source].append(target)
    state: dict[str, int] = {}
    turned: set[Edge] = set()
    for start in nodes:
        stack = [start] if start not in state else []
        while stack:
            node = stack[-1]
            state.setdefault(node, 1)
            if not following[node]:
                state[node] = 2
                stack.pop()
                continue
            target = following[node].pop(0)
            if target not in state:
                stack.append(target)
            elif state[target] == 1:
                turned.add((node, target))
    return turned


def _layers(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """The layer of every node: one behind its last predecessor; a beginning stands close to what follows it."""
    before: dict[str, list[str]] = {node: [] for node in nodes}
    after: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        before[target].append(source)
        after[source].append(target)
    missing = {node: len(before[node]) for node in nodes}
    ready = [node for node in nodes if not missing[node]]
    layer_of: dict[str, int] = {}
    for node in ready:  # grows while it is walked
        layer_of[node] = max((layer_of[one] + 1 for one in before[node]), default=0)
        for target in after[node]:
            missing[target] -= 1
            if not missing[target]:
                ready.append(target)
    first = next((node for node in nodes if not before[node]), None)
    for node in nodes:
        if not before[node] and after[node] and node != first:
            layer_of[node] = max(0, min(layer_of[target] for target in after[node]) - 1)
    return layer_of


def _chains(forward: Mapping[Edge, Edge], layer_of: Mapping[str, int]) -> dict[Edge, list[Key]]:
    """Every edge as the row of its ends and bends, from left to right."""
    bends = sum(layer_of[target] - layer_of[source] - 1 for source, target in forward.values())
    chains: dict[Edge, list[Key]] = {}
    for edge, (source, target) in forward.items():
        between = range(layer_of[source] + 1, layer_of[target]) if bends <= MOST_BENDS else range(0)
        chains[edge] = [source, *((*edge, layer) for layer in between), target]
    return chains


def _rows(sizes: Mapping[str, Size], layer_of: Mapping[str, int], chains: Mapping[Edge, list[Key]]) -> list[list[Key]]:
    rows: list[list[Key]] = [[] for _ in range(max(layer_of.values(), default=-1) + 1)]
    for node in sizes:
        rows[layer_of[node]].append(node)
    for chain in chains.values():
        for bend in chain[1:-1]:
            assert isinstance(bend, tuple)
            rows[bend[2]].append(bend)
    return rows


class _Neighbours:
    def __init__(self, chains: Mapping[Edge, list[Key]]) -> None:
        self.left: dict[Key, list[Key]] = {}
        self.right: dict[Key, list[Key]] = {}
        for chain in chains.values():
            for one, other in pairwise(chain):
                self.right.setdefault(one, []).append(other)
                self.left.setdefault(other, []).append(one)


def _sorted_rows(rows: list[list[Key]], neighbours: _Neighbours) -> list[list[Key]]:
    """The rows in the order with the fewest crossings that sweeps to and fro have found."""
    best, fewest = rows, _crossings(rows, neighbours)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        rows = [list(row) for row in rows]
        forwards = sweep % 2 == 0
        side = neighbours.left if forwards else neighbours.right
        order = range(1, len(rows)) if forwards else range(len(rows) - 2, -1, -1)
        for index in order:
            fixed = {key: place for place, key in enumerate(rows[index - 1 if forwards else index + 1])}
            rows[index] = _by_middle(rows[index], side, fixed)
        crossings = _crossings(rows, neighbours)
        if crossings < fewest:
            best, fewest = rows, crossings
    return best


def _by_middle(row: list[Key], side: Mapping[Key, list[Key]], fixed: Mapping[Key, int]) -> list[Key]:
    """Sorts by the mean place of the neighbours; what has none keeps its place."""
    middle: dict[Key, float] = {}
    for place, key in enumerate(row):
        places = [fixed[neighbour] for neighbour in side.get(key, ()) if neighbour in fixed]
        middle[key] = sum(places) / len(places) if places else float(place)
    return sorted(row, key=lambda key: middle[key])


def _crossings(rows: list[list[Key]], neighbours: _Neighbours) -> int:
    total = 0
    for row, following in pairwise(rows):
        place = {key: index for index, key in enumerate(following)}
        seen: list[int] = []
        for key in row:
            targets = sorted(place[neighbour] for neighbour in neighbours.right.get(key, ()) if neighbour in place)
            total += sum(len(seen) - bisect_right(seen, target) for target in targets)
            for target in targets:
                insort(seen, target)
    return total


def _heights(rows: list[list[Key]], neighbours: _Neighbours, sizes: Mapping[str, Size], gap: float) -> dict[Key, float]:
    """The y of every middle: first packed, then pulled to the neighbours on one side and the other by turns."""
    tall = {key: (sizes[key].height if isinstance(key, str) else gap / 2) for row in rows for key in row}
    y: dict[Key, float] = {}
    for row in rows:
        at = -sum(tall[key] + gap for key in row) / 2
        for key in row:
            y[key] = at + tall[key] / 2
            at += tall[key] + gap
    for sweep in range(SWEEPS):
        forwards = sweep % 2 == 0
        side = neighbours.left if forwards else neighbours.right
        for row in rows if forwards else reversed(rows):
            wanted = []
            for key in row:
                near = [y[neighbour] for neighbour in side.get(key, ())]
                if not near or sweep >= SWEEPS - 2:
                    near = [
                        y[neighbour] for neighbour in (*neighbours.left.get(key, ()), *neighbours.right.get(key, ()))
                    ] or [y[key]]
                wanted.append(sum(near) / len(near))
            apart = [(tall[one] + tall[other]) / 2 + gap for one, other in pairwise(row)]
            weights = [1.0 if isinstance(key, str) else 4.0 for key in row]  # bends ought to be none
            for key, place in zip(row, _nearest(wanted, apart, weights), strict=True):
                y[key] = place
    return y


def _nearest(wanted: Sequence[float], apart: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The places nearest to those wanted (in the least-squares sense) that keep their order and distances."""
    offsets = [0.0]
    for distance in apart:
        offsets.append(offsets[-1] + distance)
    pools: list[tuple[float, float, int]] = []  # mean, weight, number of members
    for value, offset, weight in zip(wanted, offsets, weights, strict=False):
        pool = (value - offset, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            mean, heavy, count = pools.pop()
            total = heavy + pool[1]
            pool = ((mean * heavy + pool[0] * pool[1]) / total, total, count + pool[2])
        pools.append(pool)
    places: list[float] = []
    for mean, _, count in pools:
        places += [mean + offset for offset in offsets[len(places) : len(places) + count]]
    return places


class _Drawing:
    """From places in rows to points on the page."""

    def __init__(
        self,
        sizes: Mapping[str, Size],
        rows: list[list[Key]],
        y: dict[Key, float],
        chains: Mapping[Edge, list[Key]],
        turned: set[Edge],
        gap: Size,
        margin: float,
    ) -> None:
        self.sizes, self.y, self.chains, self.turned = sizes, y, chains, turned
        self.x: dict[Key, float] = {}
        at = margin
        for row in rows:
            wide = max((sizes[key].width for key in row if isinstance(key, str)), default=0)
            for key in row:
                self.x[key] = at + wide / 2
            at += wide + gap.width
        tops = [y[node] - sizes[node].height / 2 for node in sizes]
        bottoms = [y[node] + sizes[node].height / 2 for node in sizes]
        bends = [height for key, height in y.items() if not isinstance(key, str)]
        self.top = margin - min([*tops, *bends], default=0)
        bottom = max([*bottoms, *bends], default=0) + self.top + margin
        self.size = Size(max(at - gap.width + margin, 2 * margin), bottom)

    def layout(self) -> Layout:
        nodes = {node: Point(self.x[node], self.y[node] + self.top) for node in self.sizes}
        out = self._ports(nodes, leaving=True)
        into = self._ports(nodes, leaving=False)
        routes: dict[Edge, list[Point]] = {}
        for edge, chain in self.chains.items():
            points = [out[edge], *(self._point(bend) for bend in chain[1:-1]), into[edge]]
            routes[edge] = points[::-1] if edge in self.turned else points
        return Layout(nodes, routes, self.size)

    def _point(self, key: Key) -> Point:
        return Point(self.x[key], self.y[key] + self.top)

    def _ports(self, nodes: Mapping[str, Point], *, leaving: bool) -> dict[Edge, Point]:
        """Where the edges touch a node's side: side by side, in the order of where they come from or go to."""
        sides: dict[str, list[tuple[float, Edge]]] = {}
        for edge, chain in self.chains.items():
            node = chain[0] if leaving else chain[-1]
            assert isinstance(node, str)
            sides.setdefault(node, []).append((self.y[chain[1] if leaving else chain[-2]], edge))
        ports: dict[Edge, Point] = {}
        for node, side in sides.items():
            size, middle = self.sizes[node], nodes[node]
            x = middle.x + (size.width / 2 if leaving else -size.width / 2)
            step = min(12.0, (size.height - 12) / len(side))
            for index, (_, edge) in enumerate(sorted(side)):
                ports[edge] = Point(x, middle.y + (index - (len(side) - 1) / 2) * step)
        return ports
