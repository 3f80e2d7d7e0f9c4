"""`headrace world phone`: the phones of a box, from the terminal."""

import json
import re
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote

import typer

from headrace.cli.connection import BoxConnection, CallRefused, connect
from headrace.cli.terminal import Line, complain, emit, emit_json, stop

_FAILED = 1
_LARGEST_SCRIPT = 2 * 1024 * 1024

phone = typer.Typer(
    no_args_is_help=True,
    help="""Add phones and remove them, take them offline, block senders.

PERSON is a name, a number or an id of a phone.

Examples:

  headrace world phone list

  headrace world phone add Farid "+44 7700 900123"

  headrace world phone set Amara --offline

  headrace world phone block Ben""",
)


class Format(StrEnum):
    text = "text"
    json = "json"


class Platform(StrEnum):
    android = "android"
    ios = "ios"


Url = Annotated[
    str | None,
    typer.Option("--url", help="Address of the box.", envvar="HEADRACE_URL", show_envvar=True, show_default=False),
]
Shape = Annotated[Format, typer.Option("--format", help="How to print it: text for people, json for scripts.")]
Person = Annotated[str, typer.Argument(metavar="PERSON", help="Name, number or id of the phone.")]
Sender = Annotated[
    str | None, typer.Option("--sender", help="Id of the phone number it is about; the one whose chat is open.")
]


@phone.command("list")
def list_(url: Url = None, format: Shape = Format.text) -> None:
    """List the phones of the box and how each is set.

    Examples:

      headrace world phone list
    """
    found = _calling(connect(url), "GET", "/handsets")
    if format is Format.json:
        emit_json(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        emit([line for handset in found["handsets"] for line in _lines(handset)] or [[("No phone.", "faint")]])


@phone.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose phone it is.")],
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Its number, with the country code.")],
    platform: Annotated[Platform, typer.Option(help="What kind of phone.")] = Platform.android,
    url: Url = None,
    format: Shape = Format.text,
) -> None:
    """Add a phone.

    Examples:

      headrace world phone add Farid "+44 7700 900123"

      headrace world phone add Gül "+49 1512 3456789" --platform ios
    """
    box = connect(url)
    _show(_calling(box, "POST", "/handsets", name=name, number=number, platform=platform.value), format)


@phone.command()
def remove(person: Person, url: Url = None) -> None:
    """Remove a phone, with its chats and the forms that are open on it. Its number is nobody's then.

    Examples:

      headrace world phone remove Farid
    """
    box = connect(url)
    handset = _find(box, person)
    _calling(box, "DELETE", handset["url"])
    emit([[(f"The phone of {handset['name']} is gone.", "")]])


@phone.command("set")
def set_(
    person: Person,
    online: Annotated[bool | None, typer.Option("--online/--offline", help="Whether it has a network.")] = None,
    receipts: Annotated[
        bool | None, typer.Option("--receipts/--no-receipts", help="Whether businesses hear what was read.")
    ] = None,
    url: Url = None,
    format: Shape = Format.text,
) -> None:
    """Take a phone offline, where messages wait for it, or online again; send read receipts or none.

    Examples:

      headrace world phone set Amara --offline

      headrace world phone set Amara --online --no-receipts
    """
    wishes = {"online": online, "read_receipts": receipts}
    members = {name: "on" if value else "off" for name, value in wishes.items() if value is not None}
    if not members:
        stop("Say what to set: --offline, --online, --receipts or --no-receipts.")
    box = connect(url)
    found = _calling(box, "POST", f"{_find(box, person)['url']}/switches", **members)
    _show(found["handset"], format)


@phone.command()
def block(person: Person, sender: Sender = None, url: Url = None, format: Shape = Format.text) -> None:
    """Have a person block a sender: what it writes is sent, and never delivered.

    Examples:

      headrace world phone block Ben
    """
    _about_sender("block", person, sender, url, format)


@phone.command()
def unblock(person: Person, sender: Sender = None, url: Url = None, format: Shape = Format.text) -> None:
    """Have a person unblock a sender. What it wrote meanwhile stays lost.

    Examples:

      headrace world phone unblock Ben
    """
    _about_sender("unblock", person, sender, url, format)


@phone.command()
def script(
    person: Person,
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="Rules in YAML or JSON; without one they are printed.")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Let the person answer no more.")] = False,
    url: Url = None,
) -> None:
    """Have a person answer by themselves, by rules in a file.

    Examples:

      headrace world phone script Amara answers.yaml

      headrace world phone script Amara --clear
    """
    from pathlib import Path

    from headrace.cli.sources import UnusableError, read_bytes

    box = connect(url)
    handset = _find(box, person)
    path = f"{handset['url']}/script"
    if file is None and not clear:
        emit_json(json.dumps(_calling(box, "GET", path), ensure_ascii=False, indent=2))
        return
    try:
        found = box.post_text(path, b"" if file is None or clear else read_bytes(Path(file), _LARGEST_SCRIPT))
    except UnusableError as error:
        stop(str(error))
    except CallRefused as refusal:
        complain(str(refusal))
        raise typer.Exit(_FAILED) from None
    count = len(found["script"])
    emit([[(f"{handset['name']} answers by {count} rule{'' if count == 1 else 's'}.", "")]])


def find_phone(box: BoxConnection, person: str) -> dict[str, Any] | None:
    """The phone that a name, a number or an id means; None where the box has none of that kind. Raises
    `CallRefused`.
    """
    digits = re.sub(r"[\s().+-]", "", person)
    for handset in box.page("GET", "/handsets")["handsets"]:
        if person.lower() == str(handset["name"]).lower() or digits in (handset["wa_id"], handset["id"]):
            return dict(handset)
    return None


def _about_sender(act: str, person: str, sender: str | None, url: str | None, format: Format) -> None:
    box = connect(url)
    members = {} if sender is None else {"sender": sender}
    found = _calling(box, "POST", f"{_find(box, person)['url']}/{act}", **members)
    _show(found["handset"], format)


def _find(box: BoxConnection, person: str) -> dict[str, Any]:
    try:
        found = find_phone(box, person)
    except CallRefused as refusal:
        complain(str(refusal))
        raise typer.Exit(_FAILED) from None
    if found is None:
        stop(f"The box has no phone of {person}. List them with headrace world phone list.")
    return found


def _calling(box: BoxConnection, method: str, path: str, **members: Any) -> dict[str, Any]:
    try:
        return dict(box.page(method, quote(path), **members))
    except CallRefused as refusal:
        complain(str(refusal))
        raise typer.Exit(_FAILED) from None


def _show(handset: dict[str, Any], format: Format) -> None:
    if format is Format.json:
        emit_json(json.dumps(handset, ensure_ascii=False, indent=2))
    else:
        emit(_lines(handset))


def _lines(handset: dict[str, Any]) -> list[Line]:
    words = [{"android": "Android", "ios": "iPhone"}.get(handset["platform"], handset["platform"])]
    words += [] if handset["online"] else ["offline"]
    words += [] if handset["read_receipts"] else ["no read receipts"]
    words += ["scripted"] if handset["scripted"] else []
    words += [f"blocked {sender}" for sender in handset["blocked"]]
    return [[("Phone      ", "place"), (f"{handset['name']} (+{handset['wa_id']}): {', '.join(words)}", "")]]
