"""What a phone shows: texts that fit, images that arrive, inputs that can be filled in."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from headrace.flowjson.catalogue import COMPONENTS
from headrace.flowjson.catalogue.inputs import LARGE_LABEL_LENGTH
from headrace.flowjson.catalogue.media import IMAGE_KB
from headrace.flowjson.catalogue.text import CUT_TEXTS
from headrace.flowjson.checks.data_model import EXAMPLE
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow, LongText, Node, Screen
from headrace.flowjson.checks.rules import advice_rule
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.pictures import ROW_IMAGE_KB, image_fault, row_image_kb

TEXT_CUT = advice_rule(
    "phone/text-cut",
    "Property '{property}' has {count} characters, {limit} are meant for it. A phone {does}.",
)
HEAVY_IMAGE = advice_rule(
    "phone/heavy-image", "The image has {size} KB. Above {limit} KB it shows late or not at all on a slow connection."
)
DISABLED = advice_rule(
    "phone/required-but-disabled",
    "{type} '{name}' is required, but nobody can fill it in while 'enabled' is false: the Footer stays disabled.",
)
INVISIBLE = advice_rule(
    "phone/required-but-invisible",
    "{type} '{name}' is required, but nobody sees it while 'visible' is false: it is sent without a value.",
)

NO_IMAGE_EXAMPLE = advice_rule(
    "phone/example-without-image",
    "The example of '{field}', which {type} shows, {has} no image a phone draws. {reason}",
)

TITLE_LENGTH = 30
"""Characters of a screen's title that fit beside the buttons of the top bar."""


def advise_on_phones(flow: Flow, findings: Findings) -> None:
    """Every text that is too long, every image, every required input."""
    for screen in flow.screens:
        title = screen.value.get("title")
        if isinstance(title, str) and len(title) > TITLE_LENGTH:
            _cut(LongText(title, TITLE_LENGTH, (*screen.path, "title"), None), findings)
        for long_text in screen.long_texts:
            _cut(long_text, findings)
        for node in screen.questions:
            if node.value.get("required") is True:
                for name, broken in (("enabled", DISABLED), ("visible", INVISIBLE)):
                    if node.value.get(name) is False:
                        findings.add(broken, (*node.path, name), type=node.kind, name=node.name)
        _examples(screen, flow, findings)
    option_kb = row_image_kb(flow.version)
    for node in flow.of_kind(*_WITH_PICTURES):
        for path, image, limit in _images(node, option_kb):
            kilobytes = len(image) * 3 // 4 // 1024
            if kilobytes > limit:
                findings.add(HEAVY_IMAGE, path, size=kilobytes, limit=limit)


def _examples(screen: Screen, flow: Flow, findings: Findings) -> None:
    """The examples of fields that are shown as images: a text, or a list with an image in each entry."""
    for node in screen.of_kind(*_SHOWN_AS_IMAGES):
        listed, way, limit = _SHOWN_AS_IMAGES[node.kind]
        largest_kb = limit or row_image_kb(flow.version)
        source = node.value.get(listed)
        entries = source if isinstance(source, list) else [source] if node.kind == "Image" else []
        for entry in entries:
            _example(entry if node.kind == "Image" else _inside(entry, way), (), node, screen, largest_kb, findings)
        if isinstance(source, str) and way:
            _example(source, way, node, screen, largest_kb, findings)


def _example(
    source: Any, way: tuple[str, ...], node: Node, screen: Screen, largest_kb: int, findings: Findings
) -> None:
    """The example of the field that `source` is bound to; in a list the images stand at the end of `way`."""
    field = re.fullmatch(r"\$\{data\.(\w+)\}", source) if isinstance(source, str) else None
    declared = (screen.data or {}).get(field[1]) if field else None
    example = declared.get(EXAMPLE) if isinstance(declared, dict) else None
    if field is None:
        return
    at = (*screen.path, "data", field[1], EXAMPLE)
    for path, text in [(at, example)] if not way else _images_inside(example, way, at):
        reason = image_fault(text, largest_kb) if isinstance(text, str) else ""
        if reason:
            has = "holds" if way else "is"
            findings.add(NO_IMAGE_EXAMPLE, path, field=field[1], type=node.kind, has=has, reason=reason)


def _images_inside(example: Any, way: tuple[str, ...], at: Path) -> Iterator[tuple[Path, Any]]:
    for index, entry in enumerate(example if isinstance(example, list) else ()):
        yield (*at, index, *way), _inside(entry, way)


def _inside(entry: Any, way: tuple[str, ...]) -> Any:
    for step in way:
        entry = entry.get(step) if isinstance(entry, dict) else None
    return entry


def _cut(one: LongText, findings: Findings) -> None:
    large = one.path[-1] == "label" and one.node is not None and one.node.value.get("label-variant") == "large"
    limit = LARGE_LABEL_LENGTH if large else one.limit
    if len(one.text) > limit and not one.text.startswith(("${", "`")):
        findings.add(TEXT_CUT, one.path, limit=limit, property=one.path[-1], count=len(one.text), does=_does_with(one))


def _does_with(one: LongText) -> str:
    kind = one.node.kind if one.node is not None else ""
    if one.path[-1] in CUT_TEXTS.get(kind, ()):
        return "cuts the rest"
    if kind == "NavigationList" and "list-items" in one.path:
        return "does not draw the list"
    return "leaves out what does not fit on its lines"


_SHOWN_AS_IMAGES: Mapping[str, tuple[str, tuple[str, ...], int | None]] = {
    "Image": ("src", (), IMAGE_KB),
    "ImageCarousel": ("images", ("src",), IMAGE_KB),
    "CheckboxGroup": ("data-source", ("image",), None),
    "RadioButtonsGroup": ("data-source", ("image",), None),
    "Dropdown": ("data-source", ("image",), None),
    "NavigationList": ("list-items", ("start", "image"), ROW_IMAGE_KB),
}
"""By component: its property with images, where in each entry of a list they stand, and how many KB one may have."""

_WITH_PICTURES = {
    "Image": ("", "src", IMAGE_KB),
    "ImageCarousel": ("images", "src", IMAGE_KB),
    "CheckboxGroup": ("data-source", "image", None),
    "RadioButtonsGroup": ("data-source", "image", None),
    "Dropdown": ("data-source", "image", None),
}
assert set(_WITH_PICTURES) <= set(COMPONENTS)


def _images(node: Node, option_kb: int) -> Iterator[tuple[Path, str, int]]:
    """The images that stand in a component, each with the kilobytes it may have."""
    listed, name, limit = _WITH_PICTURES[node.kind]
    if not listed:
        if isinstance(node.value.get(name), str):
            yield (*node.path, name), node.value[name], IMAGE_KB
        return
    items = node.value.get(listed)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict) and isinstance(item.get(name), str):
            yield (*node.path, listed, index, name), item[name], limit or option_kb
