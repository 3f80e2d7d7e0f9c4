"""`headrace connect`: writes, checks and serves a connector, an endpoint without code."""

import logging
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headrace.cli.sources import Source, UnusableError, display_name, read_bytes, read_source
from headrace.cli.terminal import emit, emit_text, log_to_stderr, printable, stop

if TYPE_CHECKING:
    from headrace.exchange.connectors.flow_contract import FlowContract
    from headrace.exchange.connectors.language import Connector
    from headrace.exchange.connectors.problems import Problem

connect = typer.Typer(
    no_args_is_help=True,
    help="""Write, check and serve a connector: an endpoint without code.

    A connector is a YAML file next to the Flow. It says for each screen where the answer comes from: SQL, an HTTP API,
    a CSV table, and what is made of that.

    Examples:

      headrace connect new flow.json

      headrace connect check connector.yaml

      headrace connect serve connector.yaml --app-secret "$APP_SECRET"
    """,
)

_CONNECTOR = Annotated[Path, typer.Argument(metavar="CONNECTOR", help="The YAML file.", show_default=False)]
_FLOW = Annotated[
    Path | None, typer.Option(help="The Flow JSON it answers.", show_default="what flow: names in the connector")
]


@connect.command()
def new(
    file: Annotated[Path, typer.Argument(metavar="FLOW", help="The Flow JSON.", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write to this file.", show_default="connector.yaml beside the Flow"),
    ] = None,
) -> None:
    """Write the first connector of a Flow: every request its screens make, and every field of each answer.

    It answers with the examples of the Flow and passes its check. A file that is there is never overwritten.

    Exit status: 0 written, 2 the Flow cannot be used, or a file is in the way.

    Examples:

      headrace connect new flow.json

      headrace connect new flow.json -o shop.yaml
    """
    from headrace.exchange.connectors.skeleton import write_skeleton

    source, contract = _flow(file)
    output = output or file.parent / "connector.yaml"
    relative = _from(output.parent, source.path or file)
    if not contract.screens:
        stop(f"{source.name} has no screens.")
    if not any(screen.asks or screen.refreshes for screen in contract.screens.values()) and not _has_endpoint(source):
        stop(f"{source.name} asks no endpoint: none of its screens has a data_exchange action.")
    try:
        with output.open("x", encoding="utf-8") as written:
            written.write(write_skeleton(contract, relative, output.name))
    except FileExistsError:
        stop(f"{display_name(output)} exists already, and is left as it is. Name another file with --output.")
    except OSError as error:
        stop(f"{display_name(output)} cannot be written: {error.strerror}.")
    emit_text(f"Wrote {printable(display_name(output))}.\n")
    emit_text(f"Next: headrace connect check {printable(display_name(output))}\n")


@connect.command()
def check(file: _CONNECTOR, flow: _FLOW = None) -> None:
    """Prove a connector against its Flow: every request is answered, and every answer has all fields in their types.

    A mistake is shown with its line in the connector and the line of the Flow that it does not agree with.

    Exit status: 0 no errors (warnings are allowed), 1 errors, 2 a file could not be read.

    Examples:

      headrace connect check connector.yaml

      headrace connect check connector.yaml --flow flows/order.json
    """
    from headrace.cli.reports.connector import lines

    text, _, source, problems = _checked(file, flow)
    name = display_name(file)
    emit(lines(name, text, problems, source and source.name, source.document.text if source else ""))
    if any(not problem.is_warning for problem in problems):
        raise typer.Exit(1)


@connect.command()
def serve(  # noqa: PLR0917 - each is an option of the command
    file: _CONNECTOR,
    flow: _FLOW = None,
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
    private_networks: Annotated[
        bool, typer.Option("--private-networks", help="Also call APIs of this machine and its network.")
    ] = False,
) -> None:
    """Serve a connector as an endpoint: it opens and seals requests, and answers pings, with the keys of a folder.

    It is checked first and not served with errors. What a step could not do is written to standard error; what people
    sent is not.

    Exit status: 0 stopped by Ctrl-C, 1 the connector has errors, 2 the input cannot be used.

    Examples:

      headrace connect serve connector.yaml --app-secret "$APP_SECRET"

      headrace connect serve connector.yaml --keys keys --port 9000
    """
    import asyncio

    from headrace.cli.reports.connector import lines

    if not app_secret and not unsigned:
        stop("Give the secret of the app with --app-secret, or take --unsigned to answer whoever knows the public key.")
    text, connector, source, problems = _checked(file, flow)
    if connector is None or source is None or any(not problem.is_warning for problem in problems):
        errors = [problem for problem in problems if not problem.is_warning]
        emit(lines(display_name(file), text, errors, source and source.name, source.document.text if source else ""))
        raise typer.Exit(1)
    log_to_stderr(logging.INFO, "%(asctime)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    try:
        listener = socket.create_server((host, port))
    except (OSError, OverflowError) as error:
        stop(f"{host}:{port} cannot be listened on: {getattr(error, 'strerror', error)}. Choose another --port.")
    with listener:
        asyncio.run(
            _serve(
                listener,
                connector,
                source,
                folder=file.parent,
                keys=keys,
                password=password,
                app_secret=None if unsigned else app_secret,
                private_networks=private_networks,
            )
        )


async def _serve(
    listener: socket.socket,
    connector: "Connector",
    source: Source,
    *,
    folder: Path,
    keys: Path,
    private_networks: bool,
    **options: Any,
) -> None:
    import uvicorn

    from headrace.clock import SystemClock
    from headrace.exchange.connectors.running import Runner
    from headrace.exchange.connectors.surroundings import OwnSecrets, SourceFailed, Surroundings
    from headrace.exchange.key_files import KeyFolder
    from headrace.exchange.keys import UnusableKey
    from headrace.outbound import Outbound
    from headrace.phone.answer_check import FlowAnswers
    from headrace.phone.engine.program import UnusableFlow

    surroundings = Surroundings(folder, OwnSecrets(folder), private_networks)
    async with Outbound(private_networks=private_networks) as outbound:
        try:
            answers = FlowAnswers(source.document.value)
            kept = KeyFolder(keys)
            async with Runner(connector, surroundings, outbound, SystemClock().now) as runner:
                app = runner.endpoint(
                    private_key=kept.private_keys() or [kept.private], answers=answers, transport=outbound, **options
                )
                host, port = listener.getsockname()[:2]
                server = uvicorn.Server(
                    uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", proxy_headers=False)
                )
                emit_text(f"Serving http://{f'[{host}]' if ':' in host else host}:{port}/ for {source.name}\n")
                await server.serve(sockets=[listener])
        except UnusableKey as error:
            stop(f"{error} Make a pair with: headrace keys new")
        except (UnusableFlow, SourceFailed) as error:
            stop(str(error))


def _checked(file: Path, flow: Path | None) -> "tuple[str, Connector | None, Source | None, list[Problem]]":
    """The connector's text, what was read of it, its Flow, and everything that is wrong."""
    from headrace.exchange.connectors.check import check_connector
    from headrace.exchange.connectors.problems import UnusableConnector
    from headrace.exchange.connectors.reader import read_connector
    from headrace.exchange.connectors.source import LONGEST_TEXT

    try:
        raw = read_bytes(file, LONGEST_TEXT)
    except UnusableError as error:
        stop(str(error))
    text = raw.decode("utf-8-sig", "replace")
    try:
        connector = read_connector(raw)
    except UnusableConnector as error:
        return text, None, None, error.problems
    if flow is None and connector.flow is None:
        stop(f"{display_name(file)} does not say which Flow it answers. Write flow: flow.json, or give --flow.")
    source, contract = _flow(flow or file.parent / str(connector.flow))
    return text, connector, source, check_connector(connector, contract)


def _flow(path: Path) -> "tuple[Source, FlowContract]":
    from headrace.exchange.connectors.flow_contract import FlowContract

    try:
        source = read_source(str(path))
    except UnusableError as error:
        stop(str(error))
    if not source.document.is_json or not isinstance(source.document.value, dict):
        stop(f"{source.name} is no Flow JSON that can be read. See: headrace check {source.name}")
    return source, FlowContract(source.document)


def _has_endpoint(source: Source) -> bool:
    return isinstance(source.document.value.get("data_api_version"), str)


def _from(folder: Path, path: Path) -> str:
    """A path as seen from a folder."""
    return Path(os.path.relpath(path, folder)).as_posix()
