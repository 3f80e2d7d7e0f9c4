"""What the opticians offer, refuse and book; in the process, and as the process that people start."""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from examples.appointment.endpoint import SERVICES, SHOPS, Diary, build, half_hours
from tests.examples.walking import EXAMPLES

from headrace.exchange.channel import Channel, Outcome
from headrace.exchange.keys import KeyPair, generate_key_pair
from headrace.exchange.transport import AsgiTransport, Transport
from headrace.identifiers import RandomIdentifiers
from headrace.outbound import Outbound

pytestmark = pytest.mark.anyio

SECRET = "secret"
TODAY = date(2027, 3, 1)
CHOSEN = {"service": "contact_lenses", "shop": "canal_street", "date": "2027-03-02", "time": "10:30"}
PERSON = {"name": "Amara", "email": "amara@example.com"}


@pytest.fixture(scope="module")
def pair() -> KeyPair:
    return generate_key_pair()


@pytest.fixture
def diary() -> Diary:
    return Diary(today=lambda: TODAY)


class Phone:
    """Asks as a phone does. Each has its own flow token."""

    def __init__(self, transport: Transport, pair: KeyPair, token: str, url: str = "https://e/") -> None:
        async def fetch() -> str:
            return pair.public_pem

        async def at_once(_seconds: float) -> None: ...

        self._token = token
        self.channel = Channel(transport, url, SECRET, fetch, RandomIdentifiers(), sleep=at_once)

    async def exchange(self, action: str, screen: str = "", **data: Any) -> Outcome:
        body = {"version": "3.0", "action": action, "screen": screen, "data": data, "flow_token": self._token}
        return await self.channel.exchange(body)

    async def ask(self, screen: str, **data: Any) -> dict[str, Any]:
        """The answer to a data exchange, which must come."""
        outcome = await self.exchange("data_exchange", screen, **data)
        assert outcome.body is not None, outcome
        return outcome.body


@pytest.fixture
def phones(pair: KeyPair, diary: Diary) -> tuple[Phone, Phone]:
    transport = AsgiTransport(build(pair.private_pem, SECRET, diary=diary))
    return Phone(transport, pair, "one"), Phone(transport, pair, "two")


async def test_lists_open_one_after_the_other(phones: tuple[Phone, Phone]) -> None:
    phone, _ = phones
    opened = await phone.exchange("INIT")
    assert opened.body is not None
    assert opened.body["screen"] == "APPOINTMENT"
    flags = ("is_shop_enabled", "is_date_enabled", "is_time_enabled", "is_hours_visible")
    stages = [
        opened.body["data"],
        (await phone.ask("APPOINTMENT", trigger="service_chosen", service="hearing_check"))["data"],
        (await phone.ask("APPOINTMENT", trigger="shop_chosen", service="hearing_check", shop="market_row"))["data"],
        (
            await phone.ask(
                "APPOINTMENT", trigger="date_chosen", service="hearing_check", shop="market_row", date="2027-03-03"
            )
        )["data"],
    ]
    assert [tuple(data[flag] for flag in flags) for data in stages] == [
        (False, False, False, False),
        (True, False, False, False),
        (True, True, False, False),
        (True, True, True, True),
    ]
    assert [shop["title"] for shop in stages[1]["shops"]] == ["Market Row", "Station Road"]
    assert "2027-03-08" in stages[2]["unavailable_dates"], "closed on Mondays"
    assert stages[3]["hours"] == "Market Row is open on Wednesday from 9:30 to 18:00."
    assert all(data[name] for data in stages for name in ("services", "shops", "times")), "no list is ever empty"
    assert not any(value is None for data in stages for value in data.values())


async def test_a_service_the_shop_does_not_offer_shuts_the_date(phones: tuple[Phone, Phone]) -> None:
    answer = await phones[0].ask("APPOINTMENT", trigger="service_chosen", service="hearing_check", shop="canal_street")
    assert answer["data"]["is_date_enabled"] is False
    assert "canal_street" not in {shop["id"] for shop in answer["data"]["shops"]}


@pytest.mark.parametrize(
    "change",
    [
        {"time": ""},
        {"time": "none"},
        {"time": "03:00"},
        {"date": "2027-03-07"},
        {"date": "yesterday"},
        {"date": "2028-01-01"},
        {"shop": "elsewhere"},
        {"service": 7},
    ],
)
async def test_what_cannot_be_booked_stays_on_the_screen(phones: tuple[Phone, Phone], change: dict[str, Any]) -> None:
    answer = await phones[0].ask("APPOINTMENT", trigger="continue", **(CHOSEN | change))
    assert answer["screen"] == "APPOINTMENT"
    assert answer["data"]["error_message"].endswith("time.")


async def test_a_time_that_another_took_meanwhile_stays_on_the_screen(phones: tuple[Phone, Phone]) -> None:
    first, second = phones
    assert (await second.ask("APPOINTMENT", trigger="continue", **CHOSEN))["screen"] == "DETAILS"
    assert (await first.ask("SUMMARY", **CHOSEN, **PERSON))["screen"] == "SUCCESS"
    for screen, more in (("DETAILS", PERSON), ("SUMMARY", PERSON), ("APPOINTMENT", {"trigger": "continue"})):
        answer = await second.ask(screen, **CHOSEN, **more)
        assert answer["screen"] == screen
        assert answer["data"]["error_message"] == "10:30 is no longer free. Choose another time."
    times = {entry["id"] for entry in answer["data"]["times"]}
    assert not times & {"10:00", "10:30", "11:00"}, "an hour from 10:30 blocks what would overlap it"


async def test_a_finished_token_counts_no_more(phones: tuple[Phone, Phone]) -> None:
    first, second = phones
    done = await first.ask("SUMMARY", **CHOSEN, **PERSON)
    params = done["data"]["extension_message_response"]["params"]
    assert params == CHOSEN | PERSON | {"flow_token": "one", "phone": "", "note": "", "reminder": False}
    for action, screen in (("INIT", ""), ("data_exchange", "SUMMARY"), ("BACK", "DETAILS")):
        outcome = await first.exchange(action, screen, **CHOSEN, **PERSON)
        assert (outcome.kind, outcome.http_status) == ("token_expired", 427)
        assert (outcome.message or "").startswith("This appointment is booked.")
    assert (await second.exchange("INIT")).kind == "answered"


async def test_a_message_without_token_is_never_finished(pair: KeyPair, diary: Diary) -> None:
    phone = Phone(AsgiTransport(build(pair.private_pem, SECRET, diary=diary)), pair, "unused")
    await phone.ask("APPOINTMENT", trigger="service_chosen", service="eye_test")
    assert (await phone.ask("SUMMARY", **CHOSEN, **PERSON))["screen"] == "SUCCESS"
    assert (await phone.exchange("INIT")).kind == "answered"
    assert (await phone.exchange("BACK", "DETAILS")).body == {"screen": "APPOINTMENT", "data": {}}


async def test_going_back_brings_the_lists_of_the_choice(phones: tuple[Phone, Phone]) -> None:
    phone, other = phones
    before = (await phone.ask("APPOINTMENT", trigger="date_chosen", **CHOSEN))["data"]["times"]
    await other.ask("SUMMARY", **(CHOSEN | {"time": "14:30"}), **PERSON)
    outcome = await phone.exchange("BACK", "DETAILS")
    assert outcome.body is not None
    assert outcome.body["screen"] == "APPOINTMENT"
    gone = {entry["id"] for entry in before} - {entry["id"] for entry in outcome.body["data"]["times"]}
    assert gone == {"14:00", "14:30", "15:00"}


async def test_the_summary_says_everything(phones: tuple[Phone, Phone]) -> None:
    given = CHOSEN | PERSON | {"phone": "+44 7700 900101", "note": "Reading glasses", "reminder": True}
    answer = await phones[0].ask("DETAILS", **given)
    assert answer["screen"] == "SUMMARY"
    assert answer["data"] == given | {
        "appointment": "Contact lenses at Canal Street\nTuesday, 2 March at 10:30",
        "contact": "Amara\namara@example.com\n+44 7700 900101",
        "has_note": True,
    }
    incomplete = await phones[0].ask("DETAILS", **CHOSEN, name=" ", email="amara@example.com")
    assert (incomplete["screen"], incomplete["data"]["error_message"]) == ("DETAILS", "Give your name and your email.")


@pytest.mark.parametrize("today", [date(2026, 2, 28), date(2027, 12, 30), date(2028, 2, 28)])
def test_any_day_has_something_to_book_for_every_service(today: date) -> None:
    diary = Diary(today=lambda: today)
    for shop in SHOPS.values():
        for name in shop.services:
            service = SERVICES[name]
            days = [diary.first_day() + timedelta(days=number) for number in range(28)]
            open_days = [day for day in days if diary.free_times(service, shop, day)]
            assert len(open_days) >= 14
            for day in open_days:
                opens, closes = shop.hours[day.weekday()]
                for begins in diary.free_times(service, shop, day):
                    assert opens <= begins
                    assert half_hours(begins, service)[-1] < closes
    assert diary.free_times(SERVICES["eye_test"], SHOPS["canal_street"], today) == []
    assert half_hours(time(10, 30), SERVICES["contact_lenses"]) == [time(10, 30), time(11)]


# As a process of its own


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Starts the endpoint as its README says; gives the process and its first line."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(EXAMPLES / "appointment" / "endpoint.py"), *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process, (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def test_the_process_says_where_it_listens_and_writes_down_what_came(pair: KeyPair, tmp_path: Path) -> None:
    key, log = tmp_path / "private.pem", tmp_path / "requests.jsonl"
    key.write_text(pair.private_pem)
    arguments = ["--port", "0", "--private-key", str(key), "--app-secret", SECRET, "--log", str(log)]
    async with running(*arguments, "--today", "2027-03-01") as (process, line), Outbound(private_networks=True) as out:
        assert line.startswith("Listening on http://127.0.0.1:")
        phone = Phone(out, pair, "t", url=line.removeprefix("Listening on "))
        assert (await phone.channel.ping()).is_well
        assert (await phone.ask("SUMMARY", **CHOSEN, **PERSON))["screen"] == "SUCCESS"
        assert (await phone.exchange("INIT")).http_status == 427
        assert (await phone.exchange("data_exchange", "NOWHERE")).http_status == 500
        process.terminate()
        assert process.stderr is not None
        errors = (await process.stderr.read()).decode()
    assert '@endpoint.on("NOWHERE")' in errors
    assert "Amara" not in errors
    lines = [json.loads(text) for text in log.read_text().splitlines()]
    assert [(entry["action"], entry["screen"], entry["status"]) for entry in lines] == [
        ("ping", None, 200), ("data_exchange", "SUMMARY", 200), ("INIT", "", 427), ("data_exchange", "NOWHERE", 500),
    ]  # fmt: skip
    for entry in lines:
        assert list(json.loads(entry["body"])) == ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"]
        assert "Amara" not in entry["body"]


async def test_a_wrong_key_and_a_taken_port_are_one_sentence_each(pair: KeyPair, tmp_path: Path) -> None:
    key = tmp_path / "private.pem"
    key.write_text(pair.private_pem)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for arguments, words in (
            (["--port", "0", "--private-key", str(tmp_path / "absent.pem")], "No such file"),
            (["--port", port, "--private-key", str(key)], "Choose another port"),
        ):
            async with running(*arguments, "--app-secret", SECRET) as (process, line):
                assert line == ""
                assert process.stderr is not None
                said = (await process.stderr.read()).decode().strip()
                assert await process.wait() == 1
            assert words in said
            assert len(said.splitlines()) == 1
