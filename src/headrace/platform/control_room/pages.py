"""The control room as pages: everything on one, and a page for each entry of the log. They work without scripts."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment
from markupsafe import Markup, escape
from starlette.responses import Response

from headrace.platform.box import Box
from headrace.platform.control_room.log import Filters, Page
from headrace.platform.control_room.snapshots import list_snapshots
from headrace.protocol.numbers import MESSAGING_TIERS
from headrace.ui.pages import render, serve_static, templates

serve_static("control_room", Path(__file__).parent / "static")

_KINDS = {"call": "Graph API", "exchange": "exchange", "ping": "ping", "webhook": "webhook"}
_TITLES = {"call": "Call", "exchange": "Exchange", "ping": "Ping", "webhook": "Webhook"}


def draw_page(
    box: Box,
    world: dict[str, Any],
    filters: Filters,
    page: Page,
    trouble: str | None = None,
    status: int = 200,
    console: str | None = None,
) -> Response:
    """The whole room. `trouble` says why the last act was not done; `console` is the address of the pages beside it."""
    query = {
        "kind": filters.kind,
        "flow": filters.flow_id,
        "person": filters.wa_id,
        "outcome": filters.outcome,
    }
    given = urlencode({name: value for name, value in query.items() if value})
    values = {
        "now": box.clock.now(),
        "world": world,
        "offset": _offset(world["clock"]["offset_seconds"]),
        "filters": filters,
        "page": page,
        "query": f"{given}&" if given else "",
        "kinds": _KINDS,
        "snapshots": list_snapshots(box),
        "option": _option,
        "tiers": {name: "no limit" if most is None else f"{most:,}" for name, most in MESSAGING_TIERS.items()},
        "trouble": trouble,
        "console": console,
    }
    return render(_environment(), "control_room/page.html", values, status)


def draw_entry(now: datetime, kind: str, number: int, entry: dict[str, Any], console: str | None = None) -> Response:
    """One entry of the log in full."""
    values = {"now": now, "kind": _TITLES[kind], "number": number, "entry": entry, "console": console}
    return render(_environment(), "control_room/entry.html", values)


@cache
def _environment() -> Environment:
    return templates("headrace.platform.control_room")


def _option(value: str, label: str, chosen: str | None) -> Markup:
    is_chosen = Markup(" selected") if (chosen or "") == value else ""
    return Markup('<option value="{}"{}>{}</option>').format(value, is_chosen, escape(label))


def _offset(seconds: int) -> str:
    moved = str(timedelta(seconds=abs(seconds)))
    return f"{moved} {'ahead of' if seconds > 0 else 'behind'} the machine's time"
