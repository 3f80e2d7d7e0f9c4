"""What happens on a tap or a choice.

Made from the catalogue by `tools/generate_authoring.py`; change the catalogue or that, not this file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from headrace.flowjson.authoring.model import Action, Model, action_shape
from headrace.flowjson.authoring.references import Text
from headrace.flowjson.authoring.screens import Screen
from headrace.flowjson.catalogue.actions import CLICK_ACTION, NEXT, SELECT_ACTION

__all__ = ["Complete", "DataExchange", "Navigate", "Next", "OpenUrl", "UpdateData"]


@dataclass(kw_only=True, repr=False)
class Next(Model):
    """The screen an action leads to. Its id, or the Screen, is short for it."""

    SHAPE = NEXT

    name: str
    type: str = "screen"


@dataclass(kw_only=True, repr=False)
class Navigate(Action):
    """Shows another screen."""

    SHAPE = action_shape("navigate", CLICK_ACTION, "next", "payload")

    name: Literal["navigate"] = "navigate"
    next: str | Screen | Next
    payload: Mapping[str, Any] | None = None


@dataclass(kw_only=True, repr=False)
class DataExchange(Action):
    """Asks the endpoint, whose answer names the screen to show."""

    SHAPE = action_shape("data_exchange", CLICK_ACTION, "payload")

    name: Literal["data_exchange"] = "data_exchange"
    payload: Mapping[str, Any] | None = None


@dataclass(kw_only=True, repr=False)
class Complete(Action):
    """Ends the Flow; its payload becomes the response."""

    SHAPE = action_shape("complete", CLICK_ACTION, "payload")

    name: Literal["complete"] = "complete"
    payload: Mapping[str, Any] | None = None


@dataclass(kw_only=True, repr=False)
class UpdateData(Action):
    """Changes data of the screen. Since 6.0."""

    SHAPE = action_shape("update_data", SELECT_ACTION, "payload")

    name: Literal["update_data"] = "update_data"
    payload: Mapping[str, Any]


@dataclass(kw_only=True, repr=False)
class OpenUrl(Action):
    """Opens a page in the browser. Since 6.0."""

    SHAPE = action_shape("open_url", CLICK_ACTION, "url")

    name: Literal["open_url"] = "open_url"
    url: Text
