"""`headrace keys`: makes, shows, replaces and registers the keys of an endpoint."""

import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from headrace.cli.terminal import emit, emit_text, stop

if TYPE_CHECKING:
    from headrace.business.whatsapp import WhatsApp
    from headrace.exchange.key_files import KeyFolder

keys = typer.Typer(
    no_args_is_help=True,
    help="""Make, show, replace and register the keys of an endpoint.

    WhatsApp seals what it asks an endpoint with the public key that is registered for the sender; the private key stays
    with the endpoint, encrypted under a password. They lie in a folder, as private.pem and public.pem.

    Examples:

      headrace keys new

      headrace keys register --phone-number-id 106540352242922 --access-token "$TOKEN"

      headrace keys rotate
    """,
)

_Folder = Annotated[Path, typer.Option(help="The folder of the keys.", file_okay=False)]
_Password = Annotated[
    str | None,
    typer.Option(
        envvar="HEADRACE_KEY_PASSWORD",
        help="The password of the private key; asked for in a terminal.",
        show_envvar=True,
    ),
]
_NoPassword = Annotated[bool, typer.Option("--no-password", help="Keep the private key without a password.")]
_Sender = Annotated[
    str | None, typer.Option(envvar="PHONE", help="The id of the sender's phone number.", show_envvar=True)
]
_Token = Annotated[
    str | None,
    typer.Option(envvar=["HEADRACE_ACCESS_TOKEN", "TOKEN"], help="An access token of the business.", show_envvar=True),
]
_Graph = Annotated[
    str,
    typer.Option(envvar="HEADRACE_URL", help="Where the Graph API is: Meta's, or a box.", show_envvar=True),
]
_META = "https://graph.facebook.com"


@keys.command()
def new(folder: _Folder = Path(), password: _Password = None, no_password: _NoPassword = False) -> None:
    """Make a key pair: private.pem, encrypted, and public.pem.

    Examples:

      headrace keys new

      headrace keys new --folder keys --no-password
    """
    kept = _kept(folder)
    _attempt(lambda: kept.make(_chosen(password, no_password)))
    emit_text(f"Made {kept.private} for the endpoint and {kept.public} for WhatsApp.\n")
    emit_text("Next: headrace keys register --phone-number-id ID --access-token TOKEN\n")


@keys.command()
def show(
    folder: _Folder = Path(),
    password: _Password = None,
    phone_number_id: _Sender = None,
    access_token: _Token = None,
    graph_url: _Graph = _META,
) -> None:
    """Show the public key, its fingerprint, and whether the two halves belong together.

    With the id of a sender it also says whether this is the key that WhatsApp has. Exit status: 0 all is well, 1
    something does not fit, 2 there is no key.

    Examples:

      headrace keys show

      headrace keys show --phone-number-id 106540352242922
    """
    from headrace.exchange.key_examination import examine_pair, examine_private_key
    from headrace.exchange.key_files import fingerprint

    kept = _kept(folder)
    pem = _attempt(lambda: kept.public_pem(_given(password, kept)))
    is_well = True
    emit_text(f"{pem.strip()}\n\nFingerprint  {fingerprint(pem)}\n")
    for file in kept.private_keys():
        content = file.read_bytes()
        if b"ENCRYPTED" in content and not password:
            emit_text(f"{file.name:20}has a password; with it, it is compared with the public key.\n")
            continue
        finding, key = examine_private_key(content, password)
        if key is not None and file == kept.private:
            pair = examine_pair(key, pem)
            finding, is_well = (pair, False) if pair.verdict == "wrong" else (finding, is_well)
        is_well &= finding.verdict != "wrong"
        emit([[(f"{file.name:20}", ""), (finding.words, "error" if finding.verdict == "wrong" else "")]])
    if phone_number_id is not None and not access_token:
        emit_text("With an access token it is also compared with the key that WhatsApp has for the sender.\n")
    elif phone_number_id is not None:
        registered = _call(graph_url, access_token, lambda whatsapp: _registered(whatsapp, phone_number_id))
        is_well &= _tell_registered(registered, fingerprint(pem))
    raise typer.Exit(0 if is_well else 1)


@keys.command()
def rotate(folder: _Folder = Path(), password: _Password = None, no_password: _NoPassword = False) -> None:
    """Make a new pair and keep the former private key beside it, so that no request is lost meanwhile.

    The endpoint is given both private keys, then the new public key is registered, and later the former private key is
    deleted.

    Example:

      headrace keys rotate
    """
    from headrace.exchange.key_files import PRIVATE

    kept = _kept(folder)
    _attempt(lambda: kept.rotate(_chosen(password, no_password)))
    emit_text(
        f"Made a new pair. The former private key is {kept.former_private}.\n"
        "Next:\n"
        f"  1. Give the endpoint both private keys: {PRIVATE} and {kept.former_private.name}.\n"
        "  2. headrace keys register --phone-number-id ID --access-token TOKEN\n"
        f"  3. When no request comes with the former key any more, delete {kept.former_private}.\n"
    )


@keys.command()
def register(
    phone_number_id: Annotated[
        str, typer.Option(envvar="PHONE", help="The id of the sender's phone number.", show_envvar=True)
    ],
    folder: _Folder = Path(),
    access_token: _Token = None,
    graph_url: _Graph = _META,
    password: _Password = None,
) -> None:
    """Upload the public key for a sender, to Meta or to a box, and see that WhatsApp signed it.

    Exit status: 0 registered, 1 WhatsApp refused it, 2 there is no key or no token.

    Examples:

      headrace keys register --phone-number-id 106540352242922 --access-token "$TOKEN"

      headrace keys register --phone-number-id 106540352242922 --graph-url http://127.0.0.1:8460
    """
    from headrace.business.whatsapp.encryption import register_key
    from headrace.exchange.key_files import fingerprint

    kept = _kept(folder)
    pem = _attempt(lambda: kept.public_pem(_given(password, kept)))

    async def upload(whatsapp: "WhatsApp") -> tuple[str, bool]:
        await register_key(whatsapp, phone_number_id, pem)
        return await _registered(whatsapp, phone_number_id)

    registered = _call(graph_url, access_token, upload)
    raise typer.Exit(0 if _tell_registered(registered, fingerprint(pem)) else 1)


def _kept(folder: Path) -> "KeyFolder":
    from headrace.exchange.key_files import KeyFolder

    return KeyFolder(folder)


def _attempt(work: Any) -> Any:
    from headrace.exchange.key_files import KeysInTheWay
    from headrace.exchange.keys import UnusableKey

    try:
        return work()
    except (KeysInTheWay, UnusableKey) as error:
        stop(str(error))
    except OSError as error:
        stop(f"{error.filename} cannot be used: {error.strerror}.")


def _chosen(password: str | None, no_password: bool) -> str | None:
    """The password for a new key; asked for twice in a terminal."""
    if no_password:
        return None
    if password:
        return password
    if not sys.stdin.isatty():
        stop("Give a password in HEADRACE_KEY_PASSWORD, or take --no-password to keep the private key in clear.")
    return str(typer.prompt("Password of the private key", hide_input=True, confirmation_prompt=True))


def _given(password: str | None, kept: "KeyFolder") -> str | None:
    """The password of a key that is there."""
    if password or kept.public.exists() or not sys.stdin.isatty() or not kept.private.exists():
        return password
    return str(typer.prompt("Password of the private key", hide_input=True)) or None


def _call(graph_url: str, token: str | None, work: Any) -> Any:
    import asyncio

    from headrace.business.whatsapp import Access, WhatsApp, WhatsAppRefused
    from headrace.outbound import Outbound

    if not token:
        stop("Give an access token with --access-token, or in HEADRACE_ACCESS_TOKEN.")

    async def calling() -> Any:
        async with Outbound(private_networks=True) as outbound:
            return await work(WhatsApp(Access(graph_url.rstrip("/"), token, ()), outbound))

    try:
        made: Coroutine[Any, Any, Any] = calling()
        return asyncio.run(made)
    except WhatsAppRefused as error:
        _refused(error)


def _refused(error: Any) -> NoReturn:
    emit_text(f"{error.message}{f' {error.details}' if error.details else ''}\n", sys.stderr)
    raise typer.Exit(1)


async def _registered(whatsapp: "WhatsApp", phone_number_id: str) -> tuple[str, bool]:
    """The fingerprint of the key that WhatsApp has, empty without one, and whether it is signed."""
    from headrace.business.whatsapp.encryption import read_key
    from headrace.exchange.key_files import fingerprint
    from headrace.exchange.keys import UnusableKey

    found = await read_key(whatsapp, phone_number_id)
    try:
        return (fingerprint(found.pem) if found.pem else ""), found.is_valid
    except UnusableKey:
        return "unreadable", False


def _tell_registered(registered: tuple[str, bool], own: str) -> bool:
    there, is_valid = registered
    if not there:
        emit_text("WhatsApp has no key for this sender. Register it with: headrace keys register\n")
    elif there != own:
        emit_text(f"WhatsApp has another key for this sender: {there}\n")
    elif not is_valid:
        emit_text("WhatsApp has this key, but its signature does not hold. Register it again.\n")
    else:
        emit_text("WhatsApp has this key for the sender, and its signature holds.\n")
    return there == own and is_valid
