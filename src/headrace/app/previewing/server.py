"""The server of `headrace preview`: one preview, its attached files and our own static files."""

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from headrace.app.guard import PageGuard
from headrace.simulator.cdn import MemoryFileStore, cdn_routes
from headrace.simulator.previewing.pages import preview_routes
from headrace.simulator.previewing.preview import Preview
from headrace.ui.pages import CONTENT_SECURITY_POLICY, static_routes

_OPEN_PATHS = r"^/cdn/"  # a file's address is its secret, and an endpoint may know this machine by another name


def preview_app(preview: Preview, files: MemoryFileStore | None = None) -> ASGIApp:
    """The whole server: answers only to this machine, and gives out nothing but this preview, the `files` that were
    attached in it, and our own.
    """
    cdn = [] if files is None else cdn_routes(files.find)
    routes: list[BaseRoute] = [*static_routes(), *cdn, *preview_routes(preview)]
    return PageGuard(Starlette(routes=routes), open_paths=_OPEN_PATHS, content_security_policy=CONTENT_SECURITY_POLICY)
