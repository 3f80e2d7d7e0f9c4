"""The endpoints of the starter Flows: what they offer, refuse and finish, sealed as WhatsApp seals it."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.flowjson.gallery_walks import SECRET, FakeMail, Phone, channel_to, endpoint_module, walk

from headrace.exchange.keys import KeyPair, generate_key_pair
from headrace.flowjson.gallery import TEMPLATES, template


@pytest.fixture(scope="module")
def pair() -> KeyPair:
    return generate_key_pair()


@pytest.mark.anyio
async def test_an_appointment_is_booked_once(pair: KeyPair) -> None:
    module = endpoint_module("appointment")
    diary = module.Diary(today=lambda: date(2026, 11, 30))
    endpoint = module.build(pair.private_pem, "secret", diary=diary)
    ada, ben = (Phone("appointment", endpoint, pair, token) for token in ("ada", "ben"))
    chosen = {"service": "colour", "day": "2026-12-01", "time": "10:30"}
    person = {"name": "Ada", "phone": "+44 7700 900101", "note": ""}
    for phone in (ada, ben):
        assert (await phone.open())["services"][1]["id"] == "colour"
        shown = await phone.ask("SERVICE", "TIME", service="colour")
        assert (shown["has_times"], shown["first_day"], shown["last_day"]) == (False, "2026-12-01", "2026-12-28")
        assert "2026-12-06" in shown["full_days"], "closed on Sundays"
        shown = await phone.ask("TIME", "TIME", service="colour", day="2026-12-01")
        assert shown["has_times"]
        assert {"id": "10:30", "title": "10:30"} in shown["times"]
        assert shown["times"][-1]["id"] == "16:30", "90 minutes before closing"
        details = await phone.ask("TIME", "DETAILS", **chosen)
        assert details["appointment"] == "Colour on Tuesday, 1 December at 10:30"
        phone.go("DETAILS", "REVIEW", details)
    finished = await ada.finish("REVIEW", **chosen, **person)
    assert finished == {
        "flow_token": "ada",
        **chosen,
        **person,
        "appointment": "Colour on Tuesday, 1 December at 10:30",
    }
    refused = await ben.ask("REVIEW", "REVIEW", **chosen, **person)
    assert refused["error_message"] == "Somebody was faster. Go back and choose another time."
    taken = await ben.ask("TIME", "TIME", service="cut", day="2026-12-01")
    assert not {"10:00", "10:30", "11:00", "11:30"} & {time["id"] for time in taken["times"]}
    assert "12:00" in {time["id"] for time in taken["times"]}
    assert (
        await ada.expired("REVIEW", **chosen, **person)
        == "This appointment is booked. Write to us if you want to change it."
    )


@pytest.mark.anyio
@pytest.mark.parametrize(
    "change",
    [
        {"time": "none"},
        {"time": ""},
        {"time": "03:00"},
        {"day": "2026-12-06"},
        {"day": "tomorrow"},
        {"day": "2027-01-01"},
    ],
)
async def test_what_cannot_be_booked_stays_on_the_screen(pair: KeyPair, change: dict[str, str]) -> None:
    module = endpoint_module("appointment")
    diary = module.Diary(today=lambda: date(2026, 11, 30))
    phone = Phone("appointment", module.build(pair.private_pem, "secret", diary=diary), pair)
    wish = {"service": "cut", "day": "2026-12-01", "time": "10:00"} | change
    shown = await phone.ask("TIME", "TIME", **wish)
    assert shown["error_message"] == "This time is not free. Choose another one."
    assert shown["times"], "a list is never empty"
    assert (await phone.ask("REVIEW", "REVIEW", **wish))["error_message"]
    assert diary.taken == []


@pytest.mark.anyio
async def test_signing_in_takes_the_code_that_was_sent(pair: KeyPair) -> None:
    module, mail = endpoint_module("sign-in"), FakeMail()
    seconds = [0.0]
    endpoint = module.build(pair.private_pem, "secret", send_code=mail.send, now=lambda: seconds[0])
    phone = Phone("sign-in", endpoint, pair, "ada")
    assert "10 minutes" in (await phone.open())["greeting"]
    shown = await phone.ask("SIGN_IN", "CODE", email=" Ada@Example.com ")
    assert shown == {"email": "ada@example.com", "hint": "We sent six digits to a•••@example.com."}
    refused = await phone.ask("CODE", "CODE", email="ada@example.com", code="abc")
    assert refused["error_message"] == "This is not the code we sent. You can try 2 more."
    await phone.ask("CODE", "CODE", email="ada@example.com", wish="new_code")
    other = Phone("sign-in", endpoint, pair, "eve")
    refused = await other.ask("CODE", "CODE", email="ada@example.com", code=mail.codes["ada@example.com"])
    assert "error_message" in refused, "a code counts for the message it was asked from"
    assert mail.sent == 2
    finished = await phone.finish("CODE", email="ada@example.com", code=mail.codes["ada@example.com"])
    assert finished == {"flow_token": "ada", "email": "ada@example.com", "signed_in": True}
    assert await phone.expired("CODE", email="ada@example.com", code="1") == "You are signed in already."


@pytest.mark.anyio
async def test_codes_grow_old_run_out_of_attempts_and_of_number(pair: KeyPair) -> None:
    module, mail, seconds = endpoint_module("sign-in"), FakeMail(), [0.0]
    endpoint = module.build(
        pair.private_pem, "secret", send_code=mail.send, is_known=lambda email: "ada" in email, now=lambda: seconds[0]
    )
    phone = Phone("sign-in", endpoint, pair, "ada")
    who = {"email": "ada@example.com"}

    async def message(code: str) -> Any:
        return (await phone.ask("CODE", "CODE", **who, code=code))["error_message"]

    await phone.ask("SIGN_IN", "CODE", **who)
    right = mail.codes["ada@example.com"]
    assert [await message("x") for _ in range(3)] == [
        "This is not the code we sent. You can try 2 more.",
        "This is not the code we sent. You can try once more.",
        "This is not the code we sent. Ask for a new one.",
    ]
    assert await message(right) == "This is not the code we sent. Ask for a new one."
    await phone.ask("CODE", "CODE", **who, wish="new_code")
    seconds[0] += module.CODE_SECONDS
    assert await message(mail.codes["ada@example.com"]) == "This code is too old. Ask for a new one."
    for _ in range(3):
        await phone.ask("SIGN_IN", "CODE", **who)
    assert "in an hour" in await phone.expired("SIGN_IN", **who)
    known, unknown = mail.sent, await phone.ask("SIGN_IN", "CODE", email="eve@example.com")
    assert unknown["hint"] == "We sent six digits to e•••@example.com."
    assert mail.sent == known, "nothing is sent to strangers, and they do not learn it"
    assert (await phone.ask("SIGN_IN", "SIGN_IN", email="nobody"))["error_message"]


@pytest.mark.anyio
async def test_an_order_is_counted_by_the_shop(pair: KeyPair) -> None:
    module = endpoint_module("order")
    orders = module.Orders()
    phone = Phone("order", module.build(pair.private_pem, "secret", orders=orders), pair, "ewa")
    listed = await phone.open()
    assert [row["main-content"]["title"] for row in listed["products"]][:2] == ["Harbour mug", "Terracotta bowl"]
    product = await phone.ask("PRODUCTS", "PRODUCT", product="mug", basket="")
    assert product["price"] == "£18 each"
    basket = await phone.ask("PRODUCT", "BASKET", product="mug", quantity="2", basket="")
    again = await phone.ask("BASKET", "PRODUCTS", wish="more", basket=basket["basket"])
    assert again["basket"] == "mug:2"
    await phone.ask("PRODUCTS", "PRODUCT", product="bowl", basket="mug:2")
    basket = await phone.ask("PRODUCT", "BASKET", product="bowl", quantity="1", basket="mug:2")
    assert basket == {
        "lines": "2 × Harbour mug, £36\n1 × Terracotta bowl, £24",
        "total": "Total £60, delivery included",
        "basket": "mug:2,bowl:1",
    }
    phone.go("BASKET", "DELIVERY", {})
    phone.go("DELIVERY", "REVIEW", {})
    address = {"recipient": "Ewa", "street": "4 Mill Lane", "town": "YO1 8RQ York"}
    finished = await phone.finish("REVIEW", basket="mug:2,bowl:1,gold:1,vase:99,plate:-1,bowl", **address)
    assert finished == {"flow_token": "ewa", "order": "A-10001", "basket": "mug:2", "total": 36, **address}
    assert orders.placed["A-10001"]["total"] == 36
    assert "placed" in await phone.expired("REVIEW", basket="mug:2", **address)


@pytest.mark.anyio
@pytest.mark.parametrize("quantity", ["", "0", "7", "²", "many", "1.5"])
async def test_an_odd_number_of_pieces_stays_on_the_screen(pair: KeyPair, quantity: str) -> None:
    phone = Phone("order", endpoint_module("order").build(pair.private_pem, "secret"), pair)
    shown = await phone.ask("PRODUCT", "PRODUCT", product="mug", quantity=quantity, basket="")
    assert shown["error_message"] == "Choose 1 to 6 pieces."
    shown = await phone.ask("PRODUCTS", "PRODUCTS", product="gold", basket="")
    assert "sold out" in shown["error_message"]
    assert (await phone.ask("REVIEW", "REVIEW", basket="mug:1", recipient="Ewa", street=" ", town="York"))[
        "error_message"
    ]


@pytest.mark.anyio
async def test_an_answer_that_helps_ends_it_and_one_that_does_not_makes_a_ticket(pair: KeyPair) -> None:
    module = endpoint_module("support")
    tickets = module.Tickets(now=lambda: datetime.fromisoformat("2026-11-27T15:00"))
    endpoint = module.build(pair.private_pem, "secret", tickets=tickets)
    happy, unhappy = (Phone("support", endpoint, pair, token) for token in ("happy", "unhappy"))
    for phone in (happy, unhappy):
        assert len((await phone.open())["topics"]) == 4
        assert (await phone.ask("TOPIC", "ANSWER", topic="returns"))["title"] == "Returns and refunds"
    assert await happy.finish("ANSWER", topic="returns", helped="yes") == {
        "flow_token": "happy",
        "topic": "returns",
        "solved": True,
    }
    promised = await unhappy.ask("ANSWER", "TICKET", topic="returns", helped="no")
    assert promised == {"promise": "A person answers by Monday, 30 November at 11:00."}
    unhappy.go("TICKET", "REVIEW", {})
    asked = {"topic": "returns", "description": "The label is missing.", "email": "ben@example.com"}
    assert (await unhappy.ask("REVIEW", "REVIEW", **asked | {"email": "ben"}))["error_message"]
    finished = await unhappy.finish("REVIEW", **asked)
    assert finished == {
        "flow_token": "unhappy",
        "topic": "returns",
        "solved": False,
        "ticket": "T-1001",
        "email": "ben@example.com",
    }
    assert tickets.kept == {"T-1001": asked}
    assert (await unhappy.ask("TOPIC", "TOPIC", token="new", topic="nothing"))["error_message"] == "Choose a subject."


@pytest.mark.parametrize(
    ("now", "promise"),
    [
        ("2026-11-23T06:00", "Monday, 23 November at 13:00"),
        ("2026-11-23T12:30", "Monday, 23 November at 16:30"),
        ("2026-11-23T20:00", "Tuesday, 24 November at 13:00"),
        ("2026-11-28T10:00", "Monday, 30 November at 13:00"),
    ],
)
def test_a_promise_counts_opening_hours(now: str, promise: str) -> None:
    tickets = endpoint_module("support").Tickets(now=lambda: datetime.fromisoformat(now))
    assert tickets.promise() == f"A person answers by {promise}."


FROM_INIT_TO_SUCCESS: dict[str, list[dict[str, Any]]] = {
    "appointment": [
        {"expect": {"screen": "SERVICE"}},
        {"select": {"service": "beard"}},
        {"tap": "Choose a day"},
        {"expect": {"screen": "TIME"}},
        {"select": {"day": "2026-12-02"}},
        {"select": {"time": "09:30"}},
        {"tap": "Add your details"},
        {"expect": {"screen": "DETAILS"}},
        {"fill": {"name": "Ben", "phone": "+44 7700 900102"}},
        {"tap": "Check your booking"},
        {"expect": {"screen": "REVIEW"}},
        {"tap": "Confirm booking"},
        {"expect": {"completed": {"service": "beard", "day": "2026-12-02", "time": "09:30", "name": "Ben"}}},
    ],
    "sign-in": [
        {"expect": {"screen": "SIGN_IN"}},
        {"fill": {"email": "ada@example.com"}},
        {"tap": "Send me a code"},
        {"expect": {"screen": "CODE"}},
        {"tap": "Send a new code"},
        {"fill": {"code": "000042"}},
        {"tap": "Sign in"},
        {"expect": {"completed": {"email": "ada@example.com", "signed_in": True}}},
    ],
    "order": [
        {"expect": {"screen": "PRODUCTS"}},
        {"tap": "Harbour mug"},
        {"expect": {"screen": "PRODUCT"}},
        {"select": {"quantity": "2"}},
        {"tap": "Add to basket"},
        {"expect": {"screen": "BASKET"}},
        {"tap": "Enter your address"},
        {"fill": {"recipient": "Ewa", "street": "4 Mill Lane", "town": "YO1 8RQ York"}},
        {"tap": "Check your order"},
        {"tap": "Place the order"},
        {"expect": {"completed": {"basket": "mug:2", "total": 36}}},
    ],
    "support": [
        {"expect": {"screen": "TOPIC"}},
        {"select": {"topic": "invoice"}},
        {"tap": "Show the answer"},
        {"expect": {"screen": "ANSWER"}},
        {"select": {"helped": "no"}},
        {"tap": "Tell us whether it helped"},
        {"expect": {"screen": "TICKET"}},
        {"fill": {"description": "My company has moved.", "email": "ben@example.com"}},
        {"tap": "Check your question"},
        {"tap": "Send question"},
        {"expect": {"completed": {"topic": "invoice", "solved": False, "ticket": "T-1001"}}},
    ],
}


@pytest.mark.anyio
@pytest.mark.parametrize("name", FROM_INIT_TO_SUCCESS)
async def test_a_phone_gets_from_init_to_success(name: str, pair: KeyPair, monkeypatch: pytest.MonkeyPatch) -> None:
    module = endpoint_module(name)
    options: dict[str, Any] = {}
    if name == "appointment":
        options["diary"] = module.Diary(today=lambda: date(2026, 11, 30))
    elif name == "sign-in":
        monkeypatch.setattr(module.secrets, "randbelow", lambda limit: 42)
        options["send_code"] = FakeMail().send
    channel = channel_to(module.build(pair.private_pem, "secret", **options), pair)
    await walk(template(name).text(with_endpoint=True), json.dumps(FROM_INIT_TO_SUCCESS[name]).encode(), channel)


@pytest.mark.anyio
@pytest.mark.parametrize("name", [one.name for one in TEMPLATES.values() if one.has_endpoint])
async def test_the_steps_that_come_along_hold_again_and_again(
    name: str, pair: KeyPair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, one = endpoint_module(name), template(name)
    (tmp_path / "private.pem").write_text(pair.private_pem)
    monkeypatch.setattr(module, "__file__", str(tmp_path / "endpoint.py"))
    monkeypatch.setenv("APP_SECRET", SECRET)
    monkeypatch.setenv("REHEARSAL", "1" if one.is_rehearsed else "")
    channel = channel_to(module.app(), pair)
    for number in range(7):
        await walk(
            one.text(with_endpoint=True), one.files(with_endpoint=True)["steps.yaml"], channel, f"token {number}"
        )


@pytest.mark.anyio
async def test_only_addresses_nobody_has_get_the_code_of_a_rehearsal(pair: KeyPair) -> None:
    module, mail = endpoint_module("sign-in"), FakeMail()
    phone = Phone("sign-in", module.build(pair.private_pem, SECRET, send_code=mail.send, is_rehearsal=True), pair)
    await phone.ask("SIGN_IN", "CODE", email="ada@shop.example")
    refused = await phone.ask("CODE", "CODE", email="ada@shop.example", code=module.REHEARSAL_CODE)
    assert refused["error_message"] == "This is not the code we sent. You can try 2 more."
    await phone.ask("SIGN_IN", "CODE", email="ada@example.com")
    assert set(mail.codes) == {"ada@shop.example"}
