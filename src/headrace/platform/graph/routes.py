"""The routes of the Graph face: with any version, or without one for ids and the few names that stand at the root."""

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headrace.platform.box import Box
from headrace.platform.graph import attachments, downloads, face
from headrace.platform.graph.messages import MessageCalls
from headrace.platform.graph.roots import ISSUE_TOKEN

METHODS = ["GET", "POST", "PUT", "DELETE"]
_UNVERSIONED = (ISSUE_TOKEN, "debug_token", "me")


class _Text(Convertor[str]):
    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _Version(_Text):
    regex = r"v[0-9]+\.[0-9]+"


class _GraphId(_Text):
    regex = "[0-9]+"


register_url_convertor("graph_version", _Version())
register_url_convertor("graph_id", _GraphId())


def graph_routes(box: Box) -> list[Route]:
    """Every route of the face of this box. They carry their own proof (a token, a signature) and take any host name."""

    messages = MessageCalls(box)

    async def answer(request: Request) -> Response:
        return await face.answer(box, messages, request)

    async def download(request: Request) -> Response:
        return await downloads.download(box, request)

    async def fetch(request: Request) -> Response:
        return await attachments.download(box, request)

    paths = ["/{version:graph_version}", "/{node:graph_id}"]
    routes = [Route(path, answer, methods=METHODS) for path in paths]
    routes += [Route(path + "/{rest:path}", answer, methods=METHODS) for path in paths]
    for name in _UNVERSIONED:
        routes += [Route(f"/{name}", answer, methods=METHODS), Route(f"/{name}/", answer, methods=METHODS)]
    routes.append(Route(attachments.PATH, fetch, methods=["GET"]))
    return [*routes, Route(downloads.PATH, download, methods=["GET"])]
