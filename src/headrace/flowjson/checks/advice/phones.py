"""What a phone shows: texts that fit, images that arrive, inputs that can be filled in."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from headrace.flowjson.catalogue import COMPONENTS, Property, Shape
from headrace.flowjson.catalogue.inputs import LARGE_LABEL_LENGTH
from headrace.flowjson.catalogue.media import IMAGE_KB
from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow, Node
from headrace.flowjson.checks.rules import advice_rule
from headrace.flowjson.diagnostics import Path

TEXT_CUT = advice_rule(
    "phone/text-cut", "A phone shows {limit} characters of property '{property}', which has {count}: the rest is cut."
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

TITLE_LENGTH = 30
"""Characters of a screen's title that fit beside the buttons of the top bar."""

OPTION_IMAGE_KB = 300
OPTION_IMAGE_KB_FROM_6 = 100
_SMALLER_SINCE = v("6.0")


def advise_on_phones(flow: Flow, findings: Findings) -> None:
    """Every text with a limit, every image, every required input."""
    option_kb = OPTION_IMAGE_KB_FROM_6 if flow.version >= _SMALLER_SINCE else OPTION_IMAGE_KB
    for screen in flow.screens:
        title = screen.value.get("title")
        if isinstance(title, str):
            _text(title, TITLE_LENGTH, (*screen.path, "title"), findings)
        for node in screen.nodes:
            _texts(node.value, node.component, node.path, findings, large=node.value.get("label-variant") == "large")
            for path, image, limit in _images(node, option_kb) if node.kind in _WITH_PICTURES else ():
                kilobytes = len(image) * 3 // 4 // 1024
                if kilobytes > limit:
                    findings.add(HEAVY_IMAGE, path, size=kilobytes, limit=limit)
            if node.value.get("required") is True:
                for name, broken in (("enabled", DISABLED), ("visible", INVISIBLE)):
                    if node.value.get(name) is False:
                        findings.add(broken, (*node.path, name), type=node.kind, name=node.name)


@lru_cache(maxsize=256)
def _limited(shape: Shape) -> dict[str, tuple[Property, int]]:
    """The properties of a shape with a length, or with objects that have some."""
    return {
        prop.name: (prop, prop.cut_at or prop.max_length or 0)
        for prop in shape.properties.values()
        if prop.max_length or prop.cut_at or (prop.shape and _limited(prop.shape))
    }


def _texts(value: Mapping[str, Any], shape: Shape, path: Path, findings: Findings, *, large: bool = False) -> None:
    limited = _limited(shape)
    for name, text in value.items():
        if name not in limited:
            continue
        prop, limit = limited[name]
        if isinstance(text, str) and len(text) <= limit:
            continue
        place = (*path, prop.name)
        if isinstance(text, str):
            _text(text, LARGE_LABEL_LENGTH if large and prop.name == "label" else limit, place, findings)
        elif isinstance(text, dict):
            if prop.shape:
                _texts(text, prop.shape, place, findings)
            else:
                for member, one in text.items():
                    _text(one, limit, (*place, member), findings)
        elif isinstance(text, list):
            for index, one in enumerate(text):
                if prop.shape and isinstance(one, dict):
                    _texts(one, prop.shape, (*place, index), findings)
                else:
                    _text(one, limit, (*place, index), findings)


def _text(text: Any, limit: int, path: Path, findings: Findings) -> None:
    if isinstance(text, str) and limit and len(text) > limit and not text.startswith(("${", "`")):
        findings.add(TEXT_CUT, path, limit=limit, property=path[-1], count=len(text))


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
