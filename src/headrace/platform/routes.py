"""Every address of the box, in two lists: what carries its own proof, and the pages."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from headrace.platform.box import Box
from headrace.platform.flows.interactive import InteractivePreviews
from headrace.platform.flows.preview import preview_routes
from headrace.platform.graph.routes import graph_routes, unclaimed_route
from headrace.platform.handsets.file_store import cdn_routes
from headrace.platform.handsets.pages import handset_routes
from headrace.platform.handsets.phones_page import phones_routes


def open_routes(box: Box, previews: InteractivePreviews) -> list[BaseRoute]:
    """What answers to everybody who has its token, its signature or its unguessable address."""
    return [*cdn_routes(box), *graph_routes(box), *preview_routes(box, previews)]


def last_route(box: Box, served: Sequence[BaseRoute]) -> BaseRoute:
    """What stands behind all open routes and before `served`, every page of the server: it takes stray calls."""
    return unclaimed_route(box, served)


def pages(box: Box, console: str | None) -> list[BaseRoute]:
    """What is for people in a browser, behind the guard. `console` is the address of the pages of the other side."""
    return [*phones_routes(box, console), *handset_routes(box)]
