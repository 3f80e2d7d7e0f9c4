"""The page of a box's phones: who has one, adding and removing. To scripts the same addresses speak JSON."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from headrace.platform.box import Box
from headrace.platform.handsets.fields import Fields, FieldsRefused, read_fields
from headrace.platform.handsets.models import Handset
from headrace.platform.handsets.persons import give_script
from headrace.platform.handsets.phones import LONGEST_NAME, NoSuchPhone, add_phone, list_phones, remove_phone
from headrace.platform.handsets.screen import handset_as_json
from headrace.platform.handsets.scripts import Rule, UnusableScript, read_script, script_text
from headrace.platform.handsets.service import find_handset
from headrace.platform.handsets.session_rows import hold_phone
from headrace.platform.handsets.switches import NoSuchSetting, in_words, set_switches
from headrace.simulator.appearance import PLATFORMS
from headrace.simulator.steps import LONGEST_SCRIPT
from headrace.ui.answers import refusal, wants_json
from headrace.ui.bodies import BodyRefused, BodyTooLarge, Unparsable, parse_form, read_body
from headrace.ui.pages import templates

HERE = "/handsets"


def phones_routes(box: Box, console: str | None = None) -> list[BaseRoute]:
    """The addresses of the list. `console` is where the pages beside it begin, None where there are none."""
    pages = _Phones(box, console)
    return [
        Route(HERE, pages.show, methods=["GET"]),
        Route(HERE, pages.add, methods=["POST"]),
        Route(f"{HERE}/{{handset_id}}", pages.remove, methods=["DELETE"]),
        Route(f"{HERE}/{{handset_id}}/remove", pages.remove, methods=["POST"]),
        Route(f"{HERE}/{{handset_id}}/network", pages.network, methods=["POST"]),
        Route(f"{HERE}/{{handset_id}}/script", pages.show_script, methods=["GET"]),
        Route(f"{HERE}/{{handset_id}}/script", pages.give_script, methods=["POST"]),
    ]


class _Phones:
    def __init__(self, box: Box, console: str | None) -> None:
        self._box = box
        self._console = console

    async def show(self, request: Request) -> Response:
        return await self._list(request)

    async def add(self, request: Request) -> Response:
        """Makes a phone of `name`, `number` and maybe `platform`."""
        fields: Fields = {}
        try:
            fields = await read_fields(request)
            async with self._box.database.transaction() as session:
                added = await add_phone(
                    session,
                    self._box,
                    name=fields.get("name", ""),
                    number=fields.get("number", ""),
                    platform=fields.get("platform", "android"),
                )
        except (NoSuchPhone, FieldsRefused) as error:
            status = error.status if isinstance(error, FieldsRefused) else 422
            return await self._refused(request, str(error), status, fields)
        if wants_json(request):
            return JSONResponse(handset_as_json(added), 201)
        return RedirectResponse(HERE, 303)

    async def remove(self, request: Request) -> Response:
        async with self._box.database.transaction() as session:
            handset_id = request.path_params["handset_id"]
            await hold_phone(session, handset_id)
            handset = await find_handset(session, handset_id)
            if handset is not None:
                await remove_phone(session, handset)
        if handset is None:
            return await self._refused(request, _NOBODY, 404, {})
        return JSONResponse({"removed": True}) if wants_json(request) else RedirectResponse(HERE, 303)

    async def network(self, request: Request) -> Response:
        """Takes a phone offline, or online again, and shows the list."""
        try:
            fields = await read_fields(request)
            async with self._box.database.transaction() as session:
                handset = await find_handset(session, request.path_params["handset_id"])
                if handset is not None:
                    await set_switches(session, self._box, handset, {"online": fields.get("online", "")})
        except (NoSuchSetting, FieldsRefused) as error:
            status = error.status if isinstance(error, FieldsRefused) else 422
            return await self._refused(request, str(error), status, {})
        if handset is None:
            return await self._refused(request, _NOBODY, 404, {})
        return JSONResponse(handset_as_json(handset)) if wants_json(request) else RedirectResponse(HERE, 303)

    async def show_script(self, request: Request) -> Response:
        """By which rules a person answers; a page with a form, an object to scripts."""
        async with self._box.database.reading() as session:
            handset = await find_handset(session, request.path_params["handset_id"])
        if handset is None:
            return await self._refused(request, _NOBODY, 404, {})
        if wants_json(request):
            return JSONResponse({"script": handset.script or [], "trouble": handset.script_trouble})
        return self._script_page(handset, script_text(handset.script))

    async def give_script(self, request: Request) -> Response:
        """Gives a person rules: a YAML or JSON text as the body, or as the field `script` of a form. Without any they
        answer no more.
        """
        given, words, status = "", "", 422
        rules: list[Rule] = []
        try:
            given = await _read_script(request)
            rules = read_script(given.encode()) if given.strip() else []
        except UnusableScript as error:
            words = str(error)
        except FieldsRefused as error:
            words, status = error.words, error.status
        async with self._box.database.transaction() as session:
            handset = await find_handset(session, request.path_params["handset_id"])
            if handset is not None and not words:
                give_script(handset, rules)
        if handset is None:
            return await self._refused(request, _NOBODY, 404, {})
        if words and not wants_json(request):
            return self._script_page(handset, given, words, status)
        if words:
            return refusal(request, words, status)
        if wants_json(request):
            return JSONResponse({"script": handset.script or [], "trouble": None})
        return RedirectResponse(HERE, 303)

    def _script_page(self, handset: Handset, text: str, trouble: str | None = None, status: int = 200) -> Response:
        values: dict[str, Any] = {"phone": handset, "script": text, "trouble": trouble, "console": self._console}
        html = _environment().get_template("handset/script.html").render(**values)
        return HTMLResponse(html, status, headers={"cache-control": "no-store"})

    async def _refused(self, request: Request, words: str, status: int, given: Fields) -> Response:
        if wants_json(request):
            return refusal(request, words, status)
        return await self._list(request, words, status, given)

    async def _list(
        self, request: Request, trouble: str | None = None, status: int = 200, given: Mapping[str, str] | None = None
    ) -> Response:
        async with self._box.database.reading() as session:
            phones = await list_phones(session)
        if wants_json(request):
            return JSONResponse({"handsets": [handset_as_json(phone) for phone in phones]})
        html = _draw(phones, trouble, given or {}, self._console)
        return HTMLResponse(html, status, headers={"cache-control": "no-store"})


_NOBODY = "There is no phone with this id any more. This list is as it is now."


async def _read_script(request: Request) -> str:
    try:
        body = await read_body(request, LONGEST_SCRIPT)
    except BodyTooLarge as error:
        raise FieldsRefused(413, "The script is longer than 2 MB.") from error
    except BodyRefused as error:
        raise FieldsRefused(error.status, "What was sent does not come to its end. Try again.") from error
    try:
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return str(dict(parse_form(body)).get("script", ""))
        return body.decode()
    except (Unparsable, UnicodeDecodeError) as error:
        raise FieldsRefused(400, "The script is no text in UTF-8.") from error


def _draw(phones: list[Handset], trouble: str | None, given: Mapping[str, str], console: str | None) -> str:
    values: dict[str, Any] = {
        "phones": phones,
        "trouble": trouble,
        "given": {"name": "", "number": "", "platform": "", **given},
        "console": console,
        "platforms": PLATFORMS,
        "longest_name": LONGEST_NAME,
        "in_words": in_words,
    }
    return _environment().get_template("handset/phones.html").render(**values)


@cache
def _environment() -> Environment:
    return templates("headrace.platform.handsets")
