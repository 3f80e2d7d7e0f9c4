"""The business side of an exchange: an ASGI app on which handlers are registered per screen and action.

>>> from headrace.exchange.endpoint import Endpoint, Finish, Request, Screen
>>> from headrace.exchange.sealing import generate_key_pair
>>> endpoint = Endpoint(private_key=generate_key_pair().private_pem, app_secret="the secret of the app")
>>> @endpoint.on_init
... def begin(request: Request) -> Screen:
...     return Screen("NAME", {"greeting": "Good morning"})
>>> @endpoint.on("NAME")
... async def name(request: Request) -> Screen | Finish:
...     if not request.data["name"]:
...         return Screen("NAME", error_message="Tell us your name.")
...     return Finish({"name": request.data["name"]})

Any ASGI server runs it: `uvicorn module:endpoint`. It can also be mounted below a path of a larger application. Pings,
error notices, signatures and keys are taken care of; handlers see clear requests and return clear answers.
"""

import inspect
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from headrace.bodies import BodyRefused, BodyTooLarge, receive_body
from headrace.exchange import messages
from headrace.exchange.keys import load_private_key, public_pem
from headrace.exchange.media import Attachment, UnusableFile
from headrace.exchange.receiving import ReceivedFile, fetch_files
from headrace.exchange.sealing import (
    CannotOpen,
    NotAnEnvelope,
    OpenedRequest,
    flow_token_signature_matches,
    open_request,
    seal_response,
    signature_matches,
)
from headrace.exchange.transport import Transport
from headrace.outbound import Outbound
from headrace.protocol import SUCCESS, UNUSED_TOKEN

_log = logging.getLogger(__name__)

DEFAULT_MAX_BYTES = 10 * 1024 * 1024
_GREETING = "This is the endpoint of a WhatsApp Flow. It answers sealed POST requests."


@dataclass(frozen=True)
class Request:
    """What the phone asks, in clear.

    `action` is `INIT` (the Flow opens), `data_exchange` (the person did something on `screen`) or `BACK` (the person
    left `screen` backwards). `data` holds what the action's payload names. `flow_token` is the token of the message,
    `"unused"` when it has none. In an error notice `error` names the kind and `error_message` explains it.
    """

    action: str
    screen: str | None
    data: dict[str, Any]
    flow_token: str
    version: str
    flow_token_signature: str | None = None
    error: str | None = None
    error_message: str | None = None
    transport: Transport = field(default_factory=Outbound, repr=False, compare=False)

    def attachments(self, name: str) -> list[Attachment]:
        """The files of a PhotoPicker or DocumentPicker that came as `data[name]`, described but not fetched.

        Raises UnusableFile when the member is there and describes no files.
        """
        value = self.data.get(name)
        if value in (None, "", []):
            return []
        if not isinstance(value, list):
            raise UnusableFile(f"{name} holds no list of files.")
        return [Attachment.from_json(described) for described in value]

    async def files(self, name: str) -> list[ReceivedFile]:
        """The same files, fetched, checked and opened. Raises UnusableFile when one of them cannot be had."""
        return await fetch_files(self.attachments(name), self.transport)


@dataclass(frozen=True)
class Screen:
    """Shows a screen with its data. `error_message` appears at the foot of the screen; naming the screen the person is
    on keeps it open, and only the fields named in `data` change."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)
    error_message: str | None = None

    def __post_init__(self) -> None:
        if self.name == SUCCESS:
            raise ValueError(f"No screen is called {SUCCESS}. Return Finish(params) to end the Flow.")

    def to_json(self, _request: Request) -> dict[str, Any]:
        extra = {} if self.error_message is None else {"error_message": self.error_message}
        return {"screen": self.name, "data": {**self.data, **extra}}


@dataclass(frozen=True)
class Finish:
    """Ends the Flow. `params` is what the message to the business will contain; the flow token is added to it."""

    params: dict[str, Any] = field(default_factory=dict)

    def to_json(self, request: Request) -> dict[str, Any]:
        return messages.final_answer({"flow_token": request.flow_token, **self.params})


class TokenExpired(Exception):
    """Raised by a handler when the flow token counts no more, for instance because the order was placed. The phone
    shows the message, closes the Flow and disables the button that opened it."""


Reply = Screen | Finish
Handler = Callable[[Request], Reply | Awaitable[Reply]]
ErrorHandler = Callable[[Request], Awaitable[None] | None]
AnyHandler = TypeVar("AnyHandler", bound=Handler)
AnyErrorHandler = TypeVar("AnyErrorHandler", bound=ErrorHandler)
HandledAction = Literal["INIT", "data_exchange", "BACK"]


class _HttpRefusal(Exception):
    """Answered with this status and, in the log only, these words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class Endpoint:
    """The endpoint of one or several Flows, as an ASGI app.

    `private_key` is PEM text or the path of a PEM file, `password` opens it. `app_secret` is the secret of the app the
    Flow is linked to; give two while it is being changed, or None to accept unsigned requests. With
    `verify_flow_tokens` every request must carry a `flow_token_signature` made with that secret (Flow JSON 7.3 with
    Data API 4.0). Bodies over `max_bytes` are refused. Files that people attach are fetched from public addresses only;
    `private_networks` also lets in those of this machine and its network, as a box needs it. `transport` takes the
    place of the HTTP client that fetches them. Raises UnusableKey.

    Answers: 421 for what does not open with the key, 427 for `TokenExpired`, 432 for a wrong signature, 400 for what is
    no request, 500 when a handler fails or none is registered; the log says why, the answer does not.
    """

    def __init__(
        self,
        *,
        private_key: str | bytes | Path,
        app_secret: str | Sequence[str] | None,
        password: str | None = None,
        verify_flow_tokens: bool = False,
        max_bytes: int = DEFAULT_MAX_BYTES,
        private_networks: bool = False,
        transport: Transport | None = None,
    ) -> None:
        secrets = (app_secret,) if isinstance(app_secret, str) else tuple(app_secret or ())
        if any(not secret for secret in secrets):
            raise ValueError("an app secret is empty; pass None to accept unsigned requests")
        if verify_flow_tokens and not secrets:
            raise ValueError("flow tokens are verified with the app secret; give one")
        self._private_key = load_private_key(private_key, password)
        self._secrets = secrets
        self._verify_flow_tokens = verify_flow_tokens
        self._max_bytes = max_bytes
        self._private_networks = private_networks
        self._transport = transport
        self._handlers: dict[tuple[str, str | None], Handler] = {}
        self._error_handlers: list[ErrorHandler] = []

    @property
    def public_key(self) -> str:
        """The public half of its key, as it is uploaded for a sender: PEM."""
        return public_pem(self._private_key.public_key())

    @property
    def app_secrets(self) -> tuple[str, ...]:
        """The secrets it accepts signatures of; empty when unsigned requests are accepted."""
        return self._secrets

    def on(
        self, screen: str | None = None, *, action: HandledAction = "data_exchange"
    ) -> Callable[[AnyHandler], AnyHandler]:
        """Registers a handler for an action on a screen; without a screen, for all that have none of their own."""

        def register(handler: AnyHandler) -> AnyHandler:
            if (action, screen) in self._handlers:
                raise ValueError(f"{action} on {screen or 'any screen'} already has a handler")
            self._handlers[action, screen] = handler
            return handler

        return register

    def on_init(self, handler: AnyHandler) -> AnyHandler:
        """Registers what answers when a Flow opens."""
        return self.on(action="INIT")(handler)

    def on_back(self, handler: AnyHandler) -> AnyHandler:
        """Registers what answers BACK from screens with `refresh_on_back` that have no handler of their own for it."""
        return self.on(action="BACK")(handler)

    def on_error(self, handler: AnyErrorHandler) -> AnyErrorHandler:
        """Registers a listener for error notices: the phone could not use an answer. They are acknowledged anyway."""
        self._error_handlers.append(handler)
        return handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            response = await self._respond(HttpRequest(scope, receive))
            await response(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _respond(self, http: HttpRequest) -> Response:
        if http.method in {"GET", "HEAD"}:
            return PlainTextResponse(_GREETING)
        if http.method != "POST":
            return PlainTextResponse("", 405, headers={"Allow": "GET, HEAD, POST"})
        try:
            opened = await run_in_threadpool(self._open, await self._body(http), http.headers)
            return await self._answer(opened)
        except _HttpRefusal as refused:
            level, cause = (logging.ERROR, refused.__cause__) if refused.status >= 500 else (logging.WARNING, None)
            _log.log(level, "Answered %d: %s", refused.status, _one_line(refused), exc_info=cause)
            return PlainTextResponse("", refused.status)

    async def _body(self, http: HttpRequest) -> bytes:
        if self._secrets and not http.headers.get("x-hub-signature-256"):
            raise _unsigned(None)
        try:
            return await receive_body(http.receive, self._max_bytes, http.scope["headers"])
        except BodyTooLarge as error:
            raise _HttpRefusal(413, f"The request has more than {self._max_bytes:,} bytes.") from error
        except BodyRefused as error:
            raise _HttpRefusal(error.status, "The request does not come to its end.") from error

    def _open(self, raw_body: bytes, headers: Any) -> OpenedRequest:
        header = headers.get("x-hub-signature-256")
        if self._secrets and not any(signature_matches(secret, raw_body, header) for secret in self._secrets):
            raise _unsigned(header)
        try:
            return open_request(raw_body, self._private_key)
        except NotAnEnvelope as error:
            raise _HttpRefusal(400, str(error)) from error
        except CannotOpen as error:
            raise _HttpRefusal(messages.KEY_REFUSED, str(error)) from error

    async def _answer(self, opened: OpenedRequest) -> Response:
        request = _read(opened.body)
        status = messages.OK
        try:
            answer = await self._reply(request)
        except TokenExpired as expired:
            status, answer = messages.TOKEN_EXPIRED, {"error_msg": str(expired)}
        except _HttpRefusal:
            raise
        except Exception as error:
            raise _HttpRefusal(500, f"The handler of {_where(request)} raised {type(error).__name__}.") from error
        try:
            clear = messages.to_bytes(answer)
        except ValueError as error:
            raise _HttpRefusal(
                500, f"The handler of {_where(request)} returned what JSON cannot hold: {error}."
            ) from error
        return PlainTextResponse(seal_response(clear, opened.key, opened.iv), status)

    async def _reply(self, request: Request) -> dict[str, Any]:
        if request.action == "ping":
            return messages.ACTIVE
        if request.error is not None:
            await self._log_notice(request)
            return messages.ACKNOWLEDGED
        self._verify_flow_token(request)
        handler = self._handlers.get((request.action, request.screen)) or self._handlers.get((request.action, None))
        if handler is None:
            raise _HttpRefusal(500, f"Nothing is registered for {_where(request)}. Register {_decorator(request)}.")
        reply = await self._handled(handler, request)
        if not isinstance(reply, Screen | Finish):
            raise _HttpRefusal(
                500, f"The handler of {_where(request)} returned {type(reply).__name__}. Return Screen or Finish."
            )
        return reply.to_json(request)

    async def _handled(self, handler: Handler, request: Request) -> Any:
        if self._transport is not None:
            return await _call(handler, replace(request, transport=self._transport))
        async with Outbound(private_networks=self._private_networks) as outbound:
            return await _call(handler, replace(request, transport=outbound))

    async def _log_notice(self, request: Request) -> None:
        what = _one_line(f"{request.error} on {request.screen}: {request.error_message}")
        _log.error("The phone could not use an answer: %s", what)
        for handler in self._error_handlers:
            try:
                await _call(handler, request)
            except Exception:
                _log.exception("A handler of error notices failed")

    def _verify_flow_token(self, request: Request) -> None:
        if not self._verify_flow_tokens:
            return
        jwt = request.flow_token_signature
        if jwt is None:
            raise _HttpRefusal(
                messages.SIGNATURE_REFUSED,
                'flow_token_signature is missing. It comes with data_api_version "4.0" of Flow JSON 7.3 and later.',
            )
        if not any(flow_token_signature_matches(jwt, request.flow_token, secret) for secret in self._secrets):
            raise _HttpRefusal(messages.SIGNATURE_REFUSED, "flow_token_signature does not match the flow token.")


def _unsigned(header: str | None) -> _HttpRefusal:
    words = "does not match the app secret" if header else "is missing"
    return _HttpRefusal(messages.SIGNATURE_REFUSED, f"The header X-Hub-Signature-256 {words}.")


def _read(clear: bytes) -> Request:
    try:
        body = messages.from_bytes(clear)
    except messages.NotAMessage as error:
        raise _HttpRefusal(400, f"The request was opened but cannot be read. {error}") from error
    texts = {name: body.get(name) for name in ("action", "version", "flow_token", "screen", "flow_token_signature")}
    if not isinstance(texts["action"], str):
        raise _HttpRefusal(400, "The request names no action.")
    if any(not isinstance(value, str | None) for value in texts.values()):
        raise _HttpRefusal(400, "A member of the request that must be a text is not one.")
    data = body.get("data")
    if not isinstance(data, dict | None):
        raise _HttpRefusal(400, "data is not a JSON object.")
    kind, words = messages.error_of(body) or (None, None)
    return Request(
        action=texts["action"],
        screen=texts["screen"] or None,
        data=data or {},
        flow_token=texts["flow_token"] or UNUSED_TOKEN,
        version=texts["version"] or "3.0",
        flow_token_signature=texts["flow_token_signature"],
        error=kind,
        error_message=words,
    )


async def _call(handler: Callable[[Request], Any], request: Request) -> Any:
    """Runs a handler; one that is not async runs in a thread, so that it may block."""
    if inspect.iscoroutinefunction(handler):
        return await handler(request)
    result = await run_in_threadpool(handler, request)
    return await result if inspect.isawaitable(result) else result


def _one_line(words: object) -> str:
    """Names and texts come from outside: a line end in them must not look like a line of the log."""
    return " ".join(str(words).split())


def _where(request: Request) -> str:
    return f"{request.action} on {request.screen}" if request.screen else request.action


def _decorator(request: Request) -> str:
    match request.action:
        case "INIT":
            return "@endpoint.on_init"
        case "data_exchange":
            return f'@endpoint.on("{request.screen}")'
        case "BACK":
            return f'@endpoint.on("{request.screen}", action="BACK")'
        case _:
            return "no handler for it: the actions are INIT, data_exchange and BACK"


async def _lifespan(receive: Receive, send: Send) -> None:
    while (await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
