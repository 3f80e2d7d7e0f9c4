"""What stands at the other end of a Flow under test: an app, an address, or answers that are given beforehand."""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from headrace.exchange.channel import Channel, Outcome
from headrace.exchange.endpoint import Endpoint
from headrace.exchange.keys import load_public_key
from headrace.exchange.transport import AsgiTransport, Transport
from headrace.identifiers import RandomIdentifiers
from headrace.simulator.sessions import EndpointClient

_HERE = "http://endpoint.test"
_ASGI_ARGUMENTS = 3


class NoAnswerLeft(AssertionError):
    """The Flow asks for more than there are answers; the text says what it asks."""


def client_to(
    endpoint: Any, public_key: str | None, app_secret: str | None, path: str, outbound: Callable[[], Transport]
) -> EndpointClient:
    """The way to whatever was given as endpoint. Raises TypeError and UnusableKey for what cannot be used."""
    __tracebackhide__ = True
    if isinstance(endpoint, str):
        if not endpoint.startswith(("http://", "https://")):
            raise TypeError(f"endpoint={endpoint!r} is not an http address.")
        return _channel(outbound(), endpoint, public_key, app_secret)
    if isinstance(endpoint, Mapping | Sequence) or (callable(endpoint) and not _is_app(endpoint)):
        return Answers(endpoint)
    if not callable(endpoint):
        raise TypeError(f"endpoint is {type(endpoint).__name__}. Give an ASGI app, an address or answers.")
    if isinstance(endpoint, Endpoint):
        public_key = public_key or endpoint.public_key
        app_secret = app_secret or next(iter(endpoint.app_secrets), None)
    return _channel(AsgiTransport(endpoint), f"{_HERE}{path}", public_key, app_secret)


def _channel(transport: Transport, url: str, public_key: str | None, app_secret: str | None) -> Channel:
    __tracebackhide__ = True
    if public_key is None:
        raise TypeError("This endpoint needs public_key=, its key in PEM: requests are sealed with it.")
    load_public_key(public_key)

    async def fetch() -> str | None:
        return public_key

    return Channel(transport, url, app_secret or "", fetch, RandomIdentifiers())


def _is_app(given: Callable[..., Any]) -> bool:
    if isinstance(given, Endpoint):
        return True
    try:
        parameters = inspect.signature(given).parameters.values()
    except (TypeError, ValueError):
        return False
    needed = [
        parameter
        for parameter in parameters
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    return len(needed) == _ASGI_ARGUMENTS


Answer = Mapping[str, Any]
Answering = Callable[[dict[str, Any]], Answer | Awaitable[Answer]]


class Answers:
    """Answers given beforehand, so no endpoint is needed: a list, an object by screen or action, or a function.

    An answer is what the endpoint would answer in clear, such as `{"screen": "DONE", "data": {}}`. One object that is
    an answer itself is given each time. `mishap` keeps what a function raised, or what was missing.
    """

    def __init__(self, given: Answer | Sequence[Answer] | Answering) -> None:
        self._given = given
        self._used = 0
        self.mishap: BaseException | None = None

    async def exchange(self, request: dict[str, Any]) -> Outcome:
        try:
            answer = self._answer(request)
            body = await answer if inspect.isawaitable(answer) else answer
        except Exception as mishap:
            self.mishap = mishap
            raise
        return Outcome(kind="answered", request=request, milliseconds=0, body=dict(body), http_status=200)

    def _answer(self, request: dict[str, Any]) -> Any:
        if callable(self._given):
            return self._given(request)
        if isinstance(self._given, Mapping):
            if "screen" in self._given:
                return self._given
            for name in (str(request.get("screen")), str(request["action"])):
                if name in self._given:
                    return self._given[name]
            raise NoAnswerLeft(f"No answer is given for {_asked(request)}. There are: {', '.join(self._given)}.")
        self._used += 1
        if self._used > len(self._given):
            raise NoAnswerLeft(f"{_asked(request)} is exchange {self._used}, and {len(self._given)} answers are given.")
        return self._given[self._used - 1]


def _asked(request: Mapping[str, Any]) -> str:
    return f"{request['action']} of {request['screen']}" if request.get("screen") else str(request["action"])
