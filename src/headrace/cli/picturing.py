"""Screens of a Flow as pages that stand alone: every style inlined, no script, nothing to fetch."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from headrace.phone.engine.program import Program
from headrace.phone.rendering import Frame, render_sheet
from headrace.simulator.appearance import Appearance
from headrace.simulator.openings import example_view
from headrace.ui.pages import static_text, templates

SIZES = {"android": (360, 720), "ios": (390, 760)}
"""Width and least height of a phone's sheet, in CSS pixels."""

RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})

# A picture shows the whole screen: nothing scrolls, the footer comes last.
_STILL = """
html, body { margin: 0; background: var(--surface); }
.flow-sheet { block-size: auto; min-block-size: var(--least); overflow: visible; border-radius: 0; }
.flow-body { display: flex; flex: 1 0 auto; flex-direction: column; block-size: auto; overflow: visible; }
.flow-scroll { flex: 1 0 auto; overflow: visible; block-size: auto; }
*, *::before, *::after { animation: none; transition: none; caret-color: transparent; }
"""


@dataclass(frozen=True, slots=True)
class Setting:
    """How one series of pictures is taken. `language` is a tag such as `he` or `pt-BR`, empty for none."""

    appearance: Appearance
    language: str = ""

    @property
    def name(self) -> str:
        """`android-light`, with what differs from a plain phone behind it."""
        appearance = self.appearance
        more = [self.language, appearance.direction if appearance.direction == "rtl" else ""]
        more.append("" if appearance.text_size == "100" else f"text{appearance.text_size}")
        return "-".join(filter(None, [appearance.platform, appearance.theme, *more]))


def settings(
    platforms: tuple[str, ...],
    themes: tuple[str, ...],
    direction: str | None,
    text_size: str,
    languages: tuple[str, ...],
) -> Iterator[Setting]:
    """Every combination. Without a direction the language decides."""
    for language in languages or ("",):
        for platform in platforms:
            for theme in themes:
                own = "rtl" if language.split("-")[0].casefold() in RIGHT_TO_LEFT else "ltr"
                yield Setting(Appearance(platform, theme, direction or own, text_size), language)


def page_of(
    program: Program, screen: str, setting: Setting, data: Mapping[str, Any] | None, today: date, business: str
) -> str:
    """One screen with its examples, `data` laid over them, as an HTML page."""
    appearance = setting.appearance
    view = example_view(program, screen, dict(data or {}), today)
    sheet = render_sheet(view, Frame("", "shot", business, platform=appearance.kind, today=today))
    language = f' lang="{html.escape(setting.language)}"' if setting.language else ""
    least = SIZES[appearance.kind][1]
    return (
        f'<!doctype html><html{language} data-theme="{appearance.theme}"><head><meta charset="utf-8">'
        f"<title>{html.escape(screen)}</title><style>{_styles()}{_STILL}</style></head>"
        f'<body><main dir="{appearance.direction}" style="--type: {appearance.scale}; --least: {least}px">'
        f"{sheet}</main></body>"
        "</html>"
    )


def file_name(number: int, screen: str, setting: Setting) -> str:
    """`01-VISIT-android-light.png`; what no file system likes in a screen's id becomes an underscore."""
    return f"{number:02}-{re.sub(r'[^A-Za-z0-9_-]', '_', screen)[:60]}-{setting.name}.png"


def contact_sheet(title: str, rows: Mapping[str, list[tuple[str, str]]]) -> str:
    """A page of all pictures: for each setting, pairs of a screen and the name of its picture's file."""
    parts = []
    for name, pictures in rows.items():
        figures = "".join(
            f'<figure><a href="{html.escape(file)}"><img src="{html.escape(file)}" alt="{html.escape(screen)}" '
            f'width="240" loading="lazy"></a><figcaption>{html.escape(screen)}</figcaption></figure>'
            for screen, file in pictures
        )
        parts.append(f"<h2>{html.escape(name)}</h2><div>{figures}</div>")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>body{{font:15px/1.5 system-ui,sans-serif;margin:24px;"
        "background:#f7f6f2;color:#1b232e}h2{font-size:17px}div{display:flex;flex-wrap:wrap;gap:20px;"
        "align-items:flex-start}figure{margin:0}img{border:1px solid #dad6cc;border-radius:10px}"
        f"</style></head><body><h1>{html.escape(title)}</h1>{''.join(parts)}</body></html>\n"
    )


@cache
def _styles() -> str:
    environment = templates("headrace.ui")
    environment.globals["static"] = lambda path: path
    linked = re.findall(r'href="([^"]+)"', environment.get_template("phone_styles.html").render())
    return "\n".join(static_text(path) for path in ("tokens.css", *linked))
