"""Components that hold components, and the objects around them: the file, its screens, their layout."""

import re

from headrace.flowjson.catalogue.declarations import (
    FIRST,
    Category,
    Component,
    Property,
    Shape,
    flag,
    kind,
    places,
    properties,
    text,
)
from headrace.flowjson.catalogue.versions import Version, v
from headrace.protocol import SUCCESS

_PLAIN_SCREEN_IDS_SINCE = v("7.0")

SCREEN_ID_BEFORE_7_0 = r"^[a-zA-Z,_]+$"
"""Letters and underscores; by accident also commas, and underscores alone."""

SCREEN_ID = r"^(?!_+$)[a-zA-Z_]+$"
"""Letters and underscores, at least one letter."""


def is_screen_id(text: str, version: Version) -> bool:
    """Whether a screen may be called so."""
    pattern = SCREEN_ID if version >= _PLAIN_SCREEN_IDS_SINCE else SCREEN_ID_BEFORE_7_0
    return re.fullmatch(pattern, text) is not None


CASE_KEY = r"^[a-zA-Z][a-zA-Z0-9\-_]*$"

RESERVED_SCREEN_IDS = frozenset({SUCCESS.lower(), SUCCESS})
"""SUCCESS is what an endpoint answers to end a Flow; the validator compares with the lower case word."""

MAX_SCREENS = 100
MAX_BRANCHES = 10
MAX_IF_LEVELS = 3
MAX_COMPONENTS = 100
"""Components of a screen beyond which Meta's validator refuses it."""

DOCUMENTED_COMPONENTS = 50
"""Components a screen may have according to Meta's documentation."""


def _components(name: str, *, required: bool = True, **more: int) -> Property:
    return Property(name, ("array",), FIRST if required else None, holds_components=True, **more)  # type: ignore[arg-type]


LAYOUT = Component(
    "SingleColumnLayout",
    properties(kind("SingleColumnLayout"), _components("children")),
    category=Category.LAYOUT,
    max_per_screen=1,
)

COMPONENTS = (
    Component(
        "Form",
        properties(
            kind("Form"),
            text("name", dynamic=False, required=True, min_length=1, not_blank=True),
            _components("children"),
            Property("init-values", ("object",), None, FIRST, note="From component name to value."),
            Property("error-messages", ("object",), None, FIRST, note="From component name to text."),
        ),
        note="Has no picture of its own. Before 4.0 every input stands in one.",
        category=Category.CONTAINER,
        places=places(layout="2.1"),
        max_per_screen=1,
        max_per_screen_since=v("7.0"),
    ),
    Component(
        "If",
        properties(
            kind("If"),
            Property("condition", ("string", "boolean"), FIRST, FIRST),
            _components("then", min_items=1),
            _components("else", required=False),
            since=v("4.0"),
        ),
        v("4.0"),
        category=Category.CONTAINER,
        places=places(layout="4.0", form="4.0", branches="4.0", cases=None),
    ),
    Component(
        "Switch",
        properties(
            kind("Switch"),
            text("value", required=True),
            Property("cases", ("object",), FIRST, holds_cases=True, min_items=1),
            since=v("4.0"),
        ),
        v("4.0"),
        category=Category.CONTAINER,
        places=places(layout="4.0", form="4.0", branches="4.0"),
    ),
)

SCREEN = Shape(
    "screen",
    properties(
        text("id", dynamic=False, required=True, min_length=1, pattern=SCREEN_ID),
        # The documentation calls the title optional; Meta's validator has been asking for it, from 5.0 on for a
        # filled one.
        Property("title", ("string",), v("5.0"), v("4.0")),
        # Documented as required everywhere, asked for from 6.0 on.
        Property("layout", ("object",), v("6.0")),
        Property("data", ("object",)),
        flag("terminal", dynamic=False),
        flag("success", True, dynamic=False, since="3.1"),
        flag("refresh_on_back", dynamic=False),
        Property("sensitive", ("array",), since=v("5.1"), item_type="string", min_items=1),
    ),
)

ROOT = Shape(
    "Flow",
    properties(
        text("version", dynamic=False, required=True),
        Property("screens", ("array",), FIRST, min_items=1, max_items=MAX_SCREENS),
        text("data_api_version", dynamic=False),
        Property("routing_model", ("object",)),
        Property("data_channel_uri", ("string",), until=v("2.1"), format="uri"),
    ),
)
