"""What the console's pages work with, and whom they work for."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from headrace.business.connectors.hosting import Hosting
from headrace.business.context import BusinessContext
from headrace.business.team import Caller, Permission
from headrace.console.place import Place


@dataclass(frozen=True)
class Console:
    """The business side, where each caller's workspace is at work, where connectors run, and whether there is a
    Playground.
    """

    business: BusinessContext
    place_of: Callable[[Caller], Place]
    hosting: Hosting
    has_playground: bool = False


class NoCaller(Exception):
    """A page was reached without passing the guard that says who calls."""


def console_of(request: Request) -> Console:
    """The console that the request was sent to; `app` put it there."""
    console: Console = request.app.state.console
    return console


def caller_of(request: Request, *permissions: Permission) -> Caller:
    """Who asks for a page. Raises `NotPermitted` when their role lacks a permission, `NoCaller` for nobody."""
    caller = getattr(request.state, "caller", None)
    if not isinstance(caller, Caller):
        raise NoCaller(f"{request.url.path} was asked for by nobody")
    for permission in permissions:
        caller.require(permission)
    return caller
