"""What the messages call takes and what it refuses, with the documented code and words that name the member."""

from typing import Any

import pytest
from sqlalchemy import func, select
from tests.platform.messaging.stage import Stage

from headrace.platform.errors import PlatformError
from headrace.platform.messaging.models import Message
from headrace.platform.tables import Job
from headrace.platform.webhooks.models import WebhookDelivery, WebhookEvent

pytestmark = [pytest.mark.anyio, pytest.mark.spec("messages.md §6.1")]

TEXT = {"messaging_product": "whatsapp", "to": "447700900101", "type": "text", "text": {"body": "Hello"}}


async def test_a_text_is_answered_with_its_recipient_and_id(stage: Stage) -> None:
    answer = await stage.accept({**TEXT, "to": "+44 (7700) 900-101"})
    assert answer["messaging_product"] == "whatsapp"
    assert answer["contacts"] == [{"input": "+44 (7700) 900-101", "wa_id": "447700900101"}]
    assert len(answer["messages"]) == 1
    wamid = answer["messages"][0]["id"]
    assert wamid.startswith("wamid.")
    stored = await stage.message(wamid)
    assert (stored.type, stored.payload, stored.status) == ("text", {"body": "Hello"}, "accepted")


async def test_the_type_of_a_text_may_be_left_out(stage: Stage) -> None:
    parameters = {name: value for name, value in TEXT.items() if name != "type"}
    answer = await stage.accept(parameters)
    assert (await stage.message(answer["messages"][0]["id"])).type == "text"


async def test_objects_may_arrive_as_text_and_null_counts_as_absent(stage: Stage) -> None:
    answer = await stage.accept({**TEXT, "text": '{"body": "Hello"}', "context": None, "type": None})
    assert (await stage.message(answer["messages"][0]["id"])).payload == {"body": "Hello"}


async def test_a_user_id_reaches_the_phone_it_belongs_to(stage: Stage) -> None:
    parameters = {**TEXT, "to": None, "recipient": stage.amara.user_id}
    answer = await stage.accept(parameters)
    assert answer["contacts"] == [{"input": stage.amara.user_id, "user_id": stage.amara.user_id}]
    assert (await stage.message(answer["messages"][0]["id"])).wa_id == stage.amara.wa_id


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"messaging_product": None}, 100, "`messaging_product` is missing"),
        ({"messaging_product": "telegram"}, 100, "`messaging_product` is `telegram`"),
        ({"to": None}, 131008, "`to` is missing"),
        ({"to": "Amara"}, 131009, "`to` is `Amara`"),
        ({"to": "1234567890123456"}, 131009, "`to`"),
        ({"to": ["447700900101"]}, 131009, "`to` is a list"),
        ({"to": "+44 20 7946 0101"}, 131021, "`to`"),
        ({"to": None, "recipient": "somebody"}, 131009, "`recipient`"),
        ({"to": None, "recipient": "GB.1"}, 131026, "GB.1"),
        ({"recipient_type": "group"}, 131009, "`recipient_type`"),
        ({"type": "poem"}, 131009, "`type` is `poem`"),
        ({"type": "template", "template": {}}, 131008, "`template.language`"),
        ({"type": "interactive", "interactive": {"type": "carousel"}}, 131051, "`carousel`"),
        ({"type": "interactive"}, 131008, "`interactive`"),
        ({"text": None}, 131008, "`text`"),
        ({"text": {}}, 131008, "`text.body`"),
        ({"text": {"body": ""}}, 131008, "`text.body`"),
        ({"text": {"body": ["Hello"]}}, 131009, "`text.body` is a list"),
        ({"text": {"body": "x" * 4097}}, 131009, "4097 characters; at most 4096"),
        ({"text": "{broken"}, 131009, "`text` is a text that is not JSON"),
        ({"biz_opaque_callback_data": "x" * 513}, 131009, "at most 512"),
        ({"context": {"message_id": "wamid.unknown"}}, 131009, "`context.message_id`"),
        ({"context": {}}, 131008, "`context.message_id`"),
        ({"status": "seen", "message_id": "wamid.x"}, 131009, "`status` is `seen`"),
        ({"status": "read"}, 131008, "`message_id`"),
        ({"status": "read", "message_id": "wamid.unknown"}, 131009, "`message_id`"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_stored(
    stage: Stage, changes: dict[str, Any], code: int, words: str
) -> None:
    with pytest.raises(PlatformError) as caught:
        await stage.accept({**TEXT, **changes})
    assert caught.value.code == code
    assert caught.value.message.startswith(f"(#{code}) ")
    assert words in (caught.value.details or "")
    async with stage.box.database.reading() as session:
        for table in (Message, Job, WebhookEvent):
            assert await session.scalar(select(func.count()).select_from(table)) == 0


async def test_a_reply_names_the_message_it_answers(stage: Stage) -> None:
    asked = await stage.write("When do you open?")
    answer = await stage.send(text={"body": "At nine"}, context={"message_id": asked})
    assert (await stage.message(answer["messages"][0]["id"])).context_wamid == asked


async def test_every_app_but_the_one_that_sent_it_hears_the_echo(stage: Stage) -> None:
    answer = await stage.send(text={"body": "Hello"})
    (echo,) = [one for value in await stage.events("message_echoes") for one in value["message_echoes"]]
    async with stage.box.database.reading() as session:
        told = await session.scalar(
            select(WebhookDelivery.app_id)
            .join(WebhookEvent, WebhookEvent.id == WebhookDelivery.event_id)
            .where(WebhookEvent.field == "message_echoes")
        )
    assert told != stage.app.id
    assert echo["id"] == answer["messages"][0]["id"]
    assert (echo["from"], echo["to"]) == (stage.sender.digits, "447700900101")
    assert (echo["type"], echo["text"]) == ("text", {"body": "Hello"})
