"""Every text pair of the tokens can be read: at least 4.9:1, in both themes; borders of what can be pressed 3:1."""

import re
from pathlib import Path

import pytest

import headrace.ui

CSS = Path(headrace.ui.__file__).parent / "static"
TEXT = 4.9
BORDER = 3.0
STATUSES = ("draft", "published", "throttled", "blocked", "deprecated")
GROUNDS = ("page", "surface", "sunken")
PAIRS = [
    *((ink, ground) for ink in ("ink", "soft", "accent") for ground in (*GROUNDS, "tint")),
    ("on-accent", "accent"),
    ("brass", "surface"),
    *((status, f"{status}-ground") for status in STATUSES),
]


def themes() -> dict[str, dict[str, str]]:
    """The colours of each theme, by name."""
    text = (CSS / "tokens.css").read_text()
    blocks = re.findall(r"(:root[^{]*)\{([^}]*)\}", text)
    found = {selector.strip(): dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", body)) for selector, body in blocks}
    return {
        "light": found[":root"],
        "dark by the system": found[':root:not([data-theme="light"])'],
        "dark by choice": found[':root[data-theme="dark"]'],
    }


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", themes())
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    colours = themes()[theme]
    assert contrast(colours[ink], colours[ground]) >= TEXT


@pytest.mark.parametrize("theme", themes())
@pytest.mark.parametrize("ground", GROUNDS)
def test_edges_can_be_seen(theme: str, ground: str) -> None:
    colours = themes()[theme]
    assert contrast(colours["edge"], colours[ground]) >= BORDER


def test_both_ways_to_the_dark_theme_are_the_same() -> None:
    assert themes()["dark by the system"] == themes()["dark by choice"]


def test_no_other_stylesheet_names_a_colour() -> None:
    rooms = CSS.parent.parent
    named: list[str] = []
    for sheet in rooms.rglob("*.css"):
        if sheet.name != "tokens.css" and "build" not in sheet.parts:
            named += [
                f"{sheet.name}: {line}"
                for line in sheet.read_text().splitlines()
                if re.search(r"#[0-9a-f]{3,8}\b(?!-)|rgb\(", line)
            ]
    assert named == []
