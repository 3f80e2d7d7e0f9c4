"""`headrace shots`: pictures of every screen of a Flow."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headrace.cli.flows import check_screens, program_of, read_data
from headrace.cli.sources import UnusableError, display_name, read_source
from headrace.cli.terminal import emit_text, printable, stop

if TYPE_CHECKING:
    from datetime import date

    from headrace.cli.picturing import Setting
    from headrace.phone.engine.program import Program


class Platform(StrEnum):
    android = "android"
    ios = "ios"
    both = "both"


class Theme(StrEnum):
    light = "light"
    dark = "dark"
    both = "both"


class Direction(StrEnum):
    ltr = "ltr"
    rtl = "rtl"


class TextSize(StrEnum):
    p85 = "85"
    p100 = "100"
    p115 = "115"
    p130 = "130"
    p150 = "150"
    p175 = "175"
    p200 = "200"


def shots(  # noqa: PLR0917 - each is an option of the command
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The Flow JSON; - reads it from standard input.", allow_dash=True)
    ],
    out: Annotated[
        Path,
        typer.Option("--output", "-o", "--out", help="The folder for the pictures; it is made where it is missing."),
    ] = Path("shots"),
    screen: Annotated[list[str] | None, typer.Option(help="Only this screen; may be given several times.")] = None,
    platform: Annotated[Platform, typer.Option(help="The kind of phone.")] = Platform.android,
    theme: Annotated[Theme, typer.Option(help="The phone's theme.")] = Theme.light,
    direction: Annotated[Direction | None, typer.Option(help="Reading direction; else that of the language.")] = None,
    text_size: Annotated[TextSize, typer.Option(help="Size of text, in percent.")] = TextSize.p100,
    language: Annotated[
        list[str] | None, typer.Option(help="Language of the page, such as he; several give a series each.")
    ] = None,
    data: Annotated[
        str | None, typer.Option(help="Data by screen, laid over the examples: an object as JSON or as @FILE.")
    ] = None,
) -> None:
    """Take a picture of every screen of a Flow, with its example data, and write an index.html that shows them all.

    It uses the Chromium of this machine, or the one that the variable CHROMIUM names.

    Exit status: 0 done; 2 the file or an option cannot be used, or there is no Chromium.

    Examples:

      headrace shots flow.json

      headrace shots flow.json --platform both --theme both -o pictures
    """
    import asyncio

    from headrace.cli.browsing import NoBrowser, find_chromium
    from headrace.cli.picturing import settings
    from headrace.clock import SystemClock, local_day

    try:
        program = program_of(read_source(str(file)))
        screens = _screens(program, screen)
        given = _data(data, program)
        chromium = find_chromium()
        wanted = list(
            settings(
                _each(platform, "android", "ios"), _each(theme, "light", "dark"), direction, text_size, _tags(language)
            )
        )
        today = local_day(SystemClock())
        asyncio.run(_take(program, screens, wanted, given, out, today, chromium, printable(display_name(file))))
    except (UnusableError, NoBrowser) as error:
        stop(str(error))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


async def _take(
    program: "Program",
    screens: list[str],
    wanted: list["Setting"],
    data: Mapping[str, Any],
    out: Path,
    today: "date",
    chromium: str,
    title: str,
) -> None:
    from headrace.cli.browsing import browsing
    from headrace.cli.picturing import SIZES, contact_sheet, file_name, page_of

    _make(out)
    rows: dict[str, list[tuple[str, str]]] = {}
    async with browsing(chromium) as browser:
        for setting in wanted:
            for number, screen in enumerate(screens, 1):
                page = page_of(program, screen, setting, data.get(screen), today, "your business")
                width, height = SIZES[setting.appearance.kind]
                picture = await browser.picture(page, width, height, theme=setting.appearance.theme)
                name = file_name(number, screen, setting)
                _write(out / name, picture)
                emit_text(f"{printable(str(out / name))}\n")
                rows.setdefault(setting.name, []).append((screen, name))
    _write(out / "index.html", contact_sheet(title, rows).encode())
    emit_text(f"{printable(str(out / 'index.html'))}\n")


def _screens(program: "Program", wanted: list[str] | None) -> list[str]:
    check_screens(program, wanted or ())
    return [one for one in program.routing.in_order() if not wanted or one in wanted]


def _each(choice: StrEnum, *names: str) -> tuple[str, ...]:
    return names if choice == "both" else (str(choice),)


def _tags(languages: list[str] | None) -> tuple[str, ...]:
    import re

    for one in languages or ():
        if not re.fullmatch(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*", one):
            raise UnusableError(f"--language {one} is no language. Write a tag such as he or pt-BR.")
    return tuple(one.replace("_", "-") for one in languages or ())


def _data(given: str | None, program: "Program") -> Mapping[str, Any]:
    like = '{"VISIT": {"name": "Ada"}}'
    found = read_data(given, like) or {}
    if not all(isinstance(one, dict) for one in found.values()):
        raise UnusableError(f"--data has to name screens and their data, such as {like}.")
    check_screens(program, found)
    return found


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnusableError(f"{folder} cannot be made: {error.strerror or error}.") from None


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UnusableError(f"{path} cannot be written: {error.strerror or error}.") from None
