"""The steps of each example lead to its end."""

import json
from datetime import date

import pytest
import yaml
from examples.appointment.endpoint import Diary, build
from tests.examples.walking import EXAMPLES, Walker

from headrace.exchange.channel import Channel
from headrace.exchange.keys import generate_key_pair
from headrace.exchange.transport import AsgiTransport
from headrace.identifiers import RandomIdentifiers

pytestmark = pytest.mark.anyio


async def test_feedback_is_given_without_any_endpoint() -> None:
    folder = EXAMPLES / "feedback"
    response = await Walker(folder / "flow.json").walk(folder / "steps.yaml")
    assert response is not None
    assert response["flow_token"] == "token-1"


async def test_an_appointment_is_booked() -> None:
    pair = generate_key_pair()
    diary = Diary(today=lambda: date(2027, 3, 1))

    async def fetch() -> str:
        return pair.public_pem

    endpoint = build(pair.private_pem, "secret", diary=diary)
    channel = Channel(AsgiTransport(endpoint), "https://e/", "secret", fetch, RandomIdentifiers())
    folder = EXAMPLES / "appointment"
    walker = Walker(folder / "flow.json", channel)
    response = await walker.walk(folder / "steps.yaml")
    assert response is not None
    expected = yaml.safe_load((folder / "steps.yaml").read_text())[-1]["expect"]["completed"]
    assert response == expected | {"flow_token": "token-1"}
    assert len(diary.booked) == 2, "sixty minutes are two half-hours"


def test_the_examples_of_the_data_are_what_the_endpoint_sends() -> None:
    """The preview draws from `__example__`; it must show what really comes."""
    flow = json.loads((EXAMPLES / "appointment" / "flow.json").read_text())
    examples = {name: field["__example__"] for name, field in flow["screens"][0]["data"].items()}
    from examples.appointment.endpoint import Choice, appointment_data

    sent = appointment_data(Diary(today=lambda: date(2027, 3, 1)), Choice())
    assert examples.keys() == sent.keys()
    assert examples["services"] == sent["services"]
    assert examples["shops"] == sent["shops"]
    assert (examples["min_date"], examples["max_date"]) == (sent["min_date"], sent["max_date"])
