"""A batch: up to 50 calls in one, each answered as if it had come by itself (docs/graph-api.md).

They are made one after the other, in their order. One may take values from the answer of an earlier one that has a
`name`: `{result=first:$.data[0].id}`, in its address or its body. A call whose `depends_on` was refused is not made,
and its answer is null.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

import orjson
from starlette.responses import Response

from headrace.platform.errors import PlatformError
from headrace.platform.errors.catalogue import BATCH_TOO_LARGE, PARAMETER_INVALID
from headrace.platform.graph.bodies import read_form_text
from headrace.platform.graph.parameters import Parameters, one_of
from headrace.platform.graph.visits import Visit, segments_of

MOST_CALLS: Final = 50
_METHODS: Final = ["GET", "POST", "PUT", "DELETE"]
_AS_THEY_ARE: Final = "/%:@!$&'()*+,;=~-._"
_REFERENCE: Final = re.compile(r"\{result=([^:{}]{1,100}):(\$[^{}]{0,200})\}")
_STEP: Final = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\.(\*)|\[(\d{1,4}|\*)\]")

Respond = Callable[[Visit], Awaitable[Response]]
Refuse = Callable[[PlatformError, str, str], Response]
"""The answer to a call that was refused before it was made: by its method and path."""


async def run_batch(outer: Visit, respond: Respond, refuse: Refuse) -> list[dict[str, Any] | None]:
    """The answers in the order of the calls. Raises code 100 for a batch that is none, before any call is made."""
    calls = outer.parameters.array("batch")
    if calls is None:
        raise PARAMETER_INVALID.numbered("The parameter batch is required")
    if len(calls) > MOST_CALLS:
        raise BATCH_TOO_LARGE.numbered(BATCH_TOO_LARGE.title)
    for index, call in enumerate(calls):
        _check(index, call)
    shows_headers = outer.parameters.boolean("include_headers", default=True)
    named: dict[str, Any] = {}
    failed: set[str] = set()
    answers: list[dict[str, Any] | None] = []
    for index, call in enumerate(calls):
        name, waits_for = call.get("name"), call.get("depends_on")
        if waits_for in failed:
            answers.append(None)
            if name:
                failed.add(name)
            continue
        try:
            response = await respond(_visit(outer, index, call, named))
        except PlatformError as error:
            path = quote(_path(call), safe=_AS_THEY_ARE)
            response = refuse(error, str(call.get("method", "GET")).upper(), path)
        body = bytes(response.body).decode()
        is_good = response.status_code < 400
        if name:
            (named.__setitem__(name, orjson.loads(body)) if is_good else failed.add(name))
        if is_good and name and call.get("omit_response_on_success", True) and _is_needed(name, calls):
            answers.append(None)
            continue
        answer: dict[str, Any] = {"code": response.status_code}
        if shows_headers:
            answer["headers"] = [{"name": header, "value": value} for header, value in response.headers.items()]
        answers.append({**answer, "body": body})
    return answers


def _check(index: int, call: Any) -> None:
    place = f"batch[{index}]"
    if not isinstance(call, dict):
        raise PARAMETER_INVALID.numbered(f"Param {place} must be an object with method and relative_url")
    method = str(call.get("method", "GET")).upper()
    if method not in _METHODS:
        raise one_of(f"{place}[method]", method, _METHODS)
    for name in ("relative_url", "body", "name", "depends_on", "attached_files"):
        if not isinstance(call.get(name, ""), str):
            raise PARAMETER_INVALID.numbered(f"Param {place}[{name}] must be a string")
    if not segments_of(_path(call)):
        raise PARAMETER_INVALID.numbered(f"Param {place}[relative_url] must name an object, such as me or 123/flows")


def _is_needed(name: str, calls: list[Any]) -> bool:
    """Whether another call takes something from the one with this name: then its own answer is left out."""
    return any(
        call.get("depends_on") == name
        or any(found[1] == name for found in _REFERENCE.finditer(f"{call.get('relative_url')} {call.get('body')}"))
        for call in calls
    )


def _path(call: dict[str, Any]) -> str:
    return "/" + str(call.get("relative_url", "")).partition("?")[0].lstrip("/")


def _visit(outer: Visit, index: int, call: dict[str, Any], named: dict[str, Any]) -> Visit:
    resolved = {**call, "relative_url": _filled(index, str(call.get("relative_url", "")), named)}
    # As it would stand in a request's first line: nothing of it can break a line of the log.
    path, query = quote(_path(resolved), safe=_AS_THEY_ARE), resolved["relative_url"].partition("?")[2]
    if not re.match(r"/v[0-9]", path):
        path = f"/{outer.version}{path}"
    body = _filled(index, str(call.get("body", "")), named)
    values = read_form_text(query, "relative_url") | read_form_text(body, "body")
    for name in filter(None, (part.strip() for part in str(call.get("attached_files", "")).split(","))):
        upload = outer.parameters.upload(name)
        if upload is None:
            raise PARAMETER_INVALID.numbered(
                f'Param batch[{index}][attached_files] names "{name[:80]}", which is no part'
            )
        values[name] = upload
    parameters = Parameters(values)
    return replace(
        outer,
        method=str(call.get("method", "GET")).upper(),
        path=path,
        query=query,
        token=parameters.text("access_token") or outer.token,
        proof=parameters.text("appsecret_proof") or (None if "access_token" in parameters else outer.proof),
        parameters=parameters,
        headers={},
    )


def _filled(index: int, text: str, named: dict[str, Any]) -> str:
    """The text with what it takes from earlier answers, several values with commas between them."""

    def value(found: "re.Match[str]") -> str:
        values = _at(named.get(found[1]), found[2])
        if not values:
            raise PARAMETER_INVALID.numbered(f"Param batch[{index}] takes {found[0]}, which no earlier call answered")
        return quote(",".join(one if isinstance(one, str) else orjson.dumps(one).decode() for one in values), safe=",")

    return _REFERENCE.sub(value, text)


def _at(answer: Any, path: str) -> list[Any]:
    """What a JSONPath of names, numbers and `*` finds; nothing where it leads nowhere."""
    found, at = [answer], 1
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            return []
        at = step.end()
        name, number = step[1], step[3]
        if step[2] or number == "*":
            found = [inner for one in found for inner in _members(one)]
        elif number is not None:
            found = [one[int(number)] for one in found if isinstance(one, list) and int(number) < len(one)]
        else:
            found = [one[name] for one in found if isinstance(one, dict) and name in one]
    return [one for one in found if one is not None]


def _members(value: Any) -> list[Any]:
    return value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []


def is_batch(method: str, segments: list[str]) -> bool:
    """Whether a call to this path is a batch."""
    return method == "POST" and not segments
