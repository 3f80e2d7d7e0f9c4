"""What is told before a message is sent: what its first screen will not show, and why it may not open."""

from datetime import date
from typing import Any

from tests.phone.flows import Json, flow, footer, heading, screen, string

from headrace.phone.foresight import foreseen


def told(data: Json, given: Json | None = None, **more: Any) -> list[str]:
    document = flow(screen("A", heading("${data.hint}"), footer("complete"), terminal=True, data=data), **more)
    return foreseen(document, today=date(2026, 12, 1), data=given)


def test_what_shows_nothing() -> None:
    said = 'TextHeading shows nothing: "hint" never came: "data" of the flow_action_payload has no "hint".'
    assert told({"hint": string()}) == [said]
    assert told({"hint": string()}, {"hint": "Three are free"}) == []


def test_a_navigate_does_not_ask_an_endpoint() -> None:
    (said,) = told({"hint": string()}, routing={"A": []})
    assert "INIT was not asked" in said


def test_what_will_not_open() -> None:
    (said,) = told({"hint": string(), "required": ["hint"]})
    assert said.startswith("The phone will show an error screen: ")
    assert '"hint" is required and missing' in said
    assert foreseen("{}", today=date(2026, 12, 1)) == ["This Flow has no screen to show."]
