"""Turns what a phone shows into HTML: the whole page, and the parts of it that a change swaps in."""

from datetime import date, datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from headrace.phone.summary import Section
from headrace.platform.handsets import switches
from headrace.platform.handsets.screen import PhoneScreen
from headrace.platform.messaging.content import LONGEST_TEXT
from headrace.ui.pages import serve_static, templates

serve_static("handsets", Path(__file__).parent / "static")


def draw_page(screen: PhoneScreen, sheet: Markup | None, today: date) -> str:
    """The phone as a page of its own, as it stands now."""
    return _draw("handset/page.html", screen, sheet, today)


def draw_changes(
    screen: PhoneScreen,
    sheet: Markup | None,
    today: date,
    *,
    shown_session: str | None,
    problem: str | None = None,
) -> str:
    """What a page swaps in that shows the sheet of `shown_session`.

    `sheet` may be None when it is that very one. `problem` says why a text could not be sent.
    """
    return _draw(
        "handset/changes.html",
        screen,
        sheet,
        today,
        sheet_changed=(shown_session or None) != screen.session_id,
        slides=True,
        problem=problem,
    )


def draw_appearance(screen: PhoneScreen, sheet: Markup | None, today: date, *, is_other: bool) -> str:
    """What a page swaps in once switches were set. The sheet is drawn anew only when the phone `is_other`."""
    return _draw("handset/appearance.html", screen, sheet, today, is_other=is_other)


def draw_summary(sections: tuple[Section, ...] | None, business_name: str) -> str:
    """What was filled in, as a sheet over the chat."""
    template = _environment().get_template("handset/summary.html")
    return template.render(sections=sections, business_name=business_name)


def day_name(day: date, today: date) -> str:
    """`Today`, `Yesterday`, else the weekday and date."""
    distance = (today - day).days
    if distance in (0, 1):
        return ("Today", "Yesterday")[distance]
    return f"{day:%A} {day.day} {day:%B}" + ("" if day.year == today.year else f" {day.year}")


def clock_time(moment: datetime) -> str:
    """Hours and minutes in the server's own time zone."""
    return f"{moment.astimezone():%H:%M}"


def _draw(template: str, screen: PhoneScreen, sheet: Markup | None, today: date, **more: object) -> str:
    values: dict[str, object] = {"sheet_changed": True, "slides": False, "problem": None, **more}
    return (
        _environment()
        .get_template(template)
        .render(
            screen=screen,
            sheet=sheet,
            today=today,
            url=f"/handsets/{screen.handset.id}",
            longest_text=LONGEST_TEXT,
            switches=switches,
            **values,
        )
    )


@cache
def _environment() -> Environment:
    environment = templates("headrace.platform.handsets")
    environment.filters.update(day_name=day_name, clock_time=clock_time)
    return environment
