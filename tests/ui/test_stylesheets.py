"""The shared stylesheets: colours come from the tokens, every token exists, and what moves can be stilled."""

import re
from pathlib import Path

import pytest

import headrace.ui

STATIC = Path(headrace.ui.__file__).parent / "static"
SHEETS = sorted(path for path in STATIC.glob("*.css") if path.name != "tokens.css")
TOKENS = set(re.findall(r"(--[\w-]+):", (STATIC / "tokens.css").read_text()))
NAMES = "white|black|red|green|blue|yellow|orange|purple|brown|gr[ae]y|silver"
COLOUR = re.compile(rf":[^;{{]*(#[0-9a-f]{{3,8}}\b|\b(?:rgb|hsl|oklch)a?\(|(?<!-)\b(?:{NAMES})\b(?!-))", re.I)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_no_colour_is_named_outside_the_tokens(sheet: Path) -> None:
    rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
    assert [match.group(1) for match in COLOUR.finditer(rules)] == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_token_that_is_used_exists(sheet: Path) -> None:
    assert set(re.findall(r"var\((--[\w-]+)", sheet.read_text())) <= TOKENS


def test_motion_stops_for_those_who_ask() -> None:
    text = (STATIC / "base.css").read_text()
    still = text[text.index("prefers-reduced-motion") :]
    assert "animation-duration: 0s !important" in still
    assert "transition-duration: 0s !important" in still
