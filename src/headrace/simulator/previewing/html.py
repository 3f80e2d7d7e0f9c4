"""Turns a preview into HTML: the whole page, the parts that a change swaps in, and one screen for the strip."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
from jinja2 import Environment
from markupsafe import Markup

from headrace.phone.engine.effects import Complete, Expired
from headrace.phone.rendering import Frame, render_screen, render_sheet
from headrace.phone.session import Session
from headrace.simulator.appearance import CHOICES
from headrace.simulator.form_posts import Posted
from headrace.simulator.inspector import Inspector, render_empty_inspector, render_inspector
from headrace.simulator.openings import example_view
from headrace.simulator.previewing.flow_text import Problem
from headrace.simulator.previewing.preview import Preview
from headrace.simulator.sessions import OpenSession
from headrace.simulator.sheet import frame_of
from headrace.simulator.sheet import render_sheet as render_opened
from headrace.ui.pages import serve_static, templates

_PARTS = ("phone", "run")

serve_static("preview", Path(__file__).parent / "static")


@dataclass(frozen=True, slots=True)
class Miniature:
    """One screen of the strip. `url` changes whenever the picture does; `errors` and `warnings` count its problems."""

    screen: str
    title: str
    url: str
    is_shown: bool
    errors: int
    warnings: int


def draw_page(preview: Preview, url: str, opened: OpenSession | None, wanted: str = "whole") -> str:
    """The page as it stands now. `url` is where the routes of the preview are mounted, without a slash at its end.

    For the frame of another page there is the phone alone (`phone`), or with the trace beside it (`run`).
    """
    sheet = None if opened is None else render_opened(opened, sheet_url(preview, url))
    return _draw("preview/page.html", preview, url, sheet=sheet, kind=wanted if wanted in _PARTS else "whole")


def draw_changes(preview: Preview, url: str, opened: OpenSession | None, posted: Posted, *, refused: str = "") -> str:
    """What a page swaps in that posted what it shows. `refused` says why an act was not done.

    The sheet is left alone as long as the page shows the same picture and the same showing of the same screen.
    """
    is_other = posted.others.get("shown", "") != (preview.session.id or "")
    sheet, key, body = None, "", None
    if opened is not None and is_other:
        sheet = render_opened(opened, sheet_url(preview, url))
    elif opened is not None:
        view = opened.session.view()
        if posted.others.get("revision") != str(preview.texts.revision) or not posted.belongs_to(view.screen):
            frame = frame_of(opened, sheet_url(preview, url))
            key, body = frame.key, render_screen(view, frame, posted.drawn)
    return _draw(
        "preview/changes.html", preview, url, sheet=sheet, is_other=is_other, key=key, body=body, refused=refused
    )


def draw_miniature(preview: Preview, screen: str) -> str | None:
    """One screen with its examples, to be looked at only; None when there is no such screen."""
    program = preview.texts.program
    if program is None or screen not in program.screens:
        return None
    frame = Frame("", "miniature", preview.business_name, platform=preview.appearance.kind, today=preview.today())
    sheet = render_sheet(example_view(program, screen, today=preview.today()), frame)
    return _environment().get_template("preview/miniature.html").render(sheet=sheet)


def sheet_url(preview: Preview, url: str) -> str:
    return f"{url}/sheet/{preview.session.number}"


def miniatures(preview: Preview, url: str) -> list[Miniature]:
    """The strip: every screen in the order of routing."""
    text = preview.texts.shown
    if text is None or text.program is None:
        return []
    session = preview.session.current()
    shown = session.screen if session is not None and preview.session.ending is None else None
    found = []
    for name in text.program.routing.in_order():
        about = [problem for problem in text.problems if problem.place.screen == name]
        errors = sum(problem.severity == "error" for problem in about)
        title = text.program.screens[name].title
        mark = f"{preview.appearance.kind}-{preview.today():%j}-{text.marks.get(name, '')}"
        found.append(
            Miniature(
                screen=name,
                title=title if isinstance(title, str) else "",
                url=f"{url}/screens?{urlencode({'screen': name, 'v': mark})}",
                is_shown=name == shown,
                errors=errors,
                warnings=len(about) - errors,
            )
        )
    return found


def reference(problem: Problem, name: str) -> str:
    """What to copy of a problem: its code and where it stands."""
    return f"{problem.code} {name}:{problem.line}" if problem.line else f"{problem.code} {name}"


def _inspector(preview: Preview, url: str, session: Session | None, reveal: bool) -> Markup:
    if session is None:
        return render_empty_inspector("Nothing has happened yet.")
    return render_inspector(Inspector(session, preview.trace(), sheet_url(preview, url), reveal))


def _draw(template: str, preview: Preview, url: str, *, reveal: bool = False, **more: Any) -> str:
    texts = preview.texts
    session = preview.session.current()
    ending = preview.session.ending
    values: dict[str, Any] = {
        "preview": preview,
        "url": url,
        "problems": texts.latest.problems if texts.trouble is None else (),
        "version": None if texts.program is None else texts.program.version,
        "status": None if session is None else session.status,
        "response": ending.response if isinstance(ending, Complete) else None,
        "expired": ending.message if isinstance(ending, Expired) else None,
        "strip": miniatures(preview, url),
        "question": preview.question(),
        "inspector": _inspector(preview, url, session, reveal),
        "refused": "",
    }
    return _environment().get_template(template).render(**{**values, **more})


def _written(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


@cache
def _environment() -> Environment:
    environment = templates("headrace.simulator.previewing")
    environment.filters.update(written=_written)
    environment.globals.update(reference=reference, switches=CHOICES)
    return environment
