"""Drawing a page of the console: what is around every page, and the words for trouble."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import HTMLResponse

from headrace.business.whatsapp import WhatsAppRefused
from headrace.console.context import ConsoleContext
from headrace.ui.pages import render, templates

_environment = templates("headrace.console")


def page(
    context: ConsoleContext, name: str, current: str, values: Mapping[str, Any] | None = None, status: int = 200
) -> HTMLResponse:
    """A whole page; `current` is the entry of the rail it belongs to."""
    around = {"console": context, "current": current, "now": context.side.clock.now()}
    return render(_environment, f"console/{name}.html", {**around, **(values or {})}, status)


def part(name: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """A part of a page, to be swapped in."""
    return render(_environment, f"console/{name}.html", values, status)


def trouble(refusal: WhatsAppRefused) -> dict[str, str]:
    """What WhatsApp said, in the words of the band that tells it."""
    title = refusal.title or refusal.message
    details = refusal.details if refusal.details and refusal.details != title else ""
    return {"title": title.rstrip("."), "details": details, "code": str(refusal.code)}
