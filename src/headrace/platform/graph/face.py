"""From a request to its answer: parameters, caller, node, edge, operation. The only place that catches refusals."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from headrace.platform.accounts.callers import MANAGEMENT, authenticate, check_proof
from headrace.platform.accounts.models import Waba
from headrace.platform.box import Box
from headrace.platform.errors import PlatformError, UnknownObject
from headrace.platform.errors.catalogue import CALLED_FROM_ELSEWHERE, TOKEN_MISSING
from headrace.platform.graph.batch import is_batch, run_batch
from headrace.platform.graph.bodies import BATCH, UNPROVEN_BODY, read_parameters, read_piece, read_query, token_in
from headrace.platform.graph.calls import Call
from headrace.platform.graph.errors import fail, refuse, unknown_path, unknown_version
from headrace.platform.graph.messages import MessageCalls
from headrace.platform.graph.nodes import NodeType, Operation, Reading
from headrace.platform.graph.parameters import Parameters
from headrace.platform.graph.rendering import is_writing, render_listing, render_node
from headrace.platform.graph.responses import base_url, json_response
from headrace.platform.graph.roots import OPEN_ROOTS, ROOTS
from headrace.platform.graph.selection import Selected, parse_fields
from headrace.platform.graph.types import NODE_TYPES
from headrace.platform.graph.uploads import APP_UPLOADS, is_upload, piece
from headrace.platform.graph.uploads import begin as begin_upload
from headrace.platform.graph.uploads import run as run_upload
from headrace.platform.graph.usage import UsageCounter
from headrace.platform.graph.visits import Visit, is_like_a_version, segments_of, version_of
from headrace.ui.origins import SAFE_METHODS, is_from_another_site

AUTHORIZATION = re.compile(r"(?:Bearer|OAuth)\s+(\S+)\s*", re.IGNORECASE)
"""The header of a call that carries a token."""

_TYPES: Mapping[type[Any], NodeType] = {node_type.row: node_type for node_type in NODE_TYPES}


@dataclass(frozen=True)
class Face:
    """What answers calls: the box, the writer of messages, the counter of all others."""

    box: Box
    messages: MessageCalls
    usage: UsageCounter

    @classmethod
    def of(cls, box: Box) -> "Face":
        return cls(box, MessageCalls(box), UsageCounter(box))


async def answer(face: Face, request: Request) -> Response:
    """Answers one call to the Graph face, or a batch of them. Never raises."""
    raw_path: bytes = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    path = raw_path.decode("ascii", "replace").partition("?")[0]
    method = "GET" if request.method == "HEAD" else request.method
    segments = segments_of(path)

    async def content() -> Any:
        return await run_batch(
            await visit(),
            lambda part: _respond(face, part.method, part.path, lambda: _perform(face, part), part.headers),
            lambda error, method, path: refuse(error, method, path, _trace_id(face)),
        )

    async def visit() -> Visit:
        parameters = await _parameters(face.box, request, segments)
        token, proof = _credentials(request, parameters)
        query = request.scope["query_string"].decode("ascii", "replace")
        url = base_url(request, face.box.settings.base_url)
        return Visit(method, path, query, url, token, proof, parameters, headers)

    async def single() -> Any:
        return await _perform(face, await visit())

    headers: dict[str, str] = {}
    return await _respond(face, method, path, content if is_batch(method, segments) else single, headers)


async def _respond(
    face: Face, method: str, path: str, perform: Callable[[], Awaitable[Any]], headers: Mapping[str, str]
) -> Response:
    """What `perform` gives as an answer of Graph, or its refusal. `headers` are read when that has ended."""
    trace_id = _trace_id(face)
    try:
        response = json_response(await perform(), trace_id)
    except PlatformError as error:
        response = refuse(error, method, path, trace_id)
    except Exception as error:
        response = fail(error, method, path, trace_id)
    response.headers["facebook-api-version"] = version_of(path)
    for name, value in headers.items():
        response.headers[name] = value
    return response


def _trace_id(face: Face) -> str:
    return "A" + face.box.identifiers.token(16)


async def _perform(face: Face, visit: Visit) -> Any:
    box, segments = face.box, visit.segments
    if is_like_a_version(visit.path):
        raise unknown_version(*segments)
    if (open_root := OPEN_ROOTS.get("/".join(segments))) is not None and visit.method in {"GET", "POST"}:
        return await open_root(box, visit.parameters)
    if face.messages.takes(visit.method, segments):
        taken = await face.messages.answer(visit.token, visit.proof, segments[0], visit.parameters.as_dict())
        if taken is not None:
            return taken
    async with box.database.reading() as session:
        caller = await authenticate(session, visit.token, box.clock.now())
    check_proof(caller, str(visit.token), visit.proof, is_required=box.settings.require_proof)
    call = Call(
        box=box,
        caller=caller,
        method=visit.method,
        path=visit.path,
        query=visit.query,
        base_url=visit.base_url,
        parameters=visit.parameters,
    )
    if is_upload(segments):
        return await run_upload(call, segments[0])
    if segments == APP_UPLOADS and visit.method == "POST":
        caller.require(MANAGEMENT)
        return await begin_upload(call, segments[0])
    if len(segments) == 1 and (root := ROOTS.get(segments[0])) is not None and visit.method in root.methods:
        return await root.run(call)
    if len(segments) not in {1, 2} or (len(segments) == 2 and segments[0] in ROOTS):
        raise unknown_path(*segments[1:])
    node_id, edge = segments[0], segments[1] if len(segments) == 2 else None
    node_type, row = await _find(call, node_id, edge)
    waba_id = row.id if isinstance(row, Waba) else getattr(row, "waba_id", None)
    if waba_id is not None:
        usage = await face.usage.count(caller.app.id, waba_id)
        visit.headers.update(usage.headers(waba_id))
        usage.check()
    return await (_on_node(call, node_type, node_id) if edge is None else _on_edge(call, node_type, node_id, edge))


async def _parameters(box: Box, request: Request, segments: list[str]) -> Parameters:
    """What the call brings. Who calls is known before a large body is read, and a browser on another site's page is
    refused before any is, for it needs no token to keep a box busy.
    """
    query = read_query(request)
    has_token = "authorization" in request.headers
    if request.method not in SAFE_METHODS and not has_token and is_from_another_site(request.headers):
        raise CALLED_FROM_ELSEWHERE.numbered(
            "This call comes from another site's page. A page sends its access token in the header Authorization"
        )

    async def prove(beginning: bytes) -> None:
        token = token_in(beginning) or _credentials(request, Parameters(query))[0]
        if not token:
            raise TOKEN_MISSING.plain(
                f"{TOKEN_MISSING.title} A body of more than {UNPROVEN_BODY // 1024} kB is read only with the token in "
                "the header Authorization, in the query, or before everything large."
            )
        async with box.database.reading() as session:
            await authenticate(session, token, box.clock.now())

    if is_upload(segments) and request.method == "POST":
        return Parameters(query | piece(await read_piece(request, prove), request.headers.get("file_offset")))
    edge = BATCH if not segments else segments[1] if len(segments) == 2 else None
    return await read_parameters(request, query, edge, prove)


def _credentials(request: Request, parameters: Parameters) -> tuple[str | None, str | None]:
    """The token and its proof. A token among the parameters goes before the one of the header: clients with a general
    token use it to differ."""
    header = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    return parameters.text("access_token") or (header[1] if header else None), parameters.text("appsecret_proof")


async def _find(call: Call, node_id: str, edge: str | None) -> tuple[NodeType, Any]:
    """The type and the row of the node with this id, types that have the edge looked at first.

    Raises for ids and edges that are unknown.
    """
    ordered = sorted(NODE_TYPES, key=lambda node_type: edge is not None and edge not in node_type.edges)
    async with call.box.database.reading() as session:
        for node_type in ordered:
            try:
                row = await node_type.find(session, call.caller, node_id)
            except UnknownObject:
                continue
            if edge is not None and edge not in node_type.edges:
                raise unknown_path(edge)
            return node_type, row
    raise UnknownObject(node_id)


async def _on_node(call: Call, node_type: NodeType, node_id: str) -> Any:
    if call.method != "GET":
        return await _operate(call, node_type.operations, node_id)
    _require(call, node_type.scope)
    selection = _selection(call)
    database = call.box.database
    async with database.transaction() if is_writing(node_type, selection) else database.reading() as session:
        row = await node_type.find(session, call.caller, node_id)
        return await render_node(_TYPES, Reading(call, session), row, selection)


async def _on_edge(call: Call, node_type: NodeType, node_id: str, name: str) -> Any:
    edge = node_type.edges[name]
    if call.method != "GET" or edge.listing is None:
        return await _operate(call, edge.operations, node_id)
    listed = _TYPES[edge.listing.row]
    _require(call, listed.scope)
    selection = _selection(call)
    database = call.box.database
    async with database.transaction() if is_writing(listed, selection) else database.reading() as session:
        return await render_listing(_TYPES, Reading(call, session), edge.listing, node_id, selection)


async def _operate(call: Call, operations: Mapping[str, Operation], node_id: str) -> Any:
    operation = operations.get(call.method)
    if operation is None:
        raise UnknownObject(node_id)
    _require(call, operation.scope)
    return await operation.run(call, node_id)


def _require(call: Call, scope: str | None) -> None:
    if scope is not None:
        call.caller.require(scope)


def _selection(call: Call) -> tuple[Selected, ...] | None:
    """The fields asked for, also as a JSON array of names."""
    names = call.parameters.text("fields")
    if names is not None and names.lstrip().startswith("["):
        names = ",".join(call.parameters.texts("fields") or [])
    return parse_fields(names) if names else None
