"""The routes of the Graph face: with any version, or without one for ids and the few names that stand at the root.

Whatever begins like a version, an id or one of the names is the face's own, with every method: so what it does not
know is refused in Graph's envelope. The same goes for whatever else is meant for it, where no page has the address.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from headrace.platform.box import Box
from headrace.platform.graph import attachments, downloads, face
from headrace.platform.graph.roots import OPEN_ROOTS, ROOTS
from headrace.platform.graph.visits import is_like_a_version

_UNVERSIONED = (*ROOTS, *dict.fromkeys(name.partition("/")[0] for name in OPEN_ROOTS))


_BEFORE_AN_ID = re.compile(r"//+[0-9]+(?:/|$)")


class _Text(Convertor[str]):
    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _Version(_Text):
    regex = "[vV][0-9][^/]*"


class _GraphId(_Text):
    regex = "[0-9]+"


register_url_convertor("graph_version", _Version())
register_url_convertor("graph_id", _GraphId())


@dataclass(frozen=True)
class _Answer:
    """The face as an application of its own, so that its routes take every method."""

    face: face.Face

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        box = self.face.box
        if not (box.call_log.is_open and box.controls.values.keeps_log):
            response = await face.answer(self.face, Request(scope, receive))
        else:
            noted = box.call_log.begin(scope, receive, box.clock)
            response = await face.answer(self.face, Request(scope, noted.receive))
            box.call_log.end(noted, response.status_code, bytes(response.body))
        await response(scope, receive, send)


class _BatchRoute(Route):
    """The root takes a batch, and nothing else: it is a page for whoever comes with another method."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        return (Match.FULL, child) if match is Match.FULL else (Match.NONE, {})


class _UnclaimedRoute(Route):
    """Takes what is meant for the face and is no page: a call with a token, or with something like a version."""

    def __init__(self, answer: _Answer, pages: Sequence[BaseRoute]) -> None:
        super().__init__("/{rest:path}", answer)
        self._pages = pages

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        if match is Match.NONE or not _is_call(scope):
            return Match.NONE, {}
        return (Match.NONE, {}) if self._is_page(scope) else (match, child)

    def _is_page(self, scope: Scope) -> bool:
        """Whether a page has the address, with a slash at its end or without: routers send from one to the other."""
        path: str = scope["path"]
        spellings = {path, path.rstrip("/") or "/", f"{path}/"}
        meant = [{**scope, "path": spelling} for spelling in spellings]
        return any(page.matches(one)[0] is not Match.NONE for page in self._pages for one in meant)


def _is_call(scope: Scope) -> bool:
    path: str = scope["path"]
    if is_like_a_version(path) or _BEFORE_AN_ID.match(path):
        return True
    if face.AUTHORIZATION.fullmatch(Headers(scope=scope).get("authorization", "")):
        return True
    query: bytes = scope["query_string"]
    return b"access_token" in query and "access_token" in parse_qs(query.decode("latin-1"))


def unclaimed_route(box: Box, pages: Sequence[BaseRoute]) -> Route:
    """The route behind all others that stand before `pages`: it answers calls to addresses that nothing has."""
    return _UnclaimedRoute(_Answer(face.Face.of(box)), pages)


def graph_routes(box: Box) -> list[Route]:
    """Every route of the face of this box. They carry their own proof (a token, a signature) and take any host name."""

    answer = _Answer(face.Face.of(box))

    async def download(request: Request) -> Response:
        return await downloads.download(box, request)

    async def fetch(request: Request) -> Response:
        return await attachments.download(box, request)

    paths = ["/{version:graph_version}", "/{node:graph_id}", *(f"/{name}" for name in _UNVERSIONED)]
    routes = [Route(path, answer) for path in paths]
    routes += [Route(path + "/{rest:path}", answer) for path in paths]
    routes.append(_BatchRoute("/", answer, methods=["POST"]))
    routes.append(Route(attachments.PATH, fetch, methods=["GET"]))
    return [*routes, Route(downloads.PATH, download, methods=["GET"])]
