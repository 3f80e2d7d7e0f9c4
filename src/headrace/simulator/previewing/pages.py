"""The page of a preview and what it posts; the Flow on it is the sheet of the simulator.

The routes may be mounted anywhere: every address on the page begins with where they are.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from headrace.flowjson.document import SIZE_LIMIT
from headrace.simulator.appearance import NoSuchSetting
from headrace.simulator.form_posts import Posted, Unreadable, read
from headrace.simulator.inspector import inspector_routes
from headrace.simulator.previewing import flow_text
from headrace.simulator.previewing.html import draw_changes, draw_miniature, draw_page, miniatures
from headrace.simulator.previewing.preview import SESSION, TEXT, Preview
from headrace.simulator.previewing.session import PreviewSession
from headrace.simulator.previewing.store import PreviewStore
from headrace.simulator.sessions import OpenSession
from headrace.simulator.sheet import sheet_routes
from headrace.simulator.trace import Trace
from headrace.ui import answers
from headrace.ui.bodies import BodyRefused, BodyTooLarge, Unparsable, parse_json, read_body
from headrace.ui.live import event_stream

_NO_STORE = {"Cache-Control": "no-store"}


class Impossible(Exception):
    """An act that cannot be done; the message is for the person at the page."""


Act = Callable[[Preview, Posted], None]


def preview_routes(preview: Preview, *, takes_text: bool = False) -> list[BaseRoute]:
    """Everything below the address of one preview. With `takes_text` the text to show is posted to `/text`."""
    pages = _Pages(preview)
    return [*pages.routes(), *([Route("/text", pages.text, methods=["POST"])] if takes_text else [])]


class _InspectedPreview:
    """The preview as the inspector asks it. A replay asks the real endpoint, else it takes the answers of the trace: it
    does not ask a person again.
    """

    def __init__(self, preview: Preview) -> None:
        self._preview = preview

    async def load(self, session_id: str, scope: Mapping[str, Any]) -> OpenSession | None:
        opened = self._preview.opened(session_id)
        return None if opened is None else replace(opened, client=self._preview.client)

    async def trace(self, session_id: str, scope: Mapping[str, Any]) -> Trace:
        return self._preview.trace()


class _Pages:
    def __init__(self, preview: Preview) -> None:
        self._preview = preview

    def routes(self) -> list[BaseRoute]:
        acts: dict[str, Act] = {
            "changes": lambda preview, posted: None,
            "jump": lambda preview, posted: preview.act(lambda session: session.jump(posted.others.get("screen", ""))),
            "restart": lambda preview, posted: preview.act(PreviewSession.restart),
            "reopen": lambda preview, posted: preview.act(PreviewSession.reopen),
            "pause": lambda preview, posted: preview.set_pause(posted.others.get("pause") == "on"),
            "answer": _answer,
            "switch": _switch,
        }
        sheet = [*sheet_routes(PreviewStore(self._preview)), *inspector_routes(_InspectedPreview(self._preview))]
        return [
            Route("/", self.show, methods=["GET"]),
            Route("/events", self.events, methods=["GET"]),
            Route("/screens", self.miniature, methods=["GET"]),
            *(
                Route(f"/{name}", self._act(act, is_leaving=name in ("jump", "switch")), methods=["POST"])
                for name, act in acts.items()
            ),
            Mount("/sheet/{session_id}", routes=sheet),
        ]

    async def show(self, request: Request) -> Response:
        """The page; `as=phone` of the query leaves out all but the phone, `as=run` all but the phone and the trace."""
        wanted = request.query_params.get("as", "")
        html = draw_page(self._preview, _url(request), self._opened(), wanted)
        return HTMLResponse(html, headers=_NO_STORE)

    async def events(self, request: Request) -> Response:
        return event_stream(self._preview.changes, [TEXT, SESSION])

    async def miniature(self, request: Request) -> Response:
        html = draw_miniature(self._preview, request.query_params.get("screen", ""))
        if html is None:
            return answers.text("The Flow has no such screen now.", 404)
        return HTMLResponse(html, headers=_NO_STORE)

    async def text(self, request: Request) -> Response:
        """Shows the text that is posted, as it is; tells scripts of the pictures of its screens."""
        preview = self._preview
        try:
            content = await read_body(request, SIZE_LIMIT + 1)
        except BodyTooLarge:
            content = bytes(SIZE_LIMIT + 1)
        except BodyRefused as error:
            return answers.text("The text does not come to its end. Send it again.", error.status)
        try:
            text = await asyncio.to_thread(flow_text.read, content, preview.name, preview.today())
        except flow_text.UnreadableText as error:
            preview.lose(str(error))
            return answers.text(str(error), 422)
        preview.take(text)
        if answers.wants_json(request):
            self._opened()
            return JSONResponse({"screens": [asdict(one) for one in miniatures(preview, _url(request))]})
        return Response(status_code=204)

    def _act(self, act: Act, *, is_leaving: bool) -> Callable[[Request], object]:
        """An endpoint that does `act` and answers with everything that may have changed."""

        async def endpoint(request: Request) -> Response:
            try:
                posted = await read(request)
            except Unreadable as error:
                return answers.text(str(error), error.status)
            refused = ""
            self._preview.enter(posted, is_leaving=is_leaving)
            try:
                act(self._preview, posted)
            except Impossible as error:
                refused = str(error)
            html = draw_changes(self._preview, _url(request), self._opened(), posted, refused=refused)
            return HTMLResponse(html, headers=_NO_STORE)

        return endpoint

    def _opened(self) -> OpenSession | None:
        self._preview.session.current()  # brings it over to the present text, which may begin another sheet
        current = self._preview.session.id
        return None if current is None else self._preview.opened(current)


def _url(request: Request) -> str:
    return str(request.scope.get("root_path", "")).rstrip("/")


def _switch(preview: Preview, posted: Posted) -> None:
    try:
        preview.change_appearance(posted.others)
    except NoSuchSetting as error:
        raise Impossible(str(error)) from error


def _answer(preview: Preview, posted: Posted) -> None:
    """The answer that a person chose by its number, or wrote."""
    question = preview.question()
    if question is None:
        return
    _, choices = question
    chosen = posted.others.get("choice", "")
    if chosen.isdecimal() and int(chosen) < len(choices):
        preview.mock.answer(choices[int(chosen)].body)
        return
    try:
        body = parse_json(posted.others.get("body", "").encode(errors="replace"))
    except Unparsable as error:
        raise Impossible(f"The answer {error}") from error
    if not isinstance(body, dict):
        raise Impossible('The answer has to be an object, such as {"screen": "…", "data": {}}.')
    preview.mock.answer(body)
