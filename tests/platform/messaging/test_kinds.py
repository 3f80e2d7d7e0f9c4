"""Every kind of message, both ways: what is accepted, what arrives on the phone, what the business hears."""

import base64
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from tests.platform.messaging.stage import Stage, set_stage
from tests.platform.web import Web

from headrace.platform.box import Box
from headrace.platform.errors import PlatformError
from headrace.platform.handsets import service as handsets
from headrace.platform.handsets.attaching import Picked
from headrace.platform.handsets.chat import Bubble
from headrace.platform.handsets.models import Handset
from headrace.platform.handsets.screen import look
from headrace.platform.messaging.media_files import keep
from headrace.platform.messaging.models import Message
from headrace.platform.messaging.service import UnwritableText

pytestmark = [pytest.mark.anyio, pytest.mark.spec("messages.md §6.4")]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def link_to(ending: str) -> dict[str, Any]:
    return {"link": f"https://example.org/shop.{ending}"}


LINK = link_to("png")
PLACE = {"latitude": 51.5, "longitude": "-0.12", "name": "Shop", "address": "Canal Street 1"}
CONTACT = {"name": {"formatted_name": "Dalia"}, "phones": [{"phone": "+44 7700 900103"}]}


@pytest.fixture
async def stage(box: Box) -> Stage:
    return await set_stage(replace(box, outbound=Web().outbound))


def interactive(kind: str, action: dict[str, Any], **changes: Any) -> dict[str, Any]:
    message = {"type": kind, "body": {"text": "Which one?"}, "footer": {"text": "Millrace"}, "action": action}
    return {"type": "interactive", "interactive": {**message, **changes}}


def reply(number: int, **changes: Any) -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": f"r{number}", "title": f"Reply {number}", **changes}}


def rows(count: int, **changes: Any) -> list[dict[str, Any]]:
    return [{"id": f"row{n}", "title": f"Row {n}", "description": "More", **changes} for n in range(count)]


def buttons(*entries: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return interactive("button", {"buttons": list(entries)}, **changes)


def choices(*sections: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return interactive("list", {"button": "Choose", "sections": list(sections)}, **changes)


def link(**changes: Any) -> dict[str, Any]:
    parameters = {"display_text": "Look", "url": "https://example.org", **changes}
    return interactive("cta_url", {"name": "cta_url", "parameters": parameters})


ASKING = interactive("location_request_message", {"name": "send_location"})


async def bubbles(stage: Stage) -> tuple[Bubble, ...]:
    async with stage.box.database.reading() as session:
        return (await look(session, stage.box, await session.get_one(Handset, stage.amara.id))).bubbles


async def sent(stage: Stage, message: dict[str, Any]) -> str:
    """The wamid of a message that Amara has got."""
    answer = await stage.send(**message)
    wamid = str(answer["messages"][0]["id"])
    assert (await stage.message(wamid)).status == "delivered"
    return wamid


Do = Callable[[AsyncSession, Handset], Awaitable[Any]]


async def do(stage: Stage, act: Do) -> None:
    async with stage.box.database.transaction() as session:
        await act(session, await session.get_one(Handset, stage.amara.id))
    await stage.box.jobs.drain()


async def heard(stage: Stage) -> dict[str, Any]:
    """The last message of a person that the business was told of."""
    return dict([message for value in await stage.events() for message in value.get("messages", [])][-1])


async def choose(stage: Stage, wamid: str, position: int) -> None:
    async def act(session: AsyncSession, handset: Handset) -> None:
        message = await handsets.find_delivered(session, handset, wamid)
        assert message is not None
        await handsets.choose(session, stage.box, handset, message, position)

    await do(stage, act)


@pytest.mark.parametrize(
    ("message", "kind", "shown"),
    [
        ({"type": "image", "image": {**LINK, "caption": "Our shop"}}, "media", ("image", "shop.png", "Our shop")),
        (
            {"type": "document", "document": {**link_to("pdf"), "filename": "Prices.pdf"}},
            "media",
            ("document", "Prices.pdf", ""),
        ),
        ({"type": "video", "video": link_to("mp4")}, "media", ("video", "shop.mp4", "")),
        ({"type": "audio", "audio": {**link_to("mp3"), "voice": True}}, "media", ("audio", "shop.mp3", "")),
        ({"type": "sticker", "sticker": link_to("webp")}, "media", ("sticker", "shop.webp", "")),
        ({"type": "location", "location": PLACE}, "location", ("location", "Shop, Canal Street 1", "")),
        ({"type": "contacts", "contacts": [CONTACT]}, "contacts", (None, None, "Dalia · +44 7700 900103")),
        ({"type": "contacts", "contacts": '[{"name": "{\\"formatted_name\\": \\"Ewa\\"}"}]'}, "contacts", None),
        ({"text": {"body": "Hello", "preview_url": True}}, "text", (None, None, "Hello")),
        (
            buttons(reply(1), header={"type": "image", "image": LINK}),
            "interactive",
            ("image", "shop.png", "Which one?"),
        ),
        (choices({"rows": rows(10)}), "interactive", (None, None, "Which one?")),
        (link(), "interactive", (None, None, "Which one?")),
        (ASKING, "interactive", (None, None, "Which one?")),
    ],
)
async def test_it_arrives_and_is_shown(stage: Stage, message: dict[str, Any], kind: str, shown: Any) -> None:
    await stage.write()
    await sent(stage, message)
    bubble = (await bubbles(stage))[-1]
    picture = bubble.picture
    assert bubble.kind == kind
    if shown is not None:
        assert (picture and picture.kind, picture and picture.name, bubble.text) == shown
    async with stage.box.database.reading() as session:
        assert (await handsets.list_chats(session, stage.amara))[0].last_text


@pytest.mark.parametrize(
    ("message", "code", "words"),
    [
        ({"type": "image"}, 131008, "`image`"),
        ({"type": "image", "image": {}}, 131008, "`image.link`"),
        ({"type": "image", "image": {"link": "ftp://example.org/a"}}, 131009, "web address"),
        ({"type": "image", "image": {"id": "123"}}, 131009, "`image.id` is no media"),
        ({"type": "image", "image": {**LINK, "caption": "x" * 1025}}, 131009, "at most 1024"),
        ({"type": "audio", "audio": {**LINK, "caption": "x"}}, 131009, "does not go with"),
        ({"type": "location", "location": {"latitude": 1}}, 131008, "longitude"),
        ({"type": "location", "location": {"latitude": 91, "longitude": 0}}, 131009, "between -90 and 90"),
        ({"type": "location", "location": {"latitude": "inf", "longitude": 0}}, 131009, "no number"),
        ({"type": "contacts", "contacts": []}, 131008, "`contacts`"),
        ({"type": "contacts", "contacts": [{}]}, 131008, "contacts[0].name"),
        ({"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👍"}}, 131009, "no message of this chat"),
        ({"type": "reaction", "reaction": {"emoji": "👍"}}, 131008, "message_id"),
        (buttons(), 131009, "has 0 buttons"),
        (buttons(*map(reply, range(4))), 131009, "has 4 buttons"),
        (buttons(reply(1, title="x" * 21)), 131009, "at most 20"),
        (buttons(reply(1, id="x" * 257)), 131009, "at most 256"),
        (buttons(reply(1), reply(1, id="other")), 131009, "title `Reply 1` twice"),
        (buttons(reply(1), header={"type": "location"}), 131009, "header.type"),
        (buttons(reply(1), body={"text": "x" * 1025}), 131009, "at most 1024"),
        (choices(), 131009, "has 0 sections"),
        (choices({"rows": rows(11)}), 131009, "11 rows"),
        (choices({"rows": rows(1)}, {"title": "B", "rows": rows(1)}), 131008, "sections[0].title"),
        (choices({"rows": rows(2, id="same")}), 131009, "id `same` twice"),
        (choices({"rows": rows(1, title="x" * 25)}), 131009, "at most 24"),
        (choices({"rows": rows(1, description="x" * 73)}), 131009, "at most 72"),
        (choices({"rows": rows(1)}, header={"type": "image", "image": LINK}), 131009, "header.type"),
        (link(display_text="x" * 21), 131009, "at most 20"),
        (link(url="javascript:alert(1)"), 131009, "web address"),
        (interactive("location_request_message", {"name": "go"}), 131009, "send_location"),
        (interactive("product", {}), 131051, "`product`"),
    ],
)
async def test_what_is_wrong_is_named(stage: Stage, message: dict[str, Any], code: int, words: str) -> None:
    with pytest.raises(PlatformError) as caught:
        await stage.send(**message)
    assert caught.value.code == code
    assert words in (caught.value.details or "")


async def test_a_list_may_have_a_longer_body(stage: Stage) -> None:
    await stage.write()
    await sent(stage, choices({"rows": rows(1)}, body={"text": "x" * 4096}))


@pytest.mark.spec("webhooks.md §3.5")
async def test_a_tapped_reply_and_a_chosen_row_come_back(stage: Stage) -> None:
    await stage.write()
    asked = await sent(stage, buttons(reply(1), reply(2)))
    await choose(stage, asked, 1)
    answer = await heard(stage)
    assert answer["interactive"] == {"type": "button_reply", "button_reply": {"id": "r2", "title": "Reply 2"}}
    assert answer["context"] == {"from": stage.sender.digits, "id": asked}
    listed = await sent(stage, choices({"title": "A", "rows": rows(2)}, {"title": "B", "rows": rows(1, id="last")}))
    bubble = (await bubbles(stage))[-1]
    assert (bubble.list_label, [choice.section for choice in bubble.choices]) == ("Choose", ["A", "A", "B"])
    await choose(stage, listed, 2)
    row = {"id": "last", "title": "Row 0", "description": "More"}
    assert (await heard(stage))["interactive"] == {"type": "list_reply", "list_reply": row}
    assert (await bubbles(stage))[-1].text == "Row 0"
    assert (await stage.message(listed)).status == "read"


@pytest.mark.spec("webhooks.md §3.5")
async def test_a_place_a_contact_and_a_file_come_as_documented(stage: Stage) -> None:
    await stage.write()
    asked = await sent(stage, ASKING)

    async def send_everything(session: AsyncSession, handset: Handset) -> None:
        box, sender = stage.box, stage.sender
        message = await handsets.find_delivered(session, handset, asked)
        place = {"latitude": "51.5", "longitude": "-0.1", "name": "Home", "sender": "x"}
        await handsets.locate(session, box, handset, sender, place, message)
        await handsets.introduce(session, box, handset, sender, "Dalia Reed", "+44 7700 900103")
        picked = Picked("a.png", "image/png", PNG, {"caption": "My glasses "})
        await handsets.attach(session, box, handset, sender, picked)
        await handsets.attach(session, box, handset, sender, Picked("a.pdf", "application/pdf", b"%PDF-", {}))

    await do(stage, send_everything)
    told = [message for value in await stage.events() for message in value.get("messages", [])][-4:]
    place, contacts, picture, document = told
    assert place["location"] == {"latitude": 51.5, "longitude": -0.1, "name": "Home"}
    assert place["context"]["id"] == asked
    assert contacts["contacts"][0]["name"] == {
        "formatted_name": "Dalia Reed",
        "first_name": "Dalia",
        "last_name": "Reed",
    }
    digest = base64.b64encode(hashlib.sha256(PNG).digest()).decode()
    kept = picture["image"].pop("id")
    assert picture["image"] == {"mime_type": "image/png", "sha256": digest, "caption": "My glasses"}
    assert document["document"]["filename"] == "a.pdf"
    async with stage.box.database.reading() as session:
        assert await handsets.picture(session, stage.box, stage.amara, kept) == (PNG, "image/png")
        assert await handsets.picture(session, stage.box, stage.ben, kept) is None
    assert [bubble.kind for bubble in (await bubbles(stage))[-4:]] == ["location", "contacts", "media", "media"]


@pytest.mark.spec("webhooks.md §3.5")
async def test_reactions_of_both_sides_stand_at_their_message(stage: Stage) -> None:
    own = await stage.write()
    theirs = await sent(stage, {"text": {"body": "Hello"}})
    await sent(stage, {"type": "reaction", "reaction": {"message_id": own, "emoji": "👍"}})

    def reacting(emoji: str) -> Do:
        async def act(session: AsyncSession, handset: Handset) -> None:
            message = await handsets.find_in_chat(session, handset, theirs)
            assert message is not None
            await handsets.react(session, stage.box, handset, message, emoji)

        return act

    for emoji in ("❤️", "🎉"):
        await do(stage, reacting(emoji))
    assert (await heard(stage))["reaction"] == {"message_id": theirs, "emoji": "🎉"}
    first, second = await bubbles(stage)
    assert [(one.emoji, one.is_own) for one in (*first.reactions, *second.reactions)] == [("👍", False), ("🎉", True)]
    assert first.is_unread
    await do(stage, reacting(""))
    assert (await heard(stage))["reaction"] == {"message_id": theirs}
    await sent(stage, {"type": "reaction", "reaction": {"message_id": own, "emoji": ""}})
    assert [bubble.reactions for bubble in await bubbles(stage)] == [(), ()]


async def test_a_person_cannot_send_just_anything(stage: Stage) -> None:
    async def tried(act: Callable[[AsyncSession, Handset], Awaitable[Any]]) -> str:
        with pytest.raises((UnwritableText, handsets.NotThere)) as caught:
            await do(stage, act)
        return str(caught.value)

    box, sender = stage.box, stage.sender
    picked = Picked("a.exe", "application/x-msdownload", b"MZ", {})
    assert "between -90 and 90" in await tried(
        lambda s, h: handsets.locate(s, box, h, sender, {"latitude": "100", "longitude": "0"}, None)
    )
    assert "Fill in both" in await tried(lambda s, h: handsets.introduce(s, box, h, sender, "Ewa", ""))
    assert "Received file of type" in await tried(lambda s, h: handsets.attach(s, box, h, sender, picked))
    picked = Picked("a.png", "image/png", b"GIF89a", {})
    assert "does not begin" in await tried(lambda s, h: handsets.attach(s, box, h, sender, picked))
    await stage.write()
    asked = await sent(stage, ASKING)
    with pytest.raises(handsets.NotThere, match="location"):
        await choose(stage, asked, 0)


@pytest.mark.spec("messages.md §6.5")
async def test_an_uploaded_file_is_sent_by_its_id_as_what_it_is(stage: Stage) -> None:
    await stage.write()
    async with stage.box.database.transaction() as session:
        arguments = {"file_name": "a.png", "mime_type": "image/png", "content": PNG}
        file = await keep(session, stage.box, stage.sender.id, **arguments)  # type: ignore[arg-type]
    await sent(stage, {"type": "image", "image": {"id": int(file.id)}})
    picture = (await bubbles(stage))[-1].picture
    assert picture is not None
    assert picture.media_id == file.id
    answer = await stage.send(type="document", document={"id": file.id})
    failed: Message = await stage.message(answer["messages"][0]["id"])
    assert failed.error is not None
    assert failed.error["code"] == 131053
    header = {"type": "image", "image": {"id": file.id}}
    await sent(stage, buttons(reply(1), header=header))
