"""Small Flow JSON texts that are right, for tests that are about something else."""

import json
from typing import Any


def flow_json(heading: str = "Hello", **members: Any) -> str:
    """A Flow of one screen. Further members go to the top, such as `data_api_version`."""
    footer = {"type": "Footer", "label": "Done", "on-click-action": {"name": "complete", "payload": {}}}
    layout = {"type": "SingleColumnLayout", "children": [{"type": "TextHeading", "text": heading}, footer]}
    screen = {"id": "ONE", "title": "One", "terminal": True, "data": {}, "layout": layout}
    return json.dumps({"version": "7.3", **members, "screens": [screen]}, indent=2, ensure_ascii=False)


def endpoint_flow_json(heading: str = "Hello") -> str:
    """The same Flow with an endpoint."""
    return flow_json(heading, data_api_version="3.0", routing_model={"ONE": []})


def broken_flow_json() -> str:
    """A Flow with one unknown component."""
    return flow_json().replace('"TextHeading"', '"TextHeadline"')
