"""What a phone shows: chats, bubbles, ticks, buttons."""

from datetime import timedelta
from typing import Any

import pytest
from tests.platform.messaging.stage import Stage

from headrace.clock import ManualClock
from headrace.platform.handsets import service
from headrace.platform.handsets.models import Handset
from headrace.platform.handsets.screen import PhoneScreen, look
from headrace.platform.messaging.models import Message

pytestmark = pytest.mark.anyio


async def see(stage: Stage, handset: Handset | None = None) -> PhoneScreen:
    async with stage.box.database.reading() as session:
        return await look(session, stage.box, await session.get_one(Handset, (handset or stage.amara).id))


async def test_a_chat_in_the_order_it_was_written(stage: Stage, clock: ManualClock) -> None:
    await stage.write("I need new glasses")
    clock.advance(timedelta(minutes=1))
    await stage.send(text={"body": "Good to hear from you"})
    screen = await see(stage)
    assert [(bubble.is_own, bubble.text) for bubble in screen.bubbles] == [
        (True, "I need new glasses"),
        (False, "Good to hear from you"),
    ]
    assert screen.business_name == "Millrace Opticians"
    assert screen.initials == "MO"
    assert await see(stage, stage.ben) != screen


async def test_a_message_is_on_the_phone_once_it_is_delivered(stage: Stage) -> None:
    await stage.write()
    await stage.accept({"messaging_product": "whatsapp", "to": stage.amara.wa_id, "text": {"body": "Hello"}})
    assert len((await see(stage)).bubbles) == 1
    await stage.box.jobs.drain()
    assert len((await see(stage)).bubbles) == 2


async def test_own_messages_carry_ticks_and_others_do_not(stage: Stage) -> None:
    wamid = await stage.write()
    await stage.send(text={"body": "Hello"})
    assert [bubble.ticks for bubble in (await see(stage)).bubbles] == ["delivered", None]
    await stage.accept({"messaging_product": "whatsapp", "status": "read", "message_id": wamid})
    assert [bubble.ticks for bubble in (await see(stage)).bubbles] == ["read", None]


async def test_a_message_that_failed_leaves_a_note(stage: Stage) -> None:
    await stage.send(text={"body": "Hello"})
    (bubble,) = (await see(stage)).bubbles
    assert bubble.failure is not None
    assert bubble.failure.startswith("131047: ")


async def test_a_flow_message_shows_its_words_and_its_button(stage: Stage) -> None:
    await stage.write()
    wamid = await stage.send_flow(await stage.make_flow())
    bubble = (await see(stage)).bubbles[-1]
    assert (bubble.key, bubble.kind, bubble.title, bubble.text, bubble.footer) == (
        wamid,
        "flow",
        "Eye test",
        "Shall we book an eye test?",
        "Free of charge",
    )
    assert bubble.button is not None
    assert (bubble.button.label, bubble.button.state, bubble.is_draft) == ("Choose a time", "active", False)


async def test_a_draft_shows_none_of_the_messages_words(stage: Stage) -> None:
    await stage.write()
    await stage.send_flow(await stage.make_flow(status="DRAFT", name="Refer a friend"), mode="draft")
    bubble = (await see(stage)).bubbles[-1]
    assert bubble.is_draft
    assert bubble.button is not None
    shown = f"{bubble.title} {bubble.text} {bubble.footer} {bubble.button.label}"
    assert "Refer a friend" in shown
    for hidden in ("Eye test", "Shall we", "Free of charge", "Choose a time"):
        assert hidden not in shown


@pytest.mark.parametrize(("outcome", "state"), [("answered", "answered"), ("closed", "closed")])
async def test_a_button_that_had_its_time(stage: Stage, outcome: str, state: str) -> None:
    await stage.write()
    wamid = await stage.send_flow(await stage.make_flow())
    stored = await stage.message(wamid)
    async with stage.box.database.transaction() as session:
        (await session.get_one(Message, stored.id)).flow_outcome = outcome
    button = (await see(stage)).bubbles[-1].button
    assert button is not None
    assert button.state == state


async def test_a_picture_is_named_and_not_fetched(stage: Stage) -> None:
    await stage.write()
    flow = await stage.make_flow()
    await stage.send(
        type="interactive",
        interactive={
            "type": "flow",
            "header": {"type": "image", "image": {"link": "https://example.org/shop/front%20door.png?size=2"}},
            "body": {"text": "Look"},
            "action": {
                "name": "flow",
                "parameters": {"flow_message_version": "3", "flow_id": flow.id, "flow_cta": "Open"},
            },
        },
    )
    picture = (await see(stage)).bubbles[-1].picture
    assert picture is not None
    assert (picture.kind, picture.name) == ("image", "front door.png")


async def test_every_sender_has_its_chat_the_newest_first(stage: Stage, clock: ManualClock) -> None:
    await stage.write("To the shops")
    clock.advance(timedelta(minutes=1))
    stage.sender, stage.other_sender = stage.other_sender, stage.sender
    await stage.write("To the workshop")
    await stage.send(text={"body": "Ready on Friday"})
    chats = (await see(stage)).chats
    assert [(chat.sender.verified_name, chat.last_text, chat.unread) for chat in chats] == [
        ("Workshop", "Ready on Friday", 1),
        ("Shops", "To the shops", 0),
        ("Millrace staging", None, 0),
    ]


async def test_the_chosen_chat_stays_when_another_sender_writes(stage: Stage) -> None:
    await stage.write("To the shops")
    async with stage.box.database.transaction() as session:
        amara = await session.get_one(Handset, stage.amara.id)
        await service.look_at(session, stage.box, amara, stage.sender)
    stage.sender, stage.other_sender = stage.other_sender, stage.sender
    await stage.write("To the workshop")
    await stage.send(text={"body": "Ready on Friday"})
    screen = await see(stage)
    assert screen.sender is not None
    assert screen.sender.verified_name == "Shops"
    assert screen.unread_elsewhere == 1


async def test_looking_reads_and_the_mark_goes(stage: Stage) -> None:
    await stage.write()
    await stage.send(text={"body": "Hello"})
    screen = await see(stage)
    assert screen.unread_mark == screen.bubbles[-1].element_id
    async with stage.box.database.transaction() as session:
        amara = await session.get_one(Handset, stage.amara.id)
        await service.look_at(session, stage.box, amara, stage.sender)
    assert (await see(stage)).unread_mark is None


async def test_typing_is_shown_while_it_lasts(stage: Stage, clock: ManualClock) -> None:
    wamid = await stage.write()
    typing: dict[str, Any] = {"status": "read", "message_id": wamid, "typing_indicator": {"type": "text"}}
    await stage.accept({"messaging_product": "whatsapp", **typing})
    assert (await see(stage)).is_typing
    clock.advance(timedelta(seconds=26))
    assert not (await see(stage)).is_typing


async def test_scripts_read_the_same(stage: Stage) -> None:
    await stage.write("I need new glasses")
    wamid = await stage.send_flow(await stage.make_flow())
    found = (await see(stage)).as_json()
    assert found["handset"]["wa_id"] == "447700900101"
    assert found["sender"]["display_phone_number"] == "+44 20 7946 0101"
    assert [message["type"] for message in found["messages"]] == ["text", "flow"]
    assert found["messages"][1]["id"] == wamid
    assert found["messages"][1]["button"] == {"label": "Choose a time", "state": "active"}
    assert (found["session_url"], found["notice"]) == (None, None)
