"""The routes of the Graph face: with any version, or without one for ids and the few names that stand at the root.

Whatever begins like a version, an id or one of the names is the face's own, with every method: so what it does not
know is refused in Graph's envelope.
"""

from dataclasses import dataclass

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from headrace.platform.box import Box
from headrace.platform.graph import attachments, downloads, face
from headrace.platform.graph.roots import OPEN_ROOTS, ROOTS

_UNVERSIONED = (*ROOTS, *dict.fromkeys(name.partition("/")[0] for name in OPEN_ROOTS))


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
