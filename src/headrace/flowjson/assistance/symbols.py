"""The names an author gives (screens, components, fields of data), and every place that uses one."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from headrace.flowjson.assistance.cursor import Part
from headrace.flowjson.assistance.inventory import Inventory, ScreenEntry
from headrace.flowjson.assistance.surroundings import ObjectKind, Surroundings
from headrace.flowjson.catalogue.containers import SCREEN
from headrace.flowjson.diagnostics import Path, Span
from headrace.flowjson.document import Document
from headrace.flowjson.expressions.references import Reference, find_references
from headrace.flowjson.traversal import actions_within, texts_within

__all__ = ["Name", "NameKind", "Segment", "Use", "name_at", "payload_target", "segment_at", "uses_of"]

_BY_NAME = ("init-values", "error-messages")


class NameKind(StrEnum):
    SCREEN = "screen"
    COMPONENT = "component"
    FIELD = "field"


class Name(NamedTuple):
    """A name an author gave. `screen` is the screen it belongs to, of a screen the screen itself."""

    kind: NameKind
    screen: str
    text: str


class Use(NamedTuple):
    """A place where a name stands: offsets without quotes. One of them is its declaration."""

    start: int
    end: int
    is_declaration: bool = False


class Segment(NamedTuple):
    """One of the words of a `${…}` at the cursor; `depth` counts them from 0, offsets are those of the document."""

    reference: Reference
    depth: int
    start: int
    end: int
    reference_start: int

    def around(self, offset: int) -> tuple[int, int]:
        """From where to where an answer about this offset goes: the word, or at the braces the whole reference."""
        if self.start <= offset <= self.end:
            return self.start, self.end
        return self.reference_start, self.reference_start + len(self.reference.text)


def name_at(around: Surroundings, inventory: Inventory) -> tuple[Name, Use] | None:
    """The name at the cursor, wherever it is declared or used, and the place an answer about it goes to."""
    token = around.cursor.token
    if token is None or around.inner is None:
        return None
    if segment := segment_at(around):
        name = _of_segment(segment, inventory.screen_around(around))
        return (name, Use(*segment.around(around.cursor.offset))) if name else None
    here = inventory.screen_around(around)
    content = token.content
    name = _of_key(around, inventory, here, content) if around.cursor.part is Part.KEY else None
    if around.cursor.part is Part.VALUE and token.kind == "text":
        name = _of_value(around, here, content)
    return (name, Use(token.content_start, token.content_end)) if name and content else None


def segment_at(around: Surroundings) -> Segment | None:
    """The word of a reference the cursor stands at; at the braces, the last one."""
    token, offset = around.cursor.token, around.cursor.offset
    if token is None or token.kind != "text" or around.cursor.part is not Part.VALUE:
        return None
    for reference in find_references(token.content):
        start = token.content_start + reference.start
        if not start <= offset <= start + len(reference.text):
            continue
        segments = list(_segments(reference, start))
        return next((segment for segment in segments if segment.start <= offset <= segment.end), segments[-1])
    return None


def uses_of(name: Name, document: Document) -> list[Use]:
    """Every place where a name stands, in the order of the text."""
    inventory = Inventory(document)
    screen = inventory.screen(name.screen)
    found = {
        NameKind.SCREEN: _uses_of_screen,
        NameKind.COMPONENT: _uses_of_component,
        NameKind.FIELD: _uses_of_field,
    }[name.kind](name, document, screen)
    return sorted({*found, *_uses_in_references(name, document, screen)})


def _segments(reference: Reference, start: int) -> Iterator[Segment]:
    at = start + 2
    for index, word in enumerate(reference.path):
        yield Segment(reference, index, at, at + len(word), start)
        at += len(word) + 1


def _of_segment(segment: Segment, here: ScreenEntry | None) -> Name | None:
    reference, index = segment.reference, segment.depth
    owner = reference.screen or (here.id if here else "")
    if reference.screen is not None:
        if index == 1:
            return Name(NameKind.SCREEN, reference.screen, reference.screen)
        index -= 2
    if index != 1 or not owner:
        return None
    kind = NameKind.FIELD if reference.source == "data" else NameKind.COMPONENT
    return Name(kind, owner, reference.steps[0])


def _of_key(around: Surroundings, inventory: Inventory, here: ScreenEntry | None, key: str) -> Name | None:
    kind = around.inner.kind if around.inner else ObjectKind.OPEN
    if kind is ObjectKind.ROUTES:
        return Name(NameKind.SCREEN, key, key)
    if kind is ObjectKind.FIELDS and here and here.id and key != "required":
        return Name(NameKind.FIELD, here.id, key)
    if kind is ObjectKind.NAMED and here and here.id:
        return Name(NameKind.COMPONENT, here.id, key)
    if kind is ObjectKind.PAYLOAD:
        target = payload_target(around, inventory)
        return Name(NameKind.FIELD, target.id, key) if target and target.id and target.field(key) else None
    return None


def _of_value(around: Surroundings, here: ScreenEntry | None, content: str) -> Name | None:
    node, step = around.inner, around.cursor.step
    assert node is not None
    is_screen = (
        (node.kind is ObjectKind.SCREEN and step == "id")
        or node.kind is ObjectKind.TARGETS
        or (node.shape is not None and node.shape.name == "next" and step == "name")
    )
    if is_screen:
        return Name(NameKind.SCREEN, content, content)
    if not here or not here.id:
        return None
    if node.kind is ObjectKind.COMPONENT and step == "name":
        return Name(NameKind.COMPONENT, here.id, content)
    if node.kind is ObjectKind.TEXTS and node.prop is SCREEN.properties["sensitive"]:
        return Name(NameKind.COMPONENT, here.id, content)
    if node.kind is ObjectKind.OPEN and around.cursor.steps[2:] == ("data", "required"):
        return Name(NameKind.FIELD, here.id, content)
    return None


def payload_target(around: Surroundings, inventory: Inventory) -> ScreenEntry | None:
    """The screen whose data the payload around the cursor fills: the target of navigate, or this one of update_data.

    Read from the value of the document, since `next` may stand behind the payload.
    """
    value = inventory.document.value
    steps = around.cursor.steps
    for step in steps[: steps.index("payload")] if "payload" in steps else ():
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    if not isinstance(value, dict):
        return None
    if value.get("name") == "update_data":
        return inventory.screen_around(around)
    following = value.get("next") if value.get("name") == "navigate" else None
    target = following.get("name") if isinstance(following, dict) else None
    return inventory.screen(target) if isinstance(target, str) else None


def _uses_of_screen(name: Name, document: Document, screen: ScreenEntry | None) -> Iterator[Use]:
    flow = document.value
    if not isinstance(flow, dict):
        return
    if screen:
        yield _inside(document, document.span((*screen.path, "id")), is_declaration=True)
    for path, action in actions_within(flow.get("screens"), ("screens",)):
        following = action.get("next")
        if action.get("name") == "navigate" and isinstance(following, dict) and following.get("name") == name.text:
            yield _inside(document, document.span((*path, "next", "name")))
    model = flow.get("routing_model")
    for source, targets in (model if isinstance(model, dict) else {}).items():
        if source == name.text:
            yield _inside(document, document.key_span(("routing_model", source)))
        for index, target in enumerate(targets if isinstance(targets, list) else ()):
            if target == name.text:
                yield _inside(document, document.span(("routing_model", source, index)))


def _uses_of_component(name: Name, document: Document, screen: ScreenEntry | None) -> Iterator[Use]:
    for placed in screen.components if screen else ():
        if placed.value.get("name") == name.text:
            yield _inside(document, document.span((*placed.path, "name")), is_declaration=True)
        for member in _BY_NAME:
            values = placed.value.get(member)
            if isinstance(values, dict) and name.text in values:
                yield _inside(document, document.key_span((*placed.path, member, name.text)))
    if screen:
        yield from _listed(document, screen.value.get("sensitive"), (*screen.path, "sensitive"), name.text)


def _uses_of_field(name: Name, document: Document, screen: ScreenEntry | None) -> Iterator[Use]:
    if screen is None:
        return
    data = screen.value.get("data")
    if isinstance(data, dict):
        if name.text in data:
            yield _inside(document, document.key_span((*screen.path, "data", name.text)), is_declaration=True)
        yield from _listed(document, data.get("required"), (*screen.path, "data", "required"), name.text)
    for path, action in actions_within(document.value.get("screens"), ("screens",)):
        payload, following = action.get("payload"), action.get("next")
        if not isinstance(payload, dict) or name.text not in payload:
            continue
        target = following.get("name") if isinstance(following, dict) else None
        leads_here = action.get("name") == "navigate" and target == name.screen
        if leads_here or (action.get("name") == "update_data" and path[:2] == screen.path):
            yield _inside(document, document.key_span((*path, "payload", name.text)))


def _uses_in_references(name: Name, document: Document, screen: ScreenEntry | None) -> Iterator[Use]:
    flow = document.value
    screens = flow.get("screens") if isinstance(flow, dict) else None
    for path, text in texts_within(screens, ("screens",)):
        if "${" not in text or name.text not in text:
            continue
        span = document.span(path)
        for reference in find_references(document.text[span.start : span.end]):
            yield from _uses_in_reference(name, reference, span.start, path, screen)


def _uses_in_reference(
    name: Name, reference: Reference, offset: int, path: Path, screen: ScreenEntry | None
) -> Iterator[Use]:
    segments = list(_segments(reference, offset + reference.start))
    if name.kind is NameKind.SCREEN:
        if reference.screen == name.text:
            yield Use(segments[1].start, segments[1].end)
        return
    source = "data" if name.kind is NameKind.FIELD else "form"
    local = reference.screen is None and screen is not None and path[:2] == screen.path
    if (local or reference.screen == name.screen) and reference.source == source and reference.steps[0] == name.text:
        segment = segments[1 if reference.screen is None else 3]
        yield Use(segment.start, segment.end)


def _listed(document: Document, values: object, path: Path, wanted: str) -> Iterator[Use]:
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if value == wanted:
            yield _inside(document, document.span((*path, index)))


def _inside(document: Document, span: Span, *, is_declaration: bool = False) -> Use:
    """A text without its quotes."""
    text = document.text[span.start : span.end]
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return Use(span.start + quoted, span.end - quoted, is_declaration)
