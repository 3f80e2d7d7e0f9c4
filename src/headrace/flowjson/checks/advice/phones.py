"""What a phone shows: texts that fit, images that arrive, inputs that can be filled in."""

import re
from collections.abc import Iterator

from headrace.flowjson.catalogue import COMPONENTS
from headrace.flowjson.catalogue.inputs import LARGE_LABEL_LENGTH
from headrace.flowjson.catalogue.media import IMAGE_KB
from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.checks.data_model import EXAMPLE
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow, LongText, Node, Screen
from headrace.flowjson.checks.rules import advice_rule
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.pictures import image_fault

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

NO_IMAGE_EXAMPLE = advice_rule(
    "phone/example-without-image", "The example of '{field}', which {type} shows, is no image a phone draws. {reason}"
)

TITLE_LENGTH = 30
"""Characters of a screen's title that fit beside the buttons of the top bar."""

OPTION_IMAGE_KB = 300
OPTION_IMAGE_KB_FROM_6 = 100
_SMALLER_SINCE = v("6.0")


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
        _examples(screen, findings)
    option_kb = OPTION_IMAGE_KB_FROM_6 if flow.version >= _SMALLER_SINCE else OPTION_IMAGE_KB
    for node in flow.of_kind(*_WITH_PICTURES):
        for path, image, limit in _images(node, option_kb):
            kilobytes = len(image) * 3 // 4 // 1024
            if kilobytes > limit:
                findings.add(HEAVY_IMAGE, path, size=kilobytes, limit=limit)


def _examples(screen: Screen, findings: Findings) -> None:
    """The examples of fields that an Image shows."""
    for node in screen.of_kind("Image"):
        source = node.value.get("src")
        field = re.fullmatch(r"\$\{data\.(\w+)\}", source) if isinstance(source, str) else None
        example = ((screen.data or {}).get(field[1]) or {}).get(EXAMPLE) if field else None
        reason = image_fault(example) if isinstance(example, str) else ""
        if field and reason:
            at = (*screen.path, "data", field[1], EXAMPLE)
            findings.add(NO_IMAGE_EXAMPLE, at, field=field[1], type=node.kind, reason=reason)


def _cut(one: LongText, findings: Findings) -> None:
    large = one.path[-1] == "label" and one.node is not None and one.node.value.get("label-variant") == "large"
    limit = LARGE_LABEL_LENGTH if large else one.limit
    if len(one.text) > limit and not one.text.startswith(("${", "`")):
        findings.add(TEXT_CUT, one.path, limit=limit, property=one.path[-1], count=len(one.text))


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
