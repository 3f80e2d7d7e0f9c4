"""The effect loop: asks, keeps, answers, and can be taken up by another."""

from collections.abc import Sequence
from typing import Any

import pytest
from tests.phone.flows import flow, footer, heading, screen, text_input
from tests.simulator.stage import Json, ScriptedEndpoint, answered, failed

from headrace.exchange.channel import Outcome
from headrace.phone.engine.effects import Closed, Complete, Effect, Exchange
from headrace.phone.engine.events import Answered, Close, ExchangeFailed, Fill, Open, Tap, TokenExpired
from headrace.phone.engine.program import Program
from headrace.phone.session import Opening, Session
from headrace.simulator.driver import Driver, event_of
from headrace.simulator.sessions import ending_of
from headrace.simulator.trace import Entry

pytestmark = pytest.mark.anyio

PROGRAM = Program.compile(
    flow(
        screen("ASK", text_input("name"), footer("data_exchange", {"name": "${form.name}"})),
        screen("CHECK", heading("Check"), footer("complete", {"ok": True}), terminal=True),
        routing={"ASK": ["CHECK"], "CHECK": []},
    )
)


class Ledger:
    """A writer that notes what it is told, in order."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, Any]] = []

    async def save(self, session: Session, effects: Sequence[Effect], entries: Sequence[Entry]) -> None:
        ending = ending_of(effects)
        self.entries.append(("save", session.to_json()) if ending is None else ("finish", ending))

    async def record(self, outcome: Outcome) -> None:
        self.entries.append(("record", outcome.request["data"]))

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.entries]


def endpoint(request: Json) -> Outcome:
    if request["action"] == "INIT":
        return answered(request, {"screen": "ASK", "data": {}})
    return answered(request, {"screen": "CHECK", "data": {}})


def started(action: Any = "data_exchange") -> Session:
    return Session.start(PROGRAM, Opening(action=action))


async def test_a_whole_flow_from_opening_to_response() -> None:
    client, ledger = ScriptedEndpoint(endpoint), Ledger()
    driver = Driver(started(), client, ledger)
    turn = await driver.dispatch(Open())
    assert [outcome.kind for outcome in turn.outcomes] == ["answered"]
    assert isinstance(turn.effects[0], Exchange)
    await driver.dispatch(Fill({"name": "Ada"}))
    await driver.dispatch(Tap("Continue"))
    turn = await driver.dispatch(Tap("Continue"))
    assert turn.effects == [Complete({"ok": True, "flow_token": "unused"})]
    assert [request["action"] for request in client.requests] == ["INIT", "data_exchange"]
    assert ledger.kinds == ["save", "record", "save", "save", "save", "record", "save", "finish"]


async def test_what_is_asked_is_kept_before_it_is_sent() -> None:
    ledger = Ledger()
    kept: list[Json] = []

    def look(request: Json) -> Outcome:
        kept.append(ledger.entries[-1][1])
        return endpoint(request)

    await Driver(started(), ScriptedEndpoint(look), ledger).dispatch(Open())
    assert kept[0]["pending"]["request"]["action"] == "INIT"


async def test_another_driver_takes_up_what_is_outstanding() -> None:
    ledger = Ledger()
    await Driver(started(), None, ledger).dispatch(Open())
    stored = ledger.entries[-1][1]
    client = ScriptedEndpoint(endpoint)
    successor = Driver(Session.from_json(PROGRAM, stored), client)
    await successor.resume()
    assert successor.session.screen == "ASK"
    assert len(client.requests) == 1
    assert (await successor.resume()).effects == []


async def test_without_a_wire_the_exchange_stays_outstanding() -> None:
    driver = Driver(started(), None)
    turn = await driver.dispatch(Open())
    assert isinstance(turn.effects[0], Exchange)
    assert driver.session.pending is not None
    await driver.dispatch(Answered({"screen": "ASK", "data": {}}))
    assert driver.session.screen == "ASK"


async def test_error_notices_go_out_beside_the_conversation_and_are_recorded() -> None:
    def confused(request: Json) -> Outcome:
        return answered(request, {"screen": "NOWHERE", "data": {}})

    client, ledger = ScriptedEndpoint(confused, delay=0.05), Ledger()
    driver = Driver(started(), client, ledger)
    await driver.dispatch(Open())
    assert driver.session.status == "error"
    assert len(client.requests) == 1
    await driver.settle()
    assert client.requests[1]["data"]["error"] == "invalid-screen-transition"
    assert ledger.entries[-1] == ("record", client.requests[1]["data"])


async def test_a_wire_that_breaks_is_a_failed_exchange(caplog: pytest.LogCaptureFixture) -> None:
    def broken(request: Json) -> Outcome:
        raise RuntimeError("no way")

    driver = Driver(started(), ScriptedEndpoint(broken))
    await driver.dispatch(Open())
    assert driver.session.view().failure_type == "no_http_response_error"
    assert "no way" in caplog.text


async def test_closing_is_an_ending() -> None:
    ledger = Ledger()
    driver = Driver(started("navigate"), None, ledger)
    await driver.dispatch(Open())
    await driver.dispatch(Close())
    assert ledger.entries[-1] == ("finish", Closed())


def test_outcomes_as_events() -> None:
    assert event_of(answered({}, {"a": 1})) == Answered({"a": 1})
    assert event_of(failed({}, "timeout_error")) == ExchangeFailed("timeout_error", "")
    expired = Outcome(kind="token_expired", request={}, milliseconds=1, message="Done.")
    assert event_of(expired) == TokenExpired("Done.")
