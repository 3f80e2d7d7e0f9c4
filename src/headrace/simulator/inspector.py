"""The inspector beside a phone, for those who build the Flow: data, form values, the last exchange and the trace.

It knows a session and its trace, and nothing of where they are kept. A page puts `render_inspector` into an element
with the id `inspector-content` and fetches it anew when something has happened (`static/inspector.js` does).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

import headrace.ui.numbers  # noqa: F401 - `row` in a path
from headrace.phone.engine.program import UnusableFlow
from headrace.phone.session import Session
from headrace.simulator.inspection import Body, bodies_of, body, inspect
from headrace.simulator.replay import Replay, replay
from headrace.simulator.sessions import OpenSession
from headrace.simulator.trace import Exchanged, Trace, UnusableTrace
from headrace.ui.answers import text
from headrace.ui.pages import serve_static, templates

serve_static("simulator", Path(__file__).parent / "static")

_NO_STORE = {"Cache-Control": "no-store"}
_GONE = "There is no such session, or nothing of this kind in it. Reload the page."


class TracedStore(Protocol):
    """What the inspector asks a store of sessions."""

    async def load(self, session_id: str, scope: Mapping[str, Any]) -> OpenSession | None: ...

    async def trace(self, session_id: str, scope: Mapping[str, Any]) -> Trace: ...


@dataclass(frozen=True)
class Inspector:
    """One inspector to draw. `url` is where the routes of its session are mounted."""

    session: Session
    trace: Trace
    url: str
    reveal: bool = False
    replayed: Replay | None = field(default=None)


def render_inspector(inspector: Inspector) -> Markup:
    """The inside of the inspector."""
    inspection = inspect(inspector.session, inspector.trace.moments, reveal=inspector.reveal)
    last = inspection.last
    bodies = {} if last is None or last.exchange is None else bodies_of(last.exchange, last.number)
    return _draw("inspector/inspector.html", inspection=inspection, bodies=bodies, url=inspector.url)


def render_empty_inspector(words: str) -> Markup:
    """The inside of the inspector while there is no session; `words` say what would bring one."""
    return _draw("inspector/empty.html", words=words)


def inspector_routes(store: TracedStore) -> list[Route]:
    """What the inspector of every session of a store fetches; mount them beside its sheet's routes."""
    pages = _InspectorPages(store)
    return [
        Route("/inspector", pages.show, methods=["GET"]),
        Route("/inspector/exchanges/{number:row}", pages.exchange, methods=["GET"]),
        Route("/inspector/whole/{part}", pages.whole, methods=["GET"]),
        Route("/trace", pages.download, methods=["GET"]),
        Route("/replay", pages.replay, methods=["POST"]),
    ]


class _InspectorPages:
    def __init__(self, store: TracedStore) -> None:
        self._store = store

    async def show(self, request: Request) -> Response:
        found = await self._find(request)
        return _gone() if found is None else HTMLResponse(render_inspector(found), headers=_NO_STORE)

    async def exchange(self, request: Request) -> Response:
        """The bodies of one exchange, by the number of its entry."""
        found = await self._find(request)
        number = int(request.path_params["number"])
        exchange = None if found is None else _exchange(found.trace, number)
        if found is None or exchange is None:
            return _gone()
        bodies = bodies_of(exchange, number)
        return HTMLResponse(
            _draw("inspector/bodies.html", bodies=bodies, url=found.url, key=f"entry-{number}"), headers=_NO_STORE
        )

    async def whole(self, request: Request) -> Response:
        """One body in full: `data`, or the number of an exchange and the name of its body, such as `3-answer`."""
        found = await self._find(request)
        shown = None if found is None else _whole(found, str(request.path_params["part"]))
        if found is None or shown is None:
            return _gone()
        key = "".join(letter for letter in request.query_params.get("key", "") if letter.isalnum() or letter == "-")
        return HTMLResponse(_draw("inspector/body.html", body=shown, url=found.url, key=key), headers=_NO_STORE)

    async def download(self, request: Request) -> Response:
        """The trace as a file that `headrace replay` plays."""
        found = await self._find(request)
        if found is None:
            return _gone()
        name = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in _session_id(request))
        return Response(
            json.dumps(found.trace.to_json(), indent=1),
            media_type="application/json",
            headers={**_NO_STORE, "Content-Disposition": f'attachment; filename="trace-{name}.json"'},
        )

    async def replay(self, request: Request) -> Response:
        """Plays the trace again, against the endpoint the session talks to."""
        opened = await self._store.load(_session_id(request), request.scope)
        if opened is None:
            return _gone()
        trace = await self._store.trace(_session_id(request), request.scope)
        try:
            played = await replay(trace, opened.client)
        except (UnusableFlow, UnusableTrace) as error:
            return text(str(error), 422)
        if request.headers.get("accept", "").startswith("application/json"):
            return JSONResponse({"differences": [difference.to_json() for difference in played.differences]})
        html = _draw("inspector/replayed.html", played=played, asked=opened.client is not None)
        return HTMLResponse(html, headers=_NO_STORE)

    async def _find(self, request: Request) -> Inspector | None:
        session_id = _session_id(request)
        opened = await self._store.load(session_id, request.scope)
        if opened is None:
            return None
        trace = await self._store.trace(session_id, request.scope)
        url = str(request.scope.get("root_path", "")).rstrip("/")
        return Inspector(opened.session, trace, url, reveal=request.query_params.get("reveal") == "on")


def _exchange(trace: Trace, number: int) -> Exchanged | None:
    entry = trace.moments[number - 1].entry if 0 < number <= len(trace.moments) else None
    return entry if isinstance(entry, Exchanged) else None


def _whole(inspector: Inspector, part: str) -> Body | None:
    if part == "data":
        return body("data", inspector.session.data, whole=True)
    if part == "form":
        return body("form", inspector.session.form, whole=True) if inspector.reveal else None
    if part == "pending" and inspector.session.pending is not None:
        return body("pending", inspector.session.pending.request, whole=True)
    number, _, name = part.partition("-")
    if not number.isdecimal() or len(number) > 9:
        return None
    exchange = _exchange(inspector.trace, int(number))
    found = {} if exchange is None else bodies_of(exchange, int(number), whole=True)
    return found.get(name.replace("-", " "))


def _session_id(request: Request) -> str:
    return str(request.path_params["session_id"])


def _gone() -> Response:
    return text(_GONE, 404)


def _draw(template: str, **context: Any) -> Markup:
    # The templates escape everything; nothing in them is marked safe.
    return Markup(_environment().get_template(template).render(**context))  # noqa: S704


@cache
def _environment() -> Environment:
    environment = templates("headrace.simulator")
    environment.filters["clock_time"] = lambda moment: f"{moment.astimezone():%H:%M:%S}"
    return environment
