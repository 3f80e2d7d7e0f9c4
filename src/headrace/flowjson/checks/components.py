"""Rules of single components that go beyond the type of a property."""

from collections.abc import Iterable
from typing import Any

from headrace.flowjson.catalogue.inputs import TYPES_WITH_PATTERN
from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.checks.findings import Findings, listed
from headrace.flowjson.checks.flow import Action, Flow, Node, Screen
from headrace.flowjson.checks.rules import rule
from headrace.flowjson.checks.values import NOT_IN_LIST
from headrace.flowjson.diagnostics import Path

CAPTION_ALONE = rule(
    "footer/caption-alone",
    "INVALID_DEPENDENCIES",
    "{component} should have property {missing} when property {present} is present.",
    absence=True,
)
CAPTIONS_TOGETHER = rule(
    "footer/captions-together",
    "NOT_KEYWORD_SCHEMA_VALIDATION_FAILED",
    "Properties '{property}' and [{others}] must be present exclusively at {component}.",
)
PATTERN_WITHOUT_HELP = rule(
    "text-input/pattern-without-helper-text",
    "MISSING_REQUIRED_PROPERTY",
    "Property 'helper-text' is required for property 'pattern' of TextInput '{name}'.",
    absence=True,
)
IMAGE_AND_COLOR = rule(
    "choices/image-and-color",
    "DATA_SOURCE_ITEMS_HAVE_BOTH_IMAGE_AND_COLOR",
    "The options of {type} '{name}' have images and colors; use one of the two for all of them.",
)
TWO_HANDLERS = rule(
    "choices/two-handlers",
    "INVALID_UPDATE_DATA_ACTION_PAYLOAD",
    "{type} '{name}' has '{slot}' itself and on its options; use one of the two places.",
)
CAROUSEL_TOO_LONG = rule(
    "media/carousel-too-long",
    "INVALID_PROPERTY_VALUE",
    "Property 'images' of ImageCarousel can have {limit} images, but has {count}.",
)
RICH_TEXT_ALONE = rule(
    "placement/rich-text-alone",
    "INVALID_RICHTEXT_PLACEMENT",
    "RichText must be the only component of screen '{screen}' in Flow JSON {version}.",
)
RICH_TEXT_PLACEMENT = rule(
    "placement/rich-text",
    "INVALID_COMPONENT_PLACEMENT",
    "On screen '{screen}' RichText must stand {allowed}.",
)
LIST_PLACEMENT = rule(
    "placement/navigation-list",
    "INVALID_COMPONENT_PLACEMENT",
    "On screen '{screen}' a NavigationList stands with other components; only a second NavigationList may.",
)

_RICH_TEXT_CODE_CHANGED = v("6.0")
_RICH_TEXT_WITH_FOOTER = v("6.3")
_CAPTIONS = ("left-caption", "center-caption", "right-caption")
_CHOICES = ("CheckboxGroup", "RadioButtonsGroup", "Dropdown")


def check_components(flow: Flow, findings: Findings) -> None:
    """Every component that has a rule of its own, and what may stand beside it."""
    for kind, rule_of_kind in _RULES.items():
        if kind in flow.kinds:
            for node in flow.of_kind(kind):
                rule_of_kind(node, findings)
    for screen in flow.screens:
        _handlers(screen.actions, findings)
    for screen in flow.screens_with("RichText"):
        _rich_text(screen, flow, findings)
    for screen in flow.screens_with("NavigationList"):
        _lists(screen, findings)


def _footer(node: Node, findings: Findings) -> None:
    present = [name for name in _CAPTIONS if name in node.value]
    if "center-caption" in present and len(present) > 1:
        others = ",".join(name for name in present if name != "center-caption")
        findings.add(
            CAPTIONS_TOGETHER, node.path, property="center-caption", others=others, component=node.kind
        )  # fmt: skip
    elif len(present) == 1 and present != ["center-caption"]:
        missing = "right-caption" if present == ["left-caption"] else "left-caption"
        findings.add(CAPTION_ALONE, node.path, component=node.kind, missing=missing, present=present[0])


def _text_input(node: Node, findings: Findings) -> None:
    if "pattern" not in node.value or "pattern" not in node.component.properties:
        return
    kind = node.value.get("input-type", "text")
    if kind in ("email", "phone"):
        findings.add(NOT_IN_LIST, (*node.path, "input-type"), values=listed(TYPES_WITH_PATTERN))
    elif "helper-text" not in node.value:
        findings.add(PATTERN_WITHOUT_HELP, node.path, name=node.name)


def _choices(node: Node, findings: Findings) -> None:
    images, colors = _members(node, "image"), _members(node, "color")
    if images and colors:
        findings.add(IMAGE_AND_COLOR, *colors, *images, type=node.kind, name=node.name)


def _members(node: Node, name: str) -> list[Path]:
    items = node.value.get("data-source")
    entries: Iterable[tuple[int, Any]] = enumerate(items) if isinstance(items, list) else ()
    return [(*node.path, "data-source", index, name) for index, one in entries if isinstance(one, dict) and name in one]


def _carousel(node: Node, findings: Findings) -> None:
    images = node.value.get("images")
    limit = node.component.properties["images"].max_items or 0
    if isinstance(images, list) and len(images) > limit:
        findings.add(CAROUSEL_TOO_LONG, (*node.path, "images"), limit=limit, count=len(images))


_RULES = {
    "Footer": _footer,
    "TextInput": _text_input,
    "ImageCarousel": _carousel,
    **dict.fromkeys(_CHOICES, _choices),
}


def _handlers(actions: list[Action], findings: Findings) -> None:
    """A handler stands on the component or on its options; a NavigationList has a rule of its own for that."""
    of_options = [action for action in actions if action.item is not None and action.slot != "on-click-action"]
    if not of_options:
        return
    of_component = {(id(action.node), action.slot) for action in actions if action.item is None}
    for action in of_options:
        if (id(action.node), action.slot) in of_component:
            node = action.node
            findings.add(TWO_HANDLERS, action.path, type=node.kind, name=node.name, slot=action.slot)


def _rich_text(screen: Screen, flow: Flow, findings: Findings) -> None:
    texts = [node for node in screen.of_kind("RichText") if not node.misplaced]
    if not texts:
        return
    others = [node for node in screen.nodes if node is not texts[0]]
    places = [(*node.path, "type") for node in texts]
    if flow.version < _RICH_TEXT_CODE_CHANGED:
        if others:
            findings.add(RICH_TEXT_ALONE, *places, screen=screen.label, version=flow.version)
    elif flow.version < _RICH_TEXT_WITH_FOOTER:
        if others:
            findings.add(RICH_TEXT_PLACEMENT, *places, screen=screen.label, allowed="alone")
    elif [node.kind for node in others] not in ([], ["Footer"]):
        findings.add(RICH_TEXT_PLACEMENT, *places, screen=screen.label, allowed="alone or with one Footer")


def _lists(screen: Screen, findings: Findings) -> None:
    lists = [node for node in screen.of_kind("NavigationList") if not node.misplaced]
    if lists and any(node.kind not in ("NavigationList", "Form") for node in screen.nodes):
        findings.add(LIST_PLACEMENT, *[(*node.path, "type") for node in lists], screen=screen.label)
