"""Drawing a page of the console: what is around every page, and the words for trouble."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from headrace.business.team import Caller, NotPermitted
from headrace.business.whatsapp import WhatsAppRefused
from headrace.console.context import caller_of, console_of
from headrace.ui.pages import render, templates

_environment = templates("headrace.console")


def page(
    request: Request,
    caller: Caller,
    name: str,
    current: str,
    values: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """A whole page; `current` is the entry of the rail it belongs to."""
    console = console_of(request)
    around = {
        "caller": caller,
        "place": console.place_of(caller),
        "current": current,
        "now": console.business.clock.now(),
        "has_playground": console.has_playground,
    }
    return render(_environment, f"console/{name}.html", {**around, **(values or {})}, status)


def part(name: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """A part of a page, to be swapped in."""
    return render(_environment, f"console/{name}.html", values, status)


def whole(name: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """A page of its own, for somebody who is not known yet."""
    return render(_environment, f"console/{name}.html", values, status)


def redirect(address: str | None) -> Response:
    """What a dialog's form is answered with when it has done its work: another page, or the same one anew."""
    headers = {"HX-Refresh": "true"} if address is None else {"HX-Redirect": address}
    return Response(status_code=204, headers=headers)


def trouble(refusal: WhatsAppRefused) -> dict[str, str]:
    """What WhatsApp said, in the words of the band that tells it."""
    title = refusal.title or refusal.message
    details = refusal.details if refusal.details and refusal.details != title else refusal.remedy or ""
    remedy = refusal.remedy if refusal.remedy and refusal.remedy != details else ""
    return {"title": title.rstrip("."), "details": details, "remedy": remedy, "code": str(refusal.code)}


def sentence(refusal: WhatsAppRefused) -> str:
    """The same in one line."""
    words = trouble(refusal)
    return f"{words['title']}. {words['details']}".strip()


async def key_unusable(request: Request, error: Exception) -> HTMLResponse:
    """The page for a workspace whose secrets cannot be decrypted with the key of this installation."""
    words = {"title": str(error).rstrip("."), "details": "", "code": ""}
    values = {"trouble": words, "heading": "The access tokens cannot be read"}
    return page(request, caller_of(request), "missing", "", values, 500)


async def nothing_here(request: Request, error: Exception) -> Response:
    """The page for an address where nothing is; a line of text for whoever asks for no page."""
    assert isinstance(error, HTTPException)
    caller = getattr(request.state, "caller", None)
    if not isinstance(caller, Caller) or "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse(f"{error.detail}\n", error.status_code)
    words = {"title": f"Nothing is at {request.url.path[:80]}", "details": "", "code": ""}
    return page(request, caller, "missing", "", {"trouble": words, "heading": "There is no such page"}, 404)


async def not_permitted(request: Request, error: Exception) -> HTMLResponse:
    """The page for somebody whose role lacks a permission."""
    assert isinstance(error, NotPermitted)
    words = {"title": str(error).rstrip("."), "details": "", "code": ""}
    values = {"trouble": words, "heading": "Not yours to see"}
    return page(request, caller_of(request), "missing", "", values, 403)
