"""Plays a scenario on a box: it publishes a Flow whose endpoint it serves itself, and acts as business and person."""

import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from headrace.cli.connection import BoxConnection, CallRefused, needed
from headrace.cli.scenarios.script import Script, Step
from headrace.exchange.endpoint import Endpoint, Request, Screen
from headrace.exchange.keys import KeyPair, generate_key_pair

_PATIENCE = 200
_PAUSE_SECONDS = 0.02


class TookAnotherTurn(Exception):
    """Something came otherwise than the scenario says. The words say what."""


class Player:
    """Plays one script. `tell` gets a line for everything that happens."""

    def __init__(self, box: BoxConnection, script: Script, tell: Callable[[str], None]) -> None:
        self._box = box
        self._script = script
        self._tell = tell
        self._flow_id = ""
        self._session: str | None = None
        self._sent: list[str] = []
        self._known = 0
        self._status = ""

    def play(self) -> str:
        """Plays it to its end and returns the id of its Flow. Raises `TookAnotherTurn` and `CallRefused`."""
        phone = self._phone()
        keys = generate_key_pair()
        with _serving(self._endpoint(keys)) as url:
            self._publish(url, keys)
            self._box.page("POST", f"{phone}/write", text="Is my repair done?", sender=self._sender)
            for step in self._script.steps:
                self._do(phone, step)
        return self._flow_id

    def _do(self, phone: str, step: Step) -> None:
        match step.act:
            case "say":
                self._tell(f"\n{step.value}")
            case "send":
                self._send(int(step.value), step.refused)
            case "open":
                self._open(phone, step.refused)
            case "ask":
                self._ask(int(step.value))
            case "pass":
                clock = self._box.world("POST", "/clock", by=step.value)
                self._tell(f"  {step.value} pass; it is {clock['now'][:16].replace('T', ' ')}")
                self._look()
            case "break":
                self._box.world("POST", f"/flows/{self._flow_id}/endpoint", **step.value)
                self._tell(f"  the endpoint: {', '.join(f'{k} {v}' for k, v in step.value.items()) or 'sound'}")
            case "expect":
                self._expect(step.value)

    @property
    def _sender(self) -> str:
        return needed(self._box.phone_number_id, "phone_number_id")

    def _phone(self) -> str:
        wanted = self._script.person
        handsets = self._box.world()["handsets"]
        found = next((one for one in handsets if one["name"] == wanted), None)
        if found is None:
            raise TookAnotherTurn(f"This box has no phone of {wanted}.")
        self._wa_id = str(found["wa_id"])
        return f"/handsets/{found['id']}"

    def _endpoint(self, keys: KeyPair) -> Endpoint:
        endpoint = Endpoint(private_key=keys.private_pem, app_secret=needed(self._box.app_secret, "app_secret"))
        answers = self._script.flow["answers"]

        def answering(name: str) -> Callable[[Request], Screen]:
            answer = answers[name]
            return lambda _request: Screen(str(answer["screen"]), dict(answer.get("data") or {}))

        endpoint.on_init(answering("INIT"))
        for name in answers:
            if name != "INIT":
                endpoint.on(name)(answering(name))
        return endpoint

    def _publish(self, url: str, keys: KeyPair) -> None:
        flow, box = self._script.flow, self._box
        box.graph("POST", f"{self._sender}/whatsapp_business_encryption", business_public_key=keys.public_pem)
        made = box.graph(
            "POST",
            f"{needed(box.waba_id, 'waba_id')}/flows",
            name=f"{flow['name']} {secrets.token_hex(2)}",
            categories=flow.get("categories") or ["OTHER"],
            endpoint_uri=url,
            flow_json=json.dumps(flow["json"]),
        )
        self._flow_id = str(made["id"])
        box.graph("POST", f"{self._flow_id}/publish")
        self._status = "PUBLISHED"
        self._tell(f"{self._script.title}: Flow {self._flow_id}, its endpoint answers at {url}")

    def _send(self, times: int, refused: int | bool | None) -> None:
        for _ in range(times):
            try:
                answer = self._box.graph("POST", f"{self._sender}/messages", **self._message())
            except CallRefused as refusal:
                if refused is None or (refused is not True and refusal.error.get("code") != refused):
                    raise
                self._tell(f"  refused: {refusal}")
                return
            self._sent.append(str(answer["messages"][0]["id"]))
        if refused is not None:
            raise TookAnotherTurn(f"A message was sent that should have been refused ({refused}).")
        self._tell(f"  {times} message{'s' if times > 1 else ''} sent")

    def _message(self) -> dict[str, Any]:
        flow = self._script.flow
        return {
            "messaging_product": "whatsapp",
            "to": self._wa_id,
            "type": "interactive",
            "interactive": {
                "type": "flow",
                "body": {"text": str(flow.get("body") or flow["name"])},
                "action": {
                    "name": "flow",
                    "parameters": {
                        "flow_message_version": "3",
                        "flow_id": self._flow_id,
                        "flow_cta": str(flow.get("cta") or "Open"),
                        "flow_action": str(flow.get("action") or "data_exchange"),
                        "flow_token": secrets.token_hex(8),
                    },
                },
            },
        }

    def _open(self, phone: str, refused: int | bool | None) -> None:
        self._arrived(phone)
        if self._session is not None:  # a sheet covers the chat until the person closes it
            self._box.page("POST", f"{self._session}/close")
            self._session = None
        shown = self._box.page("POST", f"{phone}/open", message=self._sent[-1])
        if not shown.get("session_url"):
            if refused is None:
                raise TookAnotherTurn(f"The Flow does not open: {shown.get('notice')}")
            self._tell(f"  it does not open: {shown.get('notice')}")
            self._box.page("POST", f"{phone}/dismiss")
            return
        if refused is not None:
            raise TookAnotherTurn("The Flow opened, although it should not have.")
        self._session = str(shown["session_url"]).rstrip("/")
        self._at_rest(self._box.page("GET", f"{self._session}/"))
        self._tell("  the Flow is open")

    def _arrived(self, phone: str) -> None:
        for _ in range(_PATIENCE):
            shown = self._box.page("GET", phone)
            if any(message["id"] == self._sent[-1] for message in shown["messages"]):
                return
            threading.Event().wait(_PAUSE_SECONDS)
        raise TookAnotherTurn("The message did not arrive on the phone.")

    def _ask(self, times: int) -> None:
        if self._session is None:
            raise TookAnotherTurn("No Flow is open on the phone that could ask anything.")
        for _ in range(times):
            shown = self._box.page("POST", f"{self._session}/tap", target=self._script.press)
            if refused := shown.get("refused"):
                raise TookAnotherTurn(f"{refused['target']}: {refused['reason']}")
            self._at_rest(shown)
        self._tell(f"  {times} exchanges")

    def _at_rest(self, shown: Any) -> None:
        for _ in range(_PATIENCE):
            if shown["status"] != "loading":
                return
            threading.Event().wait(_PAUSE_SECONDS)
            shown = self._box.page("GET", f"{self._session}/")
        raise TookAnotherTurn("The Flow went on loading.")

    def _look(self) -> dict[str, Any]:
        """Tells what came of it since the last look: alerts, then a change of status."""
        found = self._box.world("GET", f"/flows/{self._flow_id}")
        history = list(reversed(found["history"]))
        for alert in history[self._known :]:
            self._tell(f"  alert {alert['metric']}: the threshold {alert['threshold']:g} is reached")
        self._known = len(history)
        if found["status"] != self._status:
            self._tell(f"  {self._status} → {found['status']}")
            self._status = str(found["status"])
        return found

    def _expect(self, wanted: dict[str, Any]) -> None:
        found = self._look()
        if "status" in wanted and found["status"] != wanted["status"]:
            raise TookAnotherTurn(f"The Flow is {found['status']}; by the scenario it should be {wanted['status']}.")
        if "alerts" in wanted:
            active = [f"{one['metric']} {one['threshold']:g}" for one in reversed(found["history"])]
            if active != list(wanted["alerts"]):
                raise TookAnotherTurn(f"The alerts so far are {active}; they should be {wanted['alerts']}.")


@contextmanager
def _serving(endpoint: Endpoint) -> Iterator[str]:
    """Serves an endpoint on a free port of this machine, in a thread of its own."""
    server = uvicorn.Server(uvicorn.Config(endpoint, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise TookAnotherTurn("The scenario's endpoint cannot be served on this machine.")
        threading.Event().wait(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()
