"""The server of `headrace preview`: one preview, its attached files and our own static files."""

from starlette.applications import Starlette
from starlette.types import ASGIApp

from headrace.app.guard import LOCAL_NAMES, PageGuard
from headrace.simulator.cdn import MemoryFileStore, cdn_routes
from headrace.simulator.previewing.pages import preview_routes
from headrace.simulator.previewing.preview import Preview
from headrace.ui.live import live_route
from headrace.ui.pages import CONTENT_SECURITY_POLICY, static_routes


def preview_app(preview: Preview, files: MemoryFileStore | None = None) -> ASGIApp:
    """The whole server: answers only to this machine, and gives out nothing but this preview, the `files` that were
    attached in it, and our own.
    """
    pages = Starlette(routes=[*static_routes(), live_route(), *preview_routes(preview)])
    # A file's address is its secret, and an endpoint may know this machine by another name: no page.
    app = Starlette(routes=[] if files is None else cdn_routes(files.find))
    app.router.default = PageGuard(pages, names=LOCAL_NAMES, content_security_policy=CONTENT_SECURITY_POLICY)
    return app
