"""`headrace shots`: real pictures by a real Chromium."""

import json
import re
import struct
from pathlib import Path

import pytest
from tests.browsers import chromium
from tests.phone.flows import flow, footer, heading, screen, string
from typer.testing import CliRunner, Result

from headrace.cli import application

pytestmark = pytest.mark.browser

LONG = [{"type": "TextBody", "text": f"Line {number}"} for number in range(80)]
FLOW = flow(
    screen("FIRST", heading("${data.greeting}"), footer("navigate", to="LONG"), data={"greeting": string("Hello")}),
    screen("LONG", *LONG, footer("complete", label="Send"), terminal=True),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "flow.json").write_text(json.dumps(FLOW))
    return tmp_path


def shots(folder: Path, *options: str, environment: dict[str, str] | None = None) -> Result:
    arguments = ["shots", str(folder / "flow.json"), "--out", str(folder / "out"), *options]
    return CliRunner().invoke(application(("shots", "check")), arguments, env=environment)


def size(path: Path) -> tuple[int, int]:
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def test_every_screen_in_every_dress(folder: Path) -> None:
    chromium()
    result = shots(folder, "--platform", "both", "--theme", "both")
    assert result.exit_code == 0, result.output
    names = {f"{number}-{kind}-{theme}.png" for number in ("01-FIRST", "02-LONG")
             for kind in ("android", "ios") for theme in ("light", "dark")}  # fmt: skip
    assert {path.name for path in (folder / "out").iterdir()} == names | {"index.html"}
    assert size(folder / "out" / "01-FIRST-android-light.png") == (720, 1440)
    assert size(folder / "out" / "01-FIRST-ios-dark.png") == (780, 1520)
    assert size(folder / "out" / "02-LONG-android-light.png")[1] > 3000  # the whole screen, not what fits a phone
    assert len({(folder / "out" / name).read_bytes() for name in names}) == len(names)
    index = (folder / "out" / "index.html").read_text()
    assert set(re.findall(r'src="([^"]+)"', index)) == names


def test_one_screen_with_language_data_and_large_text(folder: Path) -> None:
    chromium()
    plain = shots(folder, "--screen", "FIRST")
    options = ["--screen", "FIRST", "--language", "he", "--text-size", "150"]
    assert shots(folder, *options, "--data", '{"FIRST": {"greeting": "Good morning"}}').exit_code == 0
    assert plain.exit_code == 0
    pictures = {path.name: path.read_bytes() for path in (folder / "out").glob("*.png")}
    assert set(pictures) == {"01-FIRST-android-light.png", "01-FIRST-android-light-he-rtl-text150.png"}
    assert len(set(pictures.values())) == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--screen", "NOWHERE"], 'no screen "NOWHERE". It has: FIRST, LONG'),
        (["--language", "he<script>"], "is no language"),
        (["--data", "{"], "--data is not JSON"),
        (["--data", '{"NOWHERE": {}}'], 'no screen "NOWHERE"'),
        (["--data", "[]"], 'such as {"VISIT": {"name": "Ada"}}'),
        (["--data", '{"FIRST": 1}'], "has to name screens"),
        (["--data", f'{{"FIRST": {"[" * 300}{"]" * 300}}}'], "nested too deep"),
    ],
)
def test_what_cannot_be_used(folder: Path, options: list[str], words: str) -> None:
    result = shots(folder, *options)
    assert result.exit_code == 2
    assert words in result.stderr
    assert not (folder / "out").exists()


def test_without_a_chromium_it_says_what_to_install(folder: Path) -> None:
    result = shots(folder, environment={"PATH": str(folder), "CHROMIUM": ""})
    assert result.exit_code == 2
    assert "apt-get install chromium" in result.stderr
    result = shots(folder, environment={"CHROMIUM": "/nowhere/chromium"})
    assert "CHROMIUM names /nowhere/chromium" in result.stderr


def test_a_program_that_is_no_chromium(folder: Path) -> None:
    program = folder / "fake"
    program.write_text("#!/bin/sh\necho cannot start >&2\n")
    program.chmod(0o755)
    result = shots(folder, environment={"CHROMIUM": str(program)})
    assert result.exit_code == 2
    assert "did not start. It said: cannot start" in result.stderr


def test_a_folder_that_cannot_be_made(folder: Path) -> None:
    chromium()
    (folder / "out").write_text("a file")
    result = shots(folder)
    assert result.exit_code == 2
    assert "cannot be made" in result.stderr
