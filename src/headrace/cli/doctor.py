"""`headrace doctor`: finds out what is wrong with an endpoint, a key or a recorded request, by trying."""

from collections.abc import AsyncIterator, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headrace.cli.sources import UnusableError
from headrace.cli.terminal import Line, emit, emit_json, stop, width, wrap

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from headrace.exchange.findings import Finding

_LARGEST_KEY = 100_000
_LARGEST_CAPTURE = 64 * 1024 * 1024


class Format(StrEnum):
    text = "text"
    json = "json"


class Language(StrEnum):
    """Whose lines of code are shown."""

    all = "all"
    python = "python"
    node = "node"
    php = "php"
    java = "java"
    csharp = "csharp"
    go = "go"


_NAMES = {
    Language.python: "Python",
    Language.node: "Node",
    Language.php: "PHP",
    Language.java: "Java",
    Language.csharp: "C#",
    Language.go: "Go",
}
_STYLES = {"good": ("ok", "help"), "warning": ("warning", "warning"), "wrong": ("wrong", "error")}


def doctor(
    url: Annotated[str | None, typer.Argument(metavar="[URL]", help="The address of the endpoint.")] = None,
    public_key: Annotated[
        list[Path] | None,
        typer.Option(
            help="PEM file with the public key that was uploaded for the sender; further ones of other numbers."
        ),
    ] = None,
    private_key: Annotated[
        list[Path] | None, typer.Option(help="PEM file with the endpoint's private key; further ones of other numbers.")
    ] = None,
    password: Annotated[
        str | None, typer.Option(envvar="HEADRACE_KEY_PASSWORD", help="The password of the private key.")
    ] = None,
    app_secret: Annotated[
        list[str] | None, typer.Option(envvar="HEADRACE_APP_SECRET", help="The secret of the Flow's app.")
    ] = None,
    capture: Annotated[Path | None, typer.Option(help="A file with a recorded request.")] = None,
    language: Annotated[
        Language, typer.Option(help="Whose lines of code to show where one line has to change.")
    ] = Language.all,
    format: Annotated[
        Format, typer.Option(help="text for people, json for scripts: one line per finding.")
    ] = Format.text,
) -> None:
    """Find out what is wrong with an endpoint, a key or a recorded request, and say what to change.

    An endpoint is asked as WhatsApp asks it: only pings and one error notice are sent, so no screen's code runs. What
    it refuses is sent again in the usual wrong ways, and what it answers wrongly is opened in them; the one that fits
    is its mistake. Without a key only the way to the endpoint is examined.

    A recorded request is the JSON body, a whole HTTP request as a text, or JSON with headers and body. With the private
    key it is opened, and with the app secret its signature is checked.

    Exit status: 0 nothing is wrong; 1 something is; 2 the input cannot be used.

    Examples:

      headrace doctor https://shop.example/flow --public-key public.pem --app-secret "$APP_SECRET"

      headrace doctor --private-key private.pem --public-key public.pem

      headrace doctor --capture request.json --private-key private.pem --language node
    """
    import asyncio

    from headrace.exchange.findings import Finding

    if url is None and capture is None and not public_key and not private_key:
        stop("There is nothing to examine. Give the URL of an endpoint, --capture, or a key.")
    tell = _tell_json if format is Format.json else _InWords(language)
    found: list[Finding] = []

    def note(finding: Finding) -> None:
        found.append(finding)
        tell(finding)

    async def examine() -> None:
        public_pems = {str(path): _read(path, _LARGEST_KEY).decode("utf-8", "replace") for path in public_key or ()}
        opened: dict[str, RSAPrivateKey] = {}
        for finding in _private_keys(private_key or (), password, opened):
            note(finding)
        secrets = list(app_secret or ())
        key = next(iter(opened.values()), None)
        if url is not None:
            async for finding in _endpoint(url, public_pems, key, secrets):
                note(finding)
        else:
            for finding in _public_keys(public_pems, key):
                note(finding)
        if capture is not None:
            for finding in _captured(_read(capture, _LARGEST_CAPTURE), opened, secrets):
                note(finding)

    try:
        asyncio.run(examine())
    except UnusableError as error:
        stop(str(error))
    raise typer.Exit(1 if any(finding.verdict == "wrong" for finding in found) else 0)


def _private_keys(
    paths: Iterable[Path], password: str | None, opened: dict[str, "RSAPrivateKey"]
) -> Iterator["Finding"]:
    from headrace.exchange.key_examination import examine_private_key

    for path in paths:
        finding, key = examine_private_key(_read(path, _LARGEST_KEY), password)
        if key is not None:
            opened[str(path)] = key
        yield finding


def _public_keys(pems: dict[str, str], key: "RSAPrivateKey | None") -> Iterator["Finding"]:
    from headrace.exchange.key_examination import examine_pair, examine_public_key

    for number, pem in enumerate(pems.values()):
        finding = examine_public_key(pem)
        yield finding
        if finding.verdict != "wrong" and key is not None and not number:
            yield examine_pair(key, pem)


async def _endpoint(
    url: str, pems: dict[str, str], key: "RSAPrivateKey | None", secrets: list[str]
) -> AsyncIterator["Finding"]:
    from headrace.exchange.doctor import Doctor
    from headrace.exchange.key_examination import examine_public_key
    from headrace.identifiers import RandomIdentifiers
    from headrace.outbound import Outbound

    first, *others = [*pems.values()] or [""]
    usable = {name: pem for name, pem in pems.items() if pem in others and examine_public_key(pem).verdict == "good"}
    async with Outbound(private_networks=True) as outbound:
        examined = Doctor(
            outbound,
            url,
            first,
            secrets[0] if secrets else "",
            RandomIdentifiers(),
            private_key=key,
            other_keys=usable,
        )
        async for finding in examined.examine():
            yield finding


def _captured(content: bytes, keys: dict[str, "RSAPrivateKey"], secrets: list[str]) -> Iterator["Finding"]:
    from headrace.exchange.captures import NotACapture, judge, read_captures

    try:
        captures = read_captures(content)
    except NotACapture as error:
        raise UnusableError(str(error)) from None
    for captured in captures:
        yield from judge(captured, keys, secrets)


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise UnusableError(f"{path} cannot be read: {error.strerror or error}.") from None
    if len(content) > most:
        raise UnusableError(f"{path} has more than {most:,} bytes.")
    return content


def _tell_json(finding: "Finding") -> None:
    import json
    from dataclasses import asdict

    told: dict[str, Any] = asdict(finding)
    emit_json(json.dumps(told, ensure_ascii=False))


class _InWords:
    def __init__(self, language: Language) -> None:
        self._language = language

    def __call__(self, finding: "Finding") -> None:
        word, style = _STYLES[finding.verdict]
        head = f"{finding.title}: "
        first, *rest = wrap(head + finding.words, width() - 9, "") or [""]
        lines: list[Line] = [[(f"{word:9}", style), (first, "")]]
        lines += [[(" " * 9 + line, "")] for line in rest]
        lines += [
            [(f"{'':9}{name:7}", "place"), (line, "help")]
            for name, code in finding.lines.items()
            if self._language is Language.all or name == _NAMES[self._language]
            for line in code.splitlines()
        ]
        emit(lines)
