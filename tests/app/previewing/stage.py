"""A preview over a file in a folder of its own, and its pages."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient
from tests.phone.flows import Json, dropdown, flow, footer, heading, screen, string, text_input

from headrace.app.previewing.file import load
from headrace.app.previewing.server import preview_app
from headrace.clock import ManualClock
from headrace.simulator.previewing.preview import Preview
from headrace.simulator.previewing.session import OpeningWishes

CLOCK = ManualClock(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))

NAME = screen("NAME", text_input("name"), footer("navigate", {"who": "${form.name}"}, to="CHECK"))
CHECK = screen(
    "CHECK",
    heading("${data.who}"),
    dropdown("size", "s", "m"),
    footer("complete", {"who": "${data.who}"}, label="Send"),
    data={"who": string("Ada")},
    terminal=True,
)
STATIC = flow(NAME, CHECK)
ASKING = flow(
    screen("NAME", text_input("name"), footer("data_exchange", {"name": "${form.name}"})),
    CHECK,
    routing={"NAME": ["CHECK"], "CHECK": []},
)


class Bench:
    """A preview of `flow.json` in a folder, with a client that speaks to its pages."""

    def __init__(self, folder: Path, document: Json | str, **more: Any) -> None:
        self.path = folder / "flow.json"
        self.write(document)
        wishes = more.pop("wishes", OpeningWishes())
        self.preview = Preview("flow.json", wishes, CLOCK, **more)
        self.read()
        self.client = TestClient(preview_app(self.preview), base_url="http://127.0.0.1:8461")

    def write(self, document: Json | str) -> None:
        self.path.write_text(document if isinstance(document, str) else json.dumps(document, indent=2))

    def save(self, document: Json | str) -> None:
        """Saves the file and reads it, as the watcher does."""
        self.write(document)
        self.read()

    def read(self) -> None:
        self.preview.take(load(self.path, self.preview.today()))

    def page(self) -> str:
        answer = self.client.get("/")
        assert answer.status_code == 200
        return answer.text

    def post(self, path: str, **fields: str) -> str:
        """Posts as the page does that shows the present sheet and picture."""
        shown = {"shown": self.preview.session.id or "", "revision": str(self.preview.texts.revision)}
        if "visit" not in fields and (session := self.preview.session.current()) is not None:
            shown["visit"] = str(session.state.visit)
        answer = self.client.post(path, data=shown | fields)
        assert answer.status_code == 200
        return answer.text

    def act(self, act: str, **members: Any) -> Json:
        """Does something on the phone, as a script; gives what it shows then."""
        url = f"/sheet/{self.preview.session.number}/{act}"
        answer = self.client.post(url, json=members, headers={"accept": "application/json"})
        told: Json = answer.json()
        return told

    @property
    def screen(self) -> str | None:
        session = self.preview.session.current()
        return None if session is None else session.screen

    @property
    def form(self) -> Json:
        session = self.preview.session.current()
        assert session is not None
        return session.form
