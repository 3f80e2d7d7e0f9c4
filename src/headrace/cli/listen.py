"""`headrace listen`: receives webhooks and prints what comes, its signature checked."""

import contextlib
import json
import threading
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headrace.cli.connection import BoxConnection, CallRefused, connect, needed
from headrace.cli.terminal import Line, emit, emit_json, emit_text, stop

if TYPE_CHECKING:
    from starlette.applications import Starlette

_LARGEST_BODY = 3 * 1024 * 1024
_FIELDS = "messages,flows,message_template_status_update,message_template_quality_update,template_category_update"


class Format(StrEnum):
    text = "text"
    json = "json"


def listen(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes any free one.", min=0, max=65535)] = 0,
    fields: Annotated[str, typer.Option(help="What to be told about, separated by commas.")] = _FIELDS,
    register: Annotated[
        bool, typer.Option("--register/--no-register", help="Register with the box, as the webhook of its app.")
    ] = True,
    app_secret: Annotated[
        str | None,
        typer.Option(help="The app's secret, by which signatures are checked.", envvar="APP_SECRET", show_envvar=True),
    ] = None,
    verify_token: Annotated[
        str | None,
        typer.Option(help="What a handshake has to bring.", envvar="VERIFY_TOKEN", show_envvar=True),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Print the whole value of every event.")] = False,
    format: Annotated[
        Format, typer.Option(help="How to print it: text for people, json as one line an event for scripts.")
    ] = Format.text,
    url: Annotated[
        str | None, typer.Option("--url", help="Address of the box.", envvar="HEADRACE_URL", show_envvar=True)
    ] = None,
) -> None:
    """Receive webhooks and print what comes, until Ctrl-C.

    It registers itself with the box of HEADRACE_URL, or of make demo, in place of the webhook that the app has; what it
    registered is taken back at the end. With --no-register it only listens.

    Examples:

      headrace listen

      headrace listen --fields flows --full

      headrace listen --port 8470 --no-register --app-secret "$APP_SECRET" --verify-token word
    """
    box = connect(url) if register else BoxConnection("")
    secret = app_secret or box.app_secret
    token = verify_token or box.verify_token
    if not secret or not token:
        stop("Say --app-secret and --verify-token: without them nobody can tell whose webhooks these are.")
    receiver = Receiver(secret, token, full=full, form=format)
    with _Serving(receiver.app(), port) as address:
        if register:
            _register(box, address, token, fields)
        if format is Format.text:
            emit_text(f"Listening on {address}; Ctrl-C ends it.\n")
        try:
            with contextlib.suppress(KeyboardInterrupt):
                # With a limit, again and again: a signal that comes just before a wait without one would not end it.
                while not threading.Event().wait(0.5):
                    pass
        finally:
            if register:
                _take_back(box)


class Receiver:
    """Answers handshakes, and prints every event that is signed with `secret` or not."""

    def __init__(self, secret: str, verify_token: str, *, full: bool, form: Format) -> None:
        self._secret = secret
        self._verify_token = verify_token
        self._full = full
        self._form = form

    def app(self) -> "Starlette":
        from starlette.applications import Starlette
        from starlette.routing import Route

        return Starlette(routes=[Route("/{rest:path}", self.answer, methods=["GET", "POST"])])

    async def answer(self, request: Any) -> Any:
        from starlette.responses import PlainTextResponse

        from headrace.bodies import BodyRefused, receive_body
        from headrace.exchange.sealing import signature_matches

        if request.method == "GET":
            if request.query_params.get("hub.verify_token") != self._verify_token:
                return PlainTextResponse("Forbidden", 403)
            return PlainTextResponse(request.query_params.get("hub.challenge", ""))
        try:
            body = await receive_body(request.receive, _LARGEST_BODY)
        except BodyRefused as refused:
            return PlainTextResponse(f"Not taken: {refused}.\n", refused.status)
        signature = request.headers.get("x-hub-signature-256")
        is_signed = signature_matches(self._secret, body, signature)
        self._print(body, is_signed=is_signed)
        return PlainTextResponse("", 200 if is_signed else 403)

    def _print(self, body: bytes, *, is_signed: bool) -> None:
        try:
            told = json.loads(body)
            changes = [(entry, change) for entry in told["entry"] for change in entry["changes"]]
        except (ValueError, KeyError, TypeError, RecursionError):
            emit([[("✗ ", "error"), ("no webhook: ", ""), (body[:200].decode("utf-8", "replace"), "faint")]])
            return
        for entry, change in changes:
            if self._form is Format.json:
                found = {"waba_id": entry.get("id"), "is_signed": is_signed, **change}
                emit_json(json.dumps(found, ensure_ascii=False))
            else:
                emit(_lines(change, is_signed=is_signed, full=self._full))


def _lines(change: dict[str, Any], *, is_signed: bool, full: bool) -> list[Line]:
    field, value = str(change.get("field")), change.get("value")
    mark: Line = [("✓ ", "help")] if is_signed else [("✗ signature wrong  ", "error")]
    told = [words for words in _summary(field, value if isinstance(value, dict) else {}) if words] or [""]
    lines: list[Line] = [[*mark, (f"{field}  ", "place"), (words, "")] for words in told]
    if full:
        shown = json.dumps(value, ensure_ascii=False, indent=2)
        lines += [[("  ", ""), (line, "faint")] for line in shown.split("\n")]
    return lines


def _summary(field: str, value: dict[str, Any]) -> list[str]:
    """What happened, a sentence each."""
    if field != "messages":
        return [str(value.get("message") or value.get("warning") or _pairs(value))]
    found = []
    for status in _objects(value.get("statuses")):
        errors = ", ".join(f"{error.get('code')} {error.get('title')}" for error in _objects(status.get("errors")))
        found.append(f"{status.get('status')} to {status.get('recipient_id')}  {status.get('id')}  {errors}".rstrip())
    found += [f"from {message.get('from')}: {_content(message)}" for message in _objects(value.get("messages"))]
    return found


def _content(message: dict[str, Any]) -> str:
    kind = str(message.get("type"))
    content = message.get(kind)
    if not isinstance(content, dict):
        return kind
    reply = content.get("nfm_reply")
    if isinstance(reply, dict):
        return f"answer {reply.get('response_json')}"
    if kind == "text":
        return str(content.get("body"))
    return f"{kind} {_pairs(content)}"


def _pairs(value: dict[str, Any]) -> str:
    return "  ".join(f"{name} {json.dumps(member, ensure_ascii=False)}" for name, member in value.items())


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _register(box: BoxConnection, address: str, token: str, fields: str) -> None:
    try:
        box.as_app().graph(
            "POST",
            f"{needed(box.app_id, 'app_id')}/subscriptions",
            object="whatsapp_business_account",
            callback_url=address,
            verify_token=token,
            fields=fields,
        )
        box.graph("POST", f"{needed(box.waba_id, 'waba_id')}/subscribed_apps")
    except CallRefused as refusal:
        stop(f"The webhook cannot be registered. {refusal}")


def _take_back(box: BoxConnection) -> None:
    try:
        box.as_app().graph("DELETE", f"{box.app_id}/subscriptions", object="whatsapp_business_account")
    except CallRefused as refusal:
        emit_text(f"The webhook is still registered: {refusal}\n")


class _Serving:
    """Serves an app on a port of this machine, in a thread of its own."""

    def __init__(self, app: "Starlette", port: int) -> None:
        import uvicorn

        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", lifespan="off")
        self._server = uvicorn.Server(config)
        self._port = port
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        with contextlib.suppress(SystemExit):  # the port is taken: the waiting thread says so
            self._server.run()

    def __enter__(self) -> str:
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                stop(f"Port {self._port} is taken by another program. Choose another one with --port, or 0.")
            threading.Event().wait(0.01)
        return f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}/"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(5)
