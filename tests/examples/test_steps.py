"""The steps of each example lead to its end."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml
from examples.appointment.endpoint import Diary, build
from tests.examples.walking import EXAMPLES, Walker

from headrace.exchange.channel import Channel
from headrace.exchange.key_files import KeyFolder
from headrace.exchange.keys import generate_key_pair
from headrace.exchange.relay import Relay
from headrace.exchange.transport import AsgiTransport
from headrace.identifiers import RandomIdentifiers
from headrace.outbound import Outbound
from headrace.phone.answer_check import FlowAnswers

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


NODE = shutil.which("node") or str(EXAMPLES.parent / ".cache" / "node" / "bin" / "node")


@pytest.fixture
def service() -> Iterator[str]:
    """The plain Node service; gives its address."""
    command = [NODE, str(EXAMPLES / "appointment" / "service.mjs"), "0", "2027-03-01"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1]
        finally:
            process.kill()


async def test_an_appointment_is_booked_by_a_plain_service_behind_the_relay(service: str, tmp_path: Path) -> None:
    pair = generate_key_pair()
    (tmp_path / "private.pem").write_text(pair.private_pem)
    folder = EXAMPLES / "appointment"

    async def fetch() -> str:
        return pair.public_pem

    async with Outbound(private_networks=True) as outbound:
        relay = Relay(
            service,
            keys=KeyFolder(tmp_path),
            app_secret="secret",
            transport=outbound,
            answers=FlowAnswers(folder / "flow.json"),
            refuse_misfits=True,
        )
        channel = Channel(AsgiTransport(relay), "https://e/", "secret", fetch, RandomIdentifiers())
        own = build(pair.private_pem, "secret", diary=Diary(today=lambda: date(2027, 3, 1)))
        library = Channel(AsgiTransport(own), "https://e/", "secret", fetch, RandomIdentifiers())
        for chosen in (
            {},
            {"service": "hearing_check", "shop": "canal_street"},
            {"service": "contact_lenses", "shop": "station_road", "date": "2027-03-06"},
            {"service": "eye_test", "shop": "market_row", "date": "2027-03-08", "time": "09:30", "trigger": "continue"},
        ):
            asked = {"version": "3.0", "action": "data_exchange", "screen": "APPOINTMENT", "flow_token": "token-0"}
            answers = [await one.exchange({**asked, "data": chosen}) for one in (channel, library)]
            assert answers[0].body is not None
            assert answers[0].body == answers[1].body
        walker = Walker(folder / "flow.json", channel)
        response = await walker.walk(folder / "steps.yaml")
        expected = yaml.safe_load((folder / "steps.yaml").read_text())[-1]["expect"]["completed"]
        assert response == expected | {"flow_token": "token-1"}
        again = await channel.exchange({"version": "3.0", "action": "INIT", "data": {}, "flow_token": "token-1"})
        assert again.kind == "token_expired"


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
