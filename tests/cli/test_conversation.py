"""`headrace run` without steps, filled in by somebody at a real pseudo-terminal."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.terminal_session import END_OF_INPUT, Terminal
from tests.cli.test_run import ASKING, Business
from tests.phone.flows import dropdown, flow, footer, heading, screen, string, text_input

from headrace.exchange.keys import generate_key_pair

FORM = flow(
    screen(
        "NAME",
        heading("Who are you?"),
        text_input("name", required=True),
        text_input("mail", **{"input-type": "email"}),
        dropdown("size", "small", "large", required=True),
        {
            "type": "CheckboxGroup",
            "name": "extras",
            "label": "Extras",
            "data-source": [{"id": "a", "title": "Aroma"}, {"id": "b", "title": "Bread"}],
        },
        {"type": "DatePicker", "name": "day", "label": "Day", "min-date": "2026-11-20", "max-date": "2026-12-24"},
        footer(
            "navigate",
            {"who": "${form.name}", "size": "${form.size}", "extras": "${form.extras}", "day": "${form.day}"},
            to="CHECK",
        ),
    ),
    screen(
        "CHECK",
        heading("${data.who}"),
        footer("complete", {"name": "${data.who}", "size": "${data.size}", "day": "${data.day}"}, label="Send"),
        data={
            "who": string("Ada"),
            "size": string("small"),
            "day": string("2026-11-25"),
            "extras": {"type": "array", "items": {"type": "string"}, "__example__": []},
        },
        terminal=True,
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "flow.json").write_text(json.dumps(FORM))
    return tmp_path


@pytest.fixture
def terminal(folder: Path) -> Iterator[Terminal]:
    with Terminal("run", "flow.json", folder=folder) as opened:
        yield opened


def fill_first_screen(terminal: Terminal) -> None:
    terminal.expect("Who are you?")
    terminal.expect("? Name: ")
    terminal.write("Bea")
    terminal.expect("? Mail (optional): ")
    terminal.write("")
    terminal.expect("Small")
    terminal.expect("a number or a name): ")
    terminal.write("2")
    terminal.expect("with commas): ")
    terminal.write("bread, 1")
    terminal.expect("2026-12-24): ")
    terminal.write("2026-11-25")
    terminal.expect("Enter: Continue")


def test_a_flow_is_filled_in(terminal: Terminal) -> None:
    fill_first_screen(terminal)
    terminal.write("")
    terminal.expect("── Check")
    terminal.expect("Enter: Send")
    terminal.write("")
    terminal.expect('Completed  {"name":"Bea","size":"large","day":"2026-11-25","flow_token":"unused"}')
    assert terminal.ends() == 0


def test_what_is_wrong_is_said_at_once_and_asked_again(terminal: Terminal) -> None:
    terminal.expect("? Name: ")
    terminal.write("")
    terminal.expect("! Name is required")
    terminal.expect("? Name: ")
    terminal.write("Bea")
    terminal.expect("? Mail (optional): ")
    terminal.write("nowhere")
    terminal.expect("! Write an email address")
    terminal.expect("[nowhere]: ")
    terminal.write("a@example.com")
    terminal.expect("a number or a name): ")
    terminal.write("7")
    terminal.expect('! There is no single option "7". Write a number from 1 to 2.')
    terminal.write("LARGE")
    terminal.expect("with commas): ")
    terminal.write("")
    terminal.expect("2026-12-24): ")
    terminal.write("tomorrow")
    terminal.expect("! Write a date as year, month and day")
    terminal.write("2027-01-01")
    terminal.expect("offers the days from 2026-11-20 to 2026-12-24")
    terminal.expect("2026-12-24): ")
    terminal.write("2026-12-01")
    terminal.expect("Enter: Continue")


def test_back_keeps_what_was_entered_help_and_quit(terminal: Terminal) -> None:
    fill_first_screen(terminal)
    terminal.write("")
    terminal.expect("Enter: Send")
    terminal.write("back")
    terminal.expect("Name: Bea")
    terminal.expect("[Bea]: ")
    terminal.write(":help")
    terminal.expect(":quit     stops")
    terminal.write(":nothing")
    terminal.expect("no command :nothing")
    terminal.write(":quit")
    terminal.expect("Stopped before the Flow was completed.")
    assert terminal.ends() == 3
    assert "Traceback" not in terminal.seen


def test_control_c(terminal: Terminal) -> None:
    terminal.expect("? Name: ")
    terminal.interrupt()
    terminal.expect("Stopped before the Flow was completed.")
    assert terminal.ends() == 130
    assert "Traceback" not in terminal.seen


def test_control_d(terminal: Terminal) -> None:
    terminal.expect("? Name: ")
    terminal.write(END_OF_INPUT, enter=False)
    terminal.expect("Stopped before the Flow was completed.")
    assert terminal.ends() == 3
    assert "Traceback" not in terminal.seen


def test_with_an_endpoint(folder: Path) -> None:
    keys = generate_key_pair()
    (folder / "asking.json").write_text(json.dumps(ASKING))
    (folder / "public.pem").write_text(keys.public_pem)
    with Business(keys) as business:
        way = ("--endpoint", business.url, "--public-key", "public.pem", "--app-secret", "shh")
        with Terminal("run", "asking.json", *way, folder=folder) as terminal:
            terminal.expect("→ INIT")
            terminal.expect("Good morning")
            terminal.expect("? Name: ")
            terminal.write("Ada")
            terminal.expect("a number or a name): ")
            terminal.write("m")
            terminal.expect("← 200")
            assert "? " not in terminal.expect("Enter: Continue")  # what was answered is not asked again
            terminal.write("")
            terminal.expect("Enter: Send")
            terminal.write("")
            terminal.expect("Completed")
            assert terminal.ends() == 0


def test_without_an_endpoint_it_shows_what_would_be_asked(folder: Path) -> None:
    (folder / "asking.json").write_text(json.dumps(ASKING))
    with Terminal("run", "asking.json", folder=folder) as terminal:
        terminal.expect("? Name: ")
        terminal.write("Ada")
        terminal.expect("a number or a name): ")
        terminal.write("m")
        terminal.expect("Give one with --endpoint")
        terminal.expect('"data":{"size":"m"}')
        assert terminal.ends() == 3


def test_a_password_is_not_shown(folder: Path) -> None:
    form = screen(
        "IN",
        text_input("word", required=True, **{"input-type": "password"}),
        footer("complete", {"word": "${form.word}"}, label="Send"),
        terminal=True,
    )
    (folder / "in.json").write_text(json.dumps(flow(form)))
    with Terminal("run", "in.json", folder=folder) as terminal:
        terminal.expect("? Word: ")
        terminal.write("hunter2")
        terminal.expect("Enter: Send")
        assert "hunter2" not in terminal.seen
        terminal.write("draw")
        terminal.expect("Word: •••••••")


def test_not_a_terminal_does_not_ask(folder: Path) -> None:
    from tests.cli.commands import headrace

    assert headrace("run", str(folder / "flow.json")).status == 3
