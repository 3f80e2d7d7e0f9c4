"""`headrace relay`: stands before an HTTP service in any language and speaks the data exchange protocol for it."""

import logging
import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headrace.cli.terminal import emit_text, log_to_stderr, printable, stop

if TYPE_CHECKING:
    from headrace.exchange.relay import Access
    from headrace.phone.answer_check import FlowAnswers

_LIKELY_SECRET = re.compile(r"pass|pin$|^pin|secret|token|card|cvv|cvc|iban|ssn", re.IGNORECASE)
"""Names of members that are masked when no Flow says which are sensitive."""


def relay(  # noqa: PLR0917 - each is an option of the command
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The URL of the service, http or https.")],
    keys: Annotated[
        Path, typer.Option(help="Folder with private.pem, as headrace keys makes it.", file_okay=False)
    ] = Path(),
    password: Annotated[
        str | None,
        typer.Option(envvar="HEADRACE_KEY_PASSWORD", help="The password of the private key.", show_envvar=True),
    ] = None,
    app_secret: Annotated[
        list[str] | None,
        typer.Option(
            envvar="HEADRACE_APP_SECRET",
            help="The secret of the Flow's app; give it again while it is being changed.",
            show_envvar=True,
        ),
    ] = None,
    unsigned: Annotated[bool, typer.Option("--unsigned", help="Take requests without a signature.")] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes any free one.", min=0, max=65535)] = 8080,
    timeout: Annotated[
        float, typer.Option(help="Seconds that the service may take; WhatsApp waits 10.", min=0.1, max=10)
    ] = 8.0,
    header: Annotated[
        list[str] | None, typer.Option(help='A header for the service, such as "Authorization: Bearer …".')
    ] = None,
    flow: Annotated[
        Path | None, typer.Option(help="Flow JSON by which answers are judged and sensitive fields are known.")
    ] = None,
    refuse: Annotated[bool, typer.Option("--refuse", help="Send no answer that the Flow cannot use.")] = False,
    files: Annotated[
        Path | None, typer.Option(help="Folder into which attached files are opened; else they are handed on.")
    ] = None,
    private_networks: Annotated[
        bool,
        typer.Option("--private-networks", help="Also fetch files from this machine and its network, as of a box."),
    ] = False,
    log_data: Annotated[
        bool, typer.Option("--log-data", help="Log what people sent, too; sensitive fields are masked.")
    ] = False,
) -> None:
    """Stand before an HTTP service and speak the data exchange protocol for it, in whatever language it is written.

    The service gets plain JSON by POST (version, action, screen, data, flow_token) and answers with screen and data, or
    with status 427 and error_msg. Pings, signatures, keys and error notices never reach it. Keys that are replaced in
    the folder are taken up while it runs. The access log goes to standard error.

    Exit status: 0 stopped by Ctrl-C, 2 the input cannot be used.

    Examples:

      headrace relay http://127.0.0.1:3000/flow --app-secret "$APP_SECRET"

      headrace relay http://127.0.0.1:3000/flow --keys keys --flow flow.json --files uploads --port 9000
    """
    import asyncio

    if not target.startswith(("http://", "https://")):
        stop(f"{target} is not an http address.")
    if not app_secret and not unsigned:
        stop("Give the secret of the app with --app-secret, or take --unsigned to answer whoever knows the public key.")
    headers = [_header(one) for one in header or ()]
    answers = None if flow is None else _flow(flow)
    log_to_stderr(logging.INFO, "%(asctime)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    try:
        listener = socket.create_server((host, port))
    except (OSError, OverflowError) as error:
        stop(f"{host}:{port} cannot be listened on: {getattr(error, 'strerror', error)}. Choose another --port.")
    access = _AccessLog(answers, with_data=log_data)
    with listener:
        asyncio.run(
            _serve(
                listener,
                target,
                private_networks=private_networks,
                keys=keys,
                password=password,
                app_secret=None if unsigned else app_secret,
                headers=headers,
                seconds=timeout,
                files=files,
                answers=answers,
                refuse_misfits=refuse,
                access=access,
            )
        )


async def _serve(
    listener: socket.socket, target: str, *, private_networks: bool, keys: Path, access: "_AccessLog", **options: Any
) -> None:
    import uvicorn

    from headrace.exchange.key_files import KeyFolder
    from headrace.exchange.keys import UnusableKey
    from headrace.exchange.relay import Relay
    from headrace.outbound import Outbound

    async with Outbound(private_networks=True) as service, Outbound(private_networks=private_networks) as media:
        try:
            app = Relay(
                target,
                keys=KeyFolder(keys),
                transport=service,
                media=media,
                accessed=access.exchanged,
                **options,
            )
        except UnusableKey as error:
            stop(f"{error} Make a pair with: headrace keys new")
        host, port = listener.getsockname()[:2]
        server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", proxy_headers=False)
        )
        emit_text(f"Relaying http://{f'[{host}]' if ':' in host else host}:{port}/ to {printable(target)}\n")
        await server.serve(sockets=[listener])


class _AccessLog:
    """Writes a line for each exchange: never a token, and of what people sent only what is not sensitive."""

    def __init__(self, answers: "FlowAnswers | None", *, with_data: bool) -> None:
        self._answers = answers
        self._with_data = with_data
        self._log = logging.getLogger("headrace.relay")

    def exchanged(self, access: "Access") -> None:
        from headrace.exchange.relay import redacted

        where = f"{access.action} {access.screen}".strip()
        came = "no answer" if access.service_status is None else str(access.service_status)
        parts = [where, f"token {access.flow_token}", f"service {came} in {access.service_milliseconds} ms"]
        if self._with_data:
            parts.append(redacted(access.data, lambda member: self._is_sensitive(access.screen, member)))
        if access.words:
            parts.append(access.words)
        self._log.info("%s", printable("  ".join(parts)))

    def _is_sensitive(self, screen: str, member: str) -> bool:
        if _LIKELY_SECRET.search(member):
            return True
        return self._answers is not None and self._answers.is_sensitive(screen, member)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not re.fullmatch(r"[A-Za-z0-9-]+", name.strip()) or not value.strip().isprintable():
        stop(f'{text!r} is no header. Write it like "Authorization: Bearer …".')
    return name.strip(), value.strip()


def _flow(path: Path) -> "FlowAnswers":
    from headrace.phone.answer_check import FlowAnswers
    from headrace.phone.engine.program import UnusableFlow

    try:
        return FlowAnswers(path)
    except UnusableFlow as error:
        stop(f"{path}: {error}")
    except OSError as error:
        stop(f"{path} cannot be read: {error.strerror}.")
