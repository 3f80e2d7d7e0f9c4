"""Components one taps, the items of a NavigationList, and the actions themselves."""

from headrace.flowjson.catalogue.declarations import (
    ENABLED,
    FIRST,
    NAME,
    VISIBLE,
    Category,
    Component,
    Property,
    Shape,
    choice,
    clicks,
    flag,
    kind,
    objects,
    places,
    properties,
    text,
    texts,
)
from headrace.flowjson.catalogue.versions import v

NEXT = Shape("next", properties(text("type", dynamic=False, required=True), text("name", dynamic=False, required=True)))

_PAYLOAD = Property("payload", ("object",))

CLICK_ACTION = Shape(
    "click action",
    properties(
        text("name", dynamic=False, required=True),
        Property("next", ("object",), shape=NEXT),
        _PAYLOAD,
        text("url", since="6.0", format="uri"),
    ),
    note="`next` goes with navigate only, `url` with open_url only, which in turn takes no payload.",
)

SELECT_ACTION = Shape(
    "select action",
    properties(text("name", dynamic=False, required=True), Property("payload", ("object",), FIRST)),
)

ACTION_NAMES = {
    "navigate": v("2.1"),
    "data_exchange": v("2.1"),
    "complete": v("2.1"),
    "update_data": v("6.0"),
    "open_url": v("6.0"),
}
"""Every action, with its first version."""

MAIN_CONTENT = Shape(
    "main-content",
    properties(
        text("title", dynamic=False, required=True, min_length=1, max_length=30),
        text("description", dynamic=False, min_length=1, max_length=20),
        text("metadata", dynamic=False, min_length=1, max_length=80),
        since=v("6.2"),
    ),
    v("6.2"),
)

END = Shape(
    "end",
    properties(
        text("title", dynamic=False, min_length=1, max_length=10),
        text("description", dynamic=False, min_length=1, max_length=10),
        text("metadata", dynamic=False, min_length=1, max_length=10),
        since=v("6.2"),
    ),
    v("6.2"),
    "One or two of its members.",
)

START = Shape(
    "start",
    properties(
        text("image", dynamic=False, required=True, format="base64"),
        text("alt-text", dynamic=False, min_length=1),
        since=v("6.2"),
    ),
    v("6.2"),
)

NAVIGATION_ITEM = Shape(
    "list item",
    properties(
        text("id", dynamic=False, required=True),
        Property("main-content", ("object",), FIRST, shape=MAIN_CONTENT),
        Property("start", ("object",), shape=START),
        Property("end", ("object",), shape=END, note="Not with media-size large."),
        text("badge", dynamic=False, min_length=1, max_length=15, note="On one item of a list at most."),
        texts("tags", dynamic=False, max_length=15, min_items=1, max_items=3, max_items_is_error=True),
        flag("enabled", True, dynamic=False),
        clicks(data_exchange="6.2", navigate="6.2"),
        since=v("6.2"),
    ),
    v("6.2"),
)

COMPONENTS = (
    Component(
        "EmbeddedLink",
        properties(
            kind("EmbeddedLink"),
            text("text", required=True, min_length=1, max_length=25, cut_at=30, not_blank=True),
            clicks(required=True, data_exchange="2.1", navigate="2.1", open_url="6.0"),
            VISIBLE,
        ),
        category=Category.ACTION,
        places=places(layout="2.1", form="2.1", branches="4.0", cases="4.0"),
        max_per_screen=2,
    ),
    Component(
        "Footer",
        properties(
            kind("Footer"),
            text("label", required=True, min_length=1, max_length=35),
            text("left-caption", max_length=15),
            text("center-caption", max_length=15),
            text("right-caption", max_length=15),
            ENABLED,
            clicks(required=True, data_exchange="2.1", navigate="2.1", complete="2.1"),
        ),
        note="Left and right caption come together; the centre one stands alone.",
        category=Category.ACTION,
        places=places(layout="2.1", form="2.1", branches="4.0", cases="4.0"),
        max_per_screen=1,
    ),
    Component(
        "NavigationList",
        properties(
            kind("NavigationList"),
            NAME,
            objects("list-items", NAVIGATION_ITEM, min_items=1, max_items=20),
            text("label", max_length=80),
            text("description", max_length=300),
            choice("media-size", "regular", "large", dynamic=True, default="regular"),
            clicks(data_exchange="6.2", navigate="6.2"),
            since=v("6.2"),
        ),
        v("6.2"),
        "Nothing but another NavigationList stands beside it, and not on a terminal screen.",
        category=Category.ACTION,
        # The id of the tapped item, set before the action runs.
        value_type="string",
        places=places(layout="6.2", form="6.2"),
        max_per_screen=2,
        max_per_screen_since=v("6.2"),
    ),
)
