"""Links, the button at the foot of a screen, and lists that lead on.

Made from the catalogue by `tools/generate_authoring.py`; change the catalogue or that, not this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from headrace.flowjson.authoring.actions import Complete, DataExchange, Navigate, OpenUrl
from headrace.flowjson.authoring.model import Component, Input, Model, Raw
from headrace.flowjson.authoring.references import Bound, Flag, Text
from headrace.flowjson.catalogue import COMPONENTS
from headrace.flowjson.catalogue.actions import END, MAIN_CONTENT, NAVIGATION_ITEM, START

__all__ = ["EmbeddedLink", "End", "Footer", "MainContent", "NavigationItem", "NavigationList", "Start"]


@dataclass(kw_only=True, repr=False)
class MainContent(Model):
    """The texts of a row of a NavigationList. Since 6.2.

    title: Up to 30 characters.
    description: Up to 20 characters.
    metadata: Up to 80 characters.
    """

    SHAPE = MAIN_CONTENT

    title: str
    description: str | None = None
    metadata: str | None = None


@dataclass(kw_only=True, repr=False)
class Start(Model):
    """The picture in front of a row of a NavigationList. Since 6.2."""

    SHAPE = START

    image: str | bytes
    alt_text: str | None = None


@dataclass(kw_only=True, repr=False)
class End(Model):
    """The texts at the end of a row of a NavigationList. Since 6.2.

    One or two of its members.

    title: Up to 10 characters.
    description: Up to 10 characters.
    metadata: Up to 10 characters.
    """

    SHAPE = END

    title: str | None = None
    description: str | None = None
    metadata: str | None = None


@dataclass(kw_only=True, repr=False)
class NavigationItem(Model):
    """A row of a NavigationList. Since 6.2.

    end: Not with media-size large.
    badge: Up to 15 characters. On one item of a list at most.
    tags: Up to 15 characters; 1 to 3 entries.
    enabled: By default True.
    """

    SHAPE = NAVIGATION_ITEM

    id: str
    main_content: MainContent | Raw
    start: Start | Raw | None = None
    end: End | Raw | None = None
    badge: str | None = None
    tags: Sequence[str] | None = None
    enabled: bool | None = None
    on_click_action: DataExchange | Navigate | Raw | None = None


@dataclass(kw_only=True, repr=False)
class EmbeddedLink(Component):
    """A link between the components.

    At most 2 on a screen.

    text: Up to 25 characters; cut at 30.
    on_click_action: open_url since 6.0.
    visible: By default True.
    """

    SHAPE = COMPONENTS["EmbeddedLink"]

    type: Literal["EmbeddedLink"] = "EmbeddedLink"
    text: Text
    on_click_action: DataExchange | Navigate | OpenUrl | Raw
    visible: Flag | None = None


@dataclass(kw_only=True, repr=False)
class Footer(Component):
    """The button at the foot of a screen.

    Left and right caption come together; the centre one stands alone. At most 1 on a screen.

    label: Up to 35 characters.
    left_caption: Up to 15 characters.
    center_caption: Up to 15 characters.
    right_caption: Up to 15 characters.
    enabled: By default True.
    """

    SHAPE = COMPONENTS["Footer"]

    type: Literal["Footer"] = "Footer"
    label: Text
    on_click_action: DataExchange | Navigate | Complete | Raw
    left_caption: Text | None = None
    center_caption: Text | None = None
    right_caption: Text | None = None
    enabled: Flag | None = None


@dataclass(kw_only=True, repr=False)
class NavigationList(Input):
    """A list of rows that lead on. Since 6.2.

    Nothing but another NavigationList stands beside it, and not on a terminal screen. At most 2 on a screen.

    name: Unique on its screen. Letters, digits and underscores are safe in every kind of reference.
    list_items: 1 to 20 entries.
    label: Up to 80 characters.
    description: Up to 300 characters.
    media_size: By default `regular`.
    """

    SHAPE = COMPONENTS["NavigationList"]

    type: Literal["NavigationList"] = "NavigationList"
    name: str
    list_items: Sequence[NavigationItem | Raw] | Bound
    label: Text | None = None
    description: Text | None = None
    media_size: Literal["regular", "large"] | Bound | None = None
    on_click_action: DataExchange | Navigate | Raw | None = None
