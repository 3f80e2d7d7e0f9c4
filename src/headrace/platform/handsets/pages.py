"""The phone's page and what it posts.

Every act answers with what the phone then shows: to htmx the parts to swap in, to scripts (`Accept: application/json`)
an object, and to a browser without scripts the page itself.
"""

import contextlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from datetime import date

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from headrace.clock import local_day
from headrace.database import touch
from headrace.phone.summary import summary_of
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.handsets import service, switches
from headrace.platform.handsets.attaching import NotAttached, read_picked
from headrace.platform.handsets.fields import Fields, FieldsRefused, read_fields
from headrace.platform.handsets.html import draw_appearance, draw_changes, draw_page, draw_summary
from headrace.platform.handsets.models import Handset
from headrace.platform.handsets.opening import press_button
from headrace.platform.handsets.screen import PhoneScreen, look
from headrace.platform.handsets.session_rows import hold_phone
from headrace.platform.handsets.store import HandsetStore
from headrace.platform.messaging.service import UnwritableText
from headrace.platform.users.service import topic_of
from headrace.simulator.inspector import Inspector, inspector_routes, render_empty_inspector, render_inspector
from headrace.simulator.sheet import render_sheet, sheet_routes
from headrace.ui.answers import refusal, wants_json
from headrace.ui.live import event_stream

_NO_SESSION = "No Flow was open on this phone yet. Press the button of a Flow message."
_NO_RESPONSE = "This phone sent no response with that id, or keeps none of what was filled in."

Act = Callable[[AsyncSession, Handset, Fields], Awaitable[None]]


def handset_routes(box: Box) -> list[BaseRoute]:
    """Every address below `/handsets`."""
    pages = _Pages(box)
    here = "/handsets/{handset_id}"
    return [
        Route(here, pages.show, methods=["GET"]),
        Route(f"{here}/screen", pages.refresh, methods=["GET"]),
        Route(f"{here}/events", pages.events, methods=["GET"]),
        Route(f"{here}/write", pages.act(pages.write), methods=["POST"]),
        Route(f"{here}/seen", pages.act(pages.see), methods=["POST"]),
        Route(f"{here}/choose", pages.act(pages.choose), methods=["POST"]),
        Route(f"{here}/open", pages.act(pages.open), methods=["POST"]),
        Route(f"{here}/tap", pages.act(pages.tap), methods=["POST"]),
        Route(f"{here}/react", pages.act(pages.react), methods=["POST"]),
        Route(f"{here}/location", pages.act(pages.locate), methods=["POST"]),
        Route(f"{here}/contact", pages.act(pages.introduce), methods=["POST"]),
        Route(f"{here}/poll", pages.act(pages.poll), methods=["POST"]),
        Route(f"{here}/attach", pages.attach, methods=["POST"]),
        Route(f"{here}/files/{{media_id}}", pages.file, methods=["GET"]),
        Route(f"{here}/block", pages.act(pages.block), methods=["POST"]),
        Route(f"{here}/unblock", pages.act(pages.unblock), methods=["POST"]),
        Route(f"{here}/dismiss", pages.act(pages.dismiss), methods=["POST"]),
        Route(f"{here}/switches", pages.switch, methods=["POST"]),
        Route(f"{here}/inspector", pages.inspector, methods=["GET"]),
        Route(f"{here}/messages/{{wamid}}/summary", pages.summary, methods=["GET"]),
        Mount(f"{here}/sessions/{{session_id}}", routes=[*sheet_routes(pages.store), *inspector_routes(pages.store)]),
    ]


class _Pages:
    """The page of every phone of one box."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self.store = HandsetStore(box)

    async def show(self, request: Request) -> Response:
        screen = await self._screen(request)
        if screen is None:
            return _nobody(request)
        if wants_json(request):
            return JSONResponse(screen.as_json())
        sheet = await self._sheet(screen, request)
        return HTMLResponse(draw_page(screen, sheet, self._today()), headers={"cache-control": "no-store"})

    async def refresh(self, request: Request) -> Response:
        """What changed since the page was drawn; the query names the sheet it shows."""
        screen = await self._screen(request)
        if screen is None:
            return _nobody(request)
        return await self._changes(request, screen, request.query_params.get("sheet"))

    async def events(self, request: Request) -> Response:
        async with self._box.database.reading() as session:
            handset = await service.find_handset(session, request.path_params["handset_id"])
        if handset is None:
            return _nobody(request)
        return event_stream(self._box.revisions, [topic_of(handset.user)])

    async def attach(self, request: Request) -> Response:
        """Sends a file: a multipart body with the part `file`, and maybe a `caption`."""
        try:
            picked = await read_picked(request)
        except NotAttached as error:
            refused = FieldsRefused(error.status, str(error))
            return await self._answer(request, {}, refused)

        async def write(session: AsyncSession, handset: Handset, fields: Fields) -> None:
            sender = await self._sender(session, handset, fields)
            with _refusing():
                await service.attach(session, self._box, handset, sender, picked)

        return await self.act(write, picked.fields)(request)

    async def file(self, request: Request) -> Response:
        """A picture of the chat, as the phone shows it."""
        async with self._box.database.reading() as session:
            handset = await service.find_handset(session, request.path_params["handset_id"])
            found = None
            if handset is not None:
                media_id = request.path_params["media_id"]
                found = await service.picture(session, self._box, handset, media_id)
        if found is None:
            return refusal(request, "This phone has no such picture, or not any more.", 404)
        content, mime_type = found
        headers = {"X-Content-Type-Options": "nosniff", "cache-control": "private, max-age=3600"}
        return Response(content, media_type=mime_type, headers=headers)

    def act(self, act: Act, given: Fields | None = None) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that does `act` in one transaction and answers with what the phone shows then. The body is
        read for its fields, unless they are `given`."""

        async def endpoint(request: Request) -> Response:
            refused: FieldsRefused | None = None
            fields: Fields = {}
            try:
                fields = await read_fields(request) if given is None else given
                async with self._box.database.transaction() as session:
                    handset_id = request.path_params["handset_id"]
                    await hold_phone(session, handset_id)  # before its messages, as whoever acts on a sheet does
                    handset = await service.find_handset(session, handset_id)
                    if handset is None:
                        return _nobody(request)
                    await act(session, handset, fields)
            except FieldsRefused as refusal:
                refused = refusal
            return await self._answer(request, fields, refused)

        return endpoint

    async def write(self, session: AsyncSession, handset: Handset, fields: Fields) -> None:
        sender = await self._sender(session, handset, fields)
        with _refusing():
            await service.write(session, self._box, handset, sender, fields.get("text", ""))

    async def react(self, session: AsyncSession, handset: Handset, fields: Fields) -> None:
        message = await service.find_in_chat(session, handset, fields.get("message", ""))
        if message is None:
            raise FieldsRefused(404, "This phone has no message with that id. Reload the page.")
        with _refusing():
            await service.react(session, self._box, handset, message, fields.get("emoji", ""))

    async def locate(self, session: AsyncSession, handset: Handset, fields: Fields) -> None:
        """Sends a place; as an answer where `message` names the one that asks for it."""
        sender = await self._sender(session, handset, fields)
        asked = None
        if named := fields.get("message"):
            asked = await service.find_delivered(session, handset, named)
            if asked is None:
                raise FieldsRefused(404, "This phone has no message with that id. Reload the page.")
        with _refusing():
            await service.locate(session, self._box, handset, sender, fields, asked)

    async def introduce(self, session: AsyncSession, handset: Handset, fields: Fields) -> None:
        sender = await self._sender(session, handset, fields)
        with _refusing():
            name, phone = fields.get("name", ""), fields.get("phone", "")
            await service.introduce(session, self._box, handset, sender, name, phone)

    async def poll(self, session: AsyncSession, handset: Handset, fields: Fields) -> None:
        sender = await self._sender(session, handset, fields)
        with _refusing():
            await service.poll(session, self._box, handset, sender)

    async def see(self, session: AsyncSession, handset: Handset, fields: Fields) -> None:
        await service.look_at(session, self._box, handset, await self._sender(session, handset, fields))

    async def choose(self, session: AsyncSession, handset: Handset, fields: Fields) -> None:
        await service.choose_chat(session, handset, await self._sender(session, handset, fields))

    async def open(self, session: AsyncSession, handset: Handset, fields: Fields) -> None:
        message = await service.find_message(session, handset, fields.get("message", ""))
        if message is None:
            raise FieldsRefused(404, "This phone has no message with that id and a button. Reload the page.")
        await press_button(session, self._box, handset, message)

    async def tap(self, session: AsyncSession, handset: Handset, fields: Fields) -> None:
        message = await service.find_delivered(session, handset, fields.get("message", ""))
        if message is None:
            raise FieldsRefused(404, "This phone has no message with that id. Reload the page.")
        place = fields.get("choice", "")
        try:
            position = int(place) if place.isascii() and place.isdigit() and len(place) < 4 else -1
            await service.choose(session, self._box, handset, message, position)
        except service.NotThere as error:
            raise FieldsRefused(422, str(error)) from error

    async def block(self, session: AsyncSession, handset: Handset, fields: Fields) -> None:
        await service.block(session, self._box, handset, await self._sender(session, handset, fields))

    async def unblock(self, session: AsyncSession, handset: Handset, fields: Fields) -> None:
        await service.unblock(session, handset, await self._sender(session, handset, fields))

    async def dismiss(self, session: AsyncSession, handset: Handset, fields: Fields) -> None:
        await service.dismiss_notice(session, handset)

    async def switch(self, request: Request) -> Response:
        """Sets switches of the phone and draws the page anew; the sheet only for another kind of phone."""
        try:
            fields = await read_fields(request)
            async with self._box.database.transaction() as session:
                handset = await service.find_handset(session, request.path_params["handset_id"])
                if handset is None:
                    return _nobody(request)
                before, device = handset.platform, handset.device
                await switches.set_switches(session, self._box, handset, fields)
                is_other = handset.platform != before
                if handset.device != device:  # the buttons of the chat look otherwise
                    await touch(session, topic_of(handset.user))
        except (FieldsRefused, switches.NoSuchSetting) as error:
            status, words = (error.status, error.words) if isinstance(error, FieldsRefused) else (422, str(error))
            return refusal(request, words, status)
        if wants_json(request) or "hx-request" not in request.headers:
            return await self._answer(request, fields, None)
        screen = await self._screen(request)
        if screen is None:
            return _nobody(request)
        sheet = await self._sheet(screen, request)
        html = draw_appearance(screen, sheet, self._today(), is_other=is_other)
        return HTMLResponse(html, headers={"cache-control": "no-store"})

    async def inspector(self, request: Request) -> Response:
        """The inspector of the Flow that is open, else of the one that was open last."""
        async with self._box.database.reading() as session:
            handset = await service.find_handset(session, request.path_params["handset_id"])
            latest = None if handset is None else await service.latest_session(session, handset)
        opened = None if latest is None else await self.store.load(latest.id, request.scope)
        if handset is None:
            return _nobody(request)
        if latest is None or opened is None:
            html = render_empty_inspector(_NO_SESSION)
        else:
            html = render_inspector(
                Inspector(
                    opened.session,
                    await self.store.trace(latest.id, request.scope),
                    f"/handsets/{handset.id}/sessions/{latest.id}",
                    reveal=request.query_params.get("reveal") == "on",
                )
            )
        return HTMLResponse(html, headers={"cache-control": "no-store"})

    async def summary(self, request: Request) -> Response:
        """What the phone lists of a response, as a sheet over the chat."""
        async with self._box.database.reading() as session:
            handset = await service.find_handset(session, request.path_params["handset_id"])
            if handset is None:
                return _nobody(request)
            row = await service.session_of_response(session, handset, request.path_params["wamid"])
        opened = None if row is None else await self.store.load(row.id, request.scope)
        if opened is None:
            return refusal(request, _NO_RESPONSE, 404)
        sections = summary_of(opened.session)
        if wants_json(request):
            return JSONResponse({"summary": None if sections is None else [asdict(section) for section in sections]})
        return HTMLResponse(draw_summary(sections, opened.business_name), headers={"cache-control": "no-store"})

    async def _answer(self, request: Request, fields: Fields, refused: FieldsRefused | None) -> Response:
        screen = await self._screen(request)
        if screen is None:
            return _nobody(request)
        if "hx-request" in request.headers and not wants_json(request):
            return await self._changes(request, screen, fields.get("sheet"), refused)
        if refused is not None:
            return refusal(request, refused.words, refused.status)
        if wants_json(request):
            return JSONResponse(screen.as_json())
        return RedirectResponse(f"/handsets/{screen.handset.id}", 303)

    async def _changes(
        self, request: Request, screen: PhoneScreen, shown: str | None, refused: FieldsRefused | None = None
    ) -> Response:
        sheet = None if shown == screen.session_id else await self._sheet(screen, request)
        html = draw_changes(
            screen,
            sheet,
            self._today(),
            shown_session=shown,
            problem=None if refused is None else refused.words,
        )
        status = 200 if refused is None else refused.status
        return HTMLResponse(html, status, headers={"cache-control": "no-store"})

    async def _screen(self, request: Request) -> PhoneScreen | None:
        async with self._box.database.reading() as session:
            handset = await service.find_handset(session, request.path_params["handset_id"])
            return None if handset is None else await look(session, self._box, handset)

    async def _sheet(self, screen: PhoneScreen, request: Request) -> Markup | None:
        if screen.session_id is None:
            return None
        opened = await self.store.load(screen.session_id, request.scope)
        if opened is None:
            return None
        return render_sheet(opened, f"/handsets/{screen.handset.id}/sessions/{screen.session_id}")

    async def _sender(self, session: AsyncSession, handset: Handset, fields: Fields) -> PhoneNumber:
        """The sender that was named, else the one whose chat is shown."""
        named = fields.get("sender")
        sender = await session.get(PhoneNumber, named) if named else (await look(session, self._box, handset)).sender
        if sender is None:
            raise FieldsRefused(404, "This box has no sender with that id. Reload the page.")
        return sender

    def _today(self) -> date:
        return local_day(self._box.clock)


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    """What a person cannot write is refused with its reason."""
    try:
        yield
    except UnwritableText as error:
        raise FieldsRefused(422, str(error)) from error


def _nobody(request: Request) -> Response:
    return refusal(request, "There is no phone with this id. The phones of this box are listed at /handsets.", 404)
