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

Any ASGI server runs it: `uvicorn module:endpoint`. A larger Starlette or FastAPI application takes it as a route,
`Route("/flow", endpoint)`, or mounts it below a path. Pings, error notices, signatures and keys are taken care
of; handlers see clear requests and return clear answers.
"""

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar, get_args

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from headrace.bodies import BodyRefused, BodyTooLarge, receive_body
from headrace.exchange import messages
from headrace.exchange.flow_tokens import FlowTokens, Turns, is_counted
from headrace.exchange.keys import load_private_key, public_pem
from headrace.exchange.observations import Observation, Observer
from headrace.exchange.replies import (
    Answer,
    Finish,
    NotARequest,
    Request,
    Screen,
    TokenExpired,
    Unanswerable,
    UnusablePayload,
    read_request,
)
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
from headrace.protocol import SUCCESS

__all__ = [
    "Answer",
    "AnswerCheck",
    "Endpoint",
    "Finish",
    "Request",
    "Screen",
    "TokenExpired",
    "Unanswerable",
    "UnusablePayload",
]

_log = logging.getLogger(__name__)

DEFAULT_MAX_BYTES = 10 * 1024 * 1024
_GREETING = b"This is the endpoint of a WhatsApp Flow. It answers sealed POST requests."
_LARGE = 64 * 1024
"""From this many bytes on a request is opened in a worker thread; a smaller one takes less than the way there."""

Reply = Screen | Finish | Answer
Handler = Callable[[Request], Reply | Awaitable[Reply]]
ErrorHandler = Callable[[Request], Awaitable[None] | None]
AnyHandler = TypeVar("AnyHandler", bound=Handler)
AnyErrorHandler = TypeVar("AnyErrorHandler", bound=ErrorHandler)
HandledAction = Literal["INIT", "data_exchange", "BACK"]
_HANDLED: tuple[str, ...] = get_args(HandledAction)
_LONGEST_LINE = 1000
KeySource = str | bytes | Path


class AnswerCheck(Protocol):
    """Says why a phone could not use an answer to this action on this screen; None when it takes it.

    `headrace.phone.answer_check.FlowAnswers` is one.
    """

    def __call__(self, action: str, screen: str | None, answer: dict[str, Any]) -> str | None: ...


class _HttpRefusal(Exception):
    """Answered with this status and, in the log only, these words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class Endpoint:
    """The endpoint of one or several Flows, as an ASGI app.

    `private_key` is PEM text or the path of a PEM file, `password` opens it; give several for several numbers, or while
    one is replaced. `app_secret` is the secret of the app the Flow is linked to; give two while it is being changed, or
    None to accept unsigned requests. With `verify_flow_tokens` every request must carry a `flow_token_signature` made
    with that secret (Flow JSON 7.3 with Data API 4.0). `flow_tokens` remembers which tokens are used up.

    `answers` judges each answer by the Flow before it is sent; what a phone could not use is logged, counted and sent
    all the same, or with `refuse_misfits` answered with 500. `observers` hear of every request. Bodies over
    `max_bytes` are refused. Files that people attach are fetched from public addresses only; `private_networks` also
    lets in those of this machine and its network, as a box needs it. `transport` takes the place of the HTTP client
    that fetches them. Raises UnusableKey.

    Answers: 421 for what does not open with the key, 427 for `TokenExpired`, 432 for a wrong signature, 400 for what is
    no request, 500 when a handler fails or none is registered; the log says why, the answer does not.
    """

    def __init__(
        self,
        *,
        private_key: KeySource | Sequence[KeySource],
        app_secret: str | Sequence[str] | None,
        password: str | None = None,
        verify_flow_tokens: bool = False,
        flow_tokens: FlowTokens | None = None,
        answers: AnswerCheck | None = None,
        refuse_misfits: bool = False,
        observers: Sequence[Observer] = (),
        max_bytes: int = DEFAULT_MAX_BYTES,
        private_networks: bool = False,
        transport: Transport | None = None,
    ) -> None:
        secrets = (app_secret,) if isinstance(app_secret, str) else tuple(app_secret or ())
        if any(not secret for secret in secrets):
            raise ValueError("an app secret is empty; pass None to accept unsigned requests")
        if verify_flow_tokens and not secrets:
            raise ValueError("flow tokens are verified with the app secret; give one")
        self._private_keys = _loaded(private_key, password)
        self._flow_tokens = flow_tokens
        self._turns = Turns()
        self._answers = answers
        self._refuse_misfits = refuse_misfits
        self._observers = tuple(observers)
        self._secrets = secrets
        self._verify_flow_tokens = verify_flow_tokens
        self._max_bytes = max_bytes
        self._private_networks = private_networks
        self._transport = transport
        self._handlers: dict[tuple[str, str | None], Handler] = {}
        self._error_handlers: list[ErrorHandler] = []

    @property
    def public_key(self) -> str:
        """The public half of its first key, as it is uploaded for a sender: PEM."""
        return public_pem(self._private_keys[0].public_key())

    @property
    def app_secrets(self) -> tuple[str, ...]:
        """The secrets it accepts signatures of; empty when unsigned requests are accepted."""
        return self._secrets

    def use_keys(self, private_key: KeySource | Sequence[KeySource], password: str | None = None) -> None:
        """Opens what comes from now on with these keys. Raises UnusableKey, and keeps the former ones then."""
        self._private_keys = _loaded(private_key, password)

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
            await self._serve(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        if method in {"GET", "HEAD"}:
            await _send(send, 200, b"" if method == "HEAD" else _GREETING)
        elif method == "POST":
            await _send(send, *await self._answer(scope, receive))
        else:
            await _send(send, 405, b"", (b"allow", b"GET, HEAD, POST"))

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        exchange = _Exchange()
        try:
            opened = await self._opened(scope, receive)
            exchange.request = _read(opened.body)
            status, body = await self._sealed_reply(exchange, exchange.request, opened)
        except _HttpRefusal as refused:
            level, cause = (logging.ERROR, refused.__cause__) if refused.status >= 500 else (logging.WARNING, None)
            _log.log(level, "Answered %d: %s", refused.status, _one_line(refused), exc_info=cause)
            status, body = refused.status, b""
        if self._observers:
            self._observe(exchange.observation(status))
        return status, body

    async def _opened(self, scope: Scope, receive: Receive) -> OpenedRequest:
        signature = next((value for name, value in scope["headers"] if name == b"x-hub-signature-256"), None)
        if self._secrets and not signature:
            raise _unsigned(None)
        try:
            raw_body = await receive_body(receive, self._max_bytes, scope["headers"])
        except BodyTooLarge as error:
            raise _HttpRefusal(413, f"The request has more than {self._max_bytes:,} bytes.") from error
        except BodyRefused as error:
            raise _HttpRefusal(error.status, "The request does not come to its end.") from error
        header = None if signature is None else signature.decode("latin-1")
        if len(raw_body) < _LARGE:
            return self._open(raw_body, header)
        return await asyncio.to_thread(self._open, raw_body, header)

    def _open(self, raw_body: bytes, header: str | None) -> OpenedRequest:
        if self._secrets and not any(signature_matches(secret, raw_body, header) for secret in self._secrets):
            raise _unsigned(header)
        refusal: CannotOpen | None = None
        for key in self._private_keys:
            try:
                return open_request(raw_body, key)
            except NotAnEnvelope as error:
                raise _HttpRefusal(400, str(error)) from error
            except CannotOpen as error:
                refusal = refusal or error
        raise _HttpRefusal(messages.KEY_REFUSED, str(refusal)) from refusal

    async def _sealed_reply(self, exchange: "_Exchange", request: Request, opened: OpenedRequest) -> tuple[int, bytes]:
        status = messages.OK
        try:
            answer = await self._reply(exchange, request)
        except TokenExpired as expired:
            status, answer = messages.TOKEN_EXPIRED, {"error_msg": str(expired)}
        except Unanswerable as error:
            raise _HttpRefusal(error.status, f"{_where(request)}: {error}") from error
        except UnusablePayload as error:
            raise _HttpRefusal(400, f"The handler of {_where(request)} cannot use its payload: {error}") from error
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
        return status, seal_response(clear, opened.key, opened.iv).encode("ascii")

    async def _reply(self, exchange: "_Exchange", request: Request) -> dict[str, Any]:
        if request.action == "ping":
            return messages.ACTIVE
        if request.error is not None:
            await self._log_notice(request)
            return messages.ACKNOWLEDGED
        self._verify_flow_token(request)
        if self._flow_tokens is None or not is_counted(request.flow_token):
            return await self._answered(exchange, request)
        async with self._turns.of(request.flow_token):
            words = await self._flow_tokens.refusal(request.flow_token)
            if words is not None:
                raise TokenExpired(words)
            answer = await self._answered(exchange, request)
            if answer.get("screen") == SUCCESS:
                await self._flow_tokens.finish(request.flow_token)
            return answer

    async def _answered(self, exchange: "_Exchange", request: Request) -> dict[str, Any]:
        handler = self._handlers.get((request.action, request.screen)) or self._handlers.get((request.action, None))
        if handler is None and request.action not in _HANDLED:
            raise _HttpRefusal(
                400, f"The request names an action that does not exist. Actions are {_listed_actions()}."
            )
        if handler is None:
            raise _HttpRefusal(500, f"Nothing is registered for {_where(request)}. Register {_decorator(request)}.")
        reply = await self._handled(handler, request)
        if not isinstance(reply, Screen | Finish | Answer):
            raise _HttpRefusal(
                500, f"The handler of {_where(request)} returned {type(reply).__name__}. Return Screen or Finish."
            )
        answer = reply.to_json(request)
        if self._answers is not None:
            exchange.misfit = self._answers(request.action, request.screen, answer)
            self._report_misfit(exchange.misfit, request)
        return answer

    def _report_misfit(self, misfit: str | None, request: Request) -> None:
        if misfit is None:
            return
        words = f"The phone cannot use the answer to {_where(request)}: {misfit}"
        if self._refuse_misfits:
            raise _HttpRefusal(500, words)
        _log.error("%s", _one_line(words))

    def _observe(self, observation: Observation) -> None:
        for observer in self._observers:
            try:
                observer(observation)
            except Exception:
                _log.exception("An observer failed")

    async def _handled(self, handler: Handler, request: Request) -> Any:
        if self._transport is not None:
            return await _call(handler, replace(request, transport=self._transport))
        async with Outbound(private_networks=self._private_networks) as outbound:  # opens nothing before it is used
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


class _Exchange:
    """What is known of a request while it is answered."""

    def __init__(self) -> None:
        self.request: Request | None = None
        self.misfit: str | None = None
        self._began_at = time.time()
        self._began = time.perf_counter()

    def observation(self, status: int) -> Observation:
        request = self.request
        return Observation(
            status=status,
            began_at=self._began_at,
            seconds=time.perf_counter() - self._began,
            action="" if request is None else request.action,
            screen="" if request is None else request.screen or "",
            misfit=self.misfit,
            error=None if request is None else request.error,
        )


def _loaded(sources: KeySource | Sequence[KeySource], password: str | None) -> tuple[RSAPrivateKey, ...]:
    listed = [sources] if isinstance(sources, str | bytes | Path) else list(sources)
    if not listed:
        raise ValueError("an endpoint needs at least one private key")
    return tuple(load_private_key(source, password) for source in listed)


async def _send(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    sent = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": body})


def _read(clear: bytes) -> Request:
    try:
        return read_request(clear)
    except NotARequest as error:
        raise _HttpRefusal(400, str(error)) from error


def _unsigned(header: str | None) -> _HttpRefusal:
    words = "does not match the app secret" if header else "is missing"
    return _HttpRefusal(messages.SIGNATURE_REFUSED, f"The header X-Hub-Signature-256 {words}.")


async def _call(handler: Callable[[Request], Any], request: Request) -> Any:
    """Runs a handler; one that is not async runs in a thread, so that it may block."""
    if inspect.iscoroutinefunction(handler):
        return await handler(request)
    result = await run_in_threadpool(handler, request)
    return await result if inspect.isawaitable(result) else result


def _one_line(words: object) -> str:
    """Names and texts come from outside: a line end in them must not look like a line of the log, nor fill it."""
    return " ".join(str(words).split())[:_LONGEST_LINE]


def _where(request: Request) -> str:
    return f"{request.action} on {request.screen}" if request.screen else request.action


def _decorator(request: Request) -> str:
    match request.action:
        case "INIT":
            return "@endpoint.on_init"
        case "data_exchange":
            return f'@endpoint.on("{request.screen}")'
        case _:
            return f'@endpoint.on("{request.screen}", action="{request.action}")'


def _listed_actions() -> str:
    *most, last = _HANDLED
    return f"{', '.join(most)} and {last}"


async def _lifespan(receive: Receive, send: Send) -> None:
    while (await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
