"""Carousels, limited-time offers, products and codes: how they are filled, what is refused, what the phone shows."""

from typing import Any

import pytest
from tests.platform.messaging.stage import Stage
from tests.platform.messaging.test_template_messages import button, make, refused, see, send, texts

from headrace.platform.handsets import service as handsets
from headrace.platform.handsets.html import draw_page
from headrace.platform.handsets.models import Handset

pytestmark = [pytest.mark.anyio, pytest.mark.spec("messages.md §6.3")]

IMAGE = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::a"]}}
PRODUCT = {"type": "HEADER", "format": "PRODUCT"}
BODY = {"type": "BODY", "text": "Our newest frames."}
NAMED = {"type": "BODY", "text": "The {{1}} frame.", "example": {"body_text": [["round"]]}}
LOOK = {"type": "URL", "text": "Look", "url": "https://example.org/{{1}}", "example": ["https://example.org/a"]}
CARD = {
    "components": [IMAGE, NAMED, {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Reserve"}, LOOK]}]
}
CAROUSEL = {"type": "CAROUSEL", "cards": [CARD, CARD]}
OFFER = {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Half price", "has_expiration": True}}
CODE = {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "SAVE20"}]}
ENDS = {"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": 1_800_000_000_000}}
TEN = button(0, "copy_code", type="coupon_code", coupon_code="TEN")
PLACE = {"latitude": 51.5, "longitude": 0}


def card(place: int, *components: Any) -> dict[str, Any]:
    return {"card_index": place, "components": list(components)}


def filled(place: int, name: str) -> dict[str, Any]:
    return card(
        place,
        {"type": "header", "parameters": [{"type": "image", "image": {"link": f"https://example.org/{name}"}}]},
        {"type": "body", "parameters": texts(name)},
        button(0, "quick_reply", type="payload", payload=f"reserve-{name}"),
        button(1, "url", type="text", text=name),
    )


def cards(*entries: Any) -> dict[str, Any]:
    return {"type": "carousel", "cards": list(entries)}


async def stored(stage: Stage, wamid: str) -> dict[str, Any]:
    return dict((await stage.message(wamid)).shown or {})


async def test_a_carousel_is_filled_card_by_card_and_its_replies_come_back(stage: Stage) -> None:
    await make(stage, BODY, {**CAROUSEL, "cards": [without_header(), without_header()]}, category="MARKETING")
    round_, oval = plain(0, "round"), plain(1, "oval")
    wamid = await send(stage, cards(oval, round_))
    (bubble,) = (await see(stage)).bubbles
    assert [one.text for one in bubble.cards] == ["The round frame.", "The oval frame."]
    assert [one.picture and one.picture.name for one in bubble.cards] == ["round", "oval"]
    assert [(choice.position, choice.label) for one in bubble.cards for choice in one.choices] == [
        (0, "Reserve"),
        (1, "Look"),
        (2, "Reserve"),
        (3, "Look"),
    ]
    async with stage.box.database.transaction() as session:
        amara = await session.get_one(Handset, stage.amara.id)
        message = await handsets.find_delivered(session, amara, wamid)
        assert message is not None
        await handsets.choose(session, stage.box, amara, message, 2)
    await stage.box.jobs.drain()
    (reply,) = [message for value in await stage.events() for message in value.get("messages", [])]
    assert reply["button"] == {"payload": "reserve-oval", "text": "Reserve"}
    page = draw_page(await see(stage), None, stage.box.clock.now().date())
    assert "The oval frame." in page
    assert 'aria-label="2 cards"' in page


def without_header() -> dict[str, Any]:
    return {"components": [PRODUCT, *CARD["components"][1:]]}


def plain(place: int, name: str) -> dict[str, Any]:
    product = {"type": "product", "product": {"product_retailer_id": name, "catalog_id": "7"}}
    return card(place, {"type": "header", "parameters": [product]}, *filled(place, name)["components"][1:])


async def test_a_limited_time_offer_says_when_it_ends(stage: Stage) -> None:
    await make(stage, OFFER, BODY, CODE, category="MARKETING")
    wamid = await send(stage, {"type": "limited_time_offer", "parameters": [ENDS]}, TEN)
    assert (await stored(stage, wamid))["offer"] == {"text": "Half price", "expires_at_ms": 1_800_000_000_000}
    page = draw_page(await see(stage), None, stage.box.clock.now().date())
    assert "15 Jan 2027, 08:00 UTC" in page
    async with stage.box.database.transaction() as session:
        (await session.get_one(Handset, stage.amara.id)).device = "companion"
    page = draw_page(await see(stage), None, stage.box.clock.now().date())
    assert "shown on your phone only" in page
    assert "TEN" not in page


async def test_products_are_named_by_their_ids(stage: Stage) -> None:
    await make(stage, BODY, buttons({"type": "MPM", "text": "View items"}), category="MARKETING")
    action = {
        "thumbnail_product_retailer_id": "A1",
        "sections": [
            {"title": "Round", "product_items": [{"product_retailer_id": "A1"}, {"product_retailer_id": "A2"}]},
            {"title": "Oval", "product_items": [{"product_retailer_id": "B1"}]},
        ],
    }
    await send(stage, button("0", "mpm", type="action", action=action))
    (bubble,) = (await see(stage)).bubbles
    assert [(choice.kind, choice.label, choice.value) for choice in bubble.choices] == [
        ("products", "View items", "Round: A1, A2 · Oval: B1")
    ]


def buttons(*entries: Any) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": list(entries)}


async def test_a_catalog_needs_no_parameters_and_a_product_names_itself(stage: Stage) -> None:
    await make(stage, BODY, buttons({"type": "CATALOG", "text": "View catalog"}), category="MARKETING")
    await send(stage)
    shown = button(0, "CATALOG", type="action", action={"thumbnail_product_retailer_id": "A1"})
    await send(stage, shown)
    await make(stage, PRODUCT, BODY, buttons({"type": "SPM", "text": "View"}), name="one", category="MARKETING")
    product = {"type": "product", "product": {"product_retailer_id": "B7", "catalog_id": "7"}}
    await send(stage, {"type": "header", "parameters": [product]}, name="one")
    values = [choice.value for bubble in (await see(stage)).bubbles for choice in bubble.choices]
    assert values == ["", "A1", "B7"]


async def test_a_code_can_be_filled_in_or_copied(stage: Stage) -> None:
    app = {"package_name": "org.example.shop", "signature_hash": "K8a/AINcGX7"}
    await make(
        stage,
        {"type": "BODY"},
        buttons({"type": "OTP", "otp_type": "ONE_TAP", "supported_apps": [app]}),
        category="AUTHENTICATION",
    )
    await send(stage, {"type": "body", "parameters": texts("4711")}, button(0, "url", type="text", text="4711"))
    (bubble,) = (await see(stage)).bubbles
    assert bubble.text == "4711 is your verification code."
    assert [(choice.kind, choice.label) for choice in bubble.choices] == [("copy", "Autofill"), ("copy", "Copy code")]


@pytest.mark.parametrize(
    ("components", "code", "words"),
    [
        ([], 132000, "0 cards and the template 2"),
        ([cards(filled(0, "a"))], 132000, "1 cards"),
        ([cards(filled(0, "a"), filled(2, "b"))], 132000, "2 cards"),
        ([cards(filled(0, "a"), filled(0, "b"))], 131009, "twice"),
        ([cards(card(0), filled(1, "b"))], 132000, "card 0 header"),
        ([cards(filled(0, "a"), filled(1, "x" * 160))], 132005, "card 1 body"),
        ([cards({"components": []})], 131008, "card_index"),
        ([cards(card(0, {"type": "carousel"}))], 131009, "type"),
    ],
)
async def test_cards_that_do_not_fit(stage: Stage, components: list[Any], code: int, words: str) -> None:
    await make(stage, BODY, CAROUSEL, category="MARKETING")
    assert await refused(stage, *components, words=words) == (code, True)


@pytest.mark.parametrize(
    ("parameters", "code", "words"),
    [
        (None, 131008, "expiration_time_ms"),
        ([ENDS, ENDS], 132000, "limited_time_offer"),
        ([{"type": "text", "text": "x"}], 132012, "LIMITED_TIME_OFFER"),
        ([{**ENDS, "limited_time_offer": {"expiration_time_ms": -1}}], 132018, "milliseconds"),
        ([{**ENDS, "limited_time_offer": {"expiration_time_ms": "soon"}}], 131009, "number"),
    ],
)
async def test_offers_that_do_not_fit(stage: Stage, parameters: Any, code: int, words: str) -> None:
    await make(stage, OFFER, BODY, CODE, category="MARKETING")
    given = [] if parameters is None else [{"type": "limited_time_offer", "parameters": parameters}]
    assert await refused(stage, *given, TEN, words=words) == (code, True)


@pytest.mark.parametrize(
    ("action", "code", "words"),
    [
        (None, 131008, "requires a parameter"),
        ({"sections": []}, 132018, "1 to 10"),
        ({"sections": [{"product_items": []}]}, 132018, "1 to 30"),
        ({"sections": [{"product_items": [{}]}]}, 131008, "product_retailer_id"),
        ({"sections": [{"product_items": [{"product_retailer_id": "a"}]}] * 2}, 131008, "title"),
        ({"sections": [{"title": "x" * 25, "product_items": []}]}, 131009, "at most 24"),
    ],
)
async def test_products_that_do_not_fit(stage: Stage, action: Any, code: int, words: str) -> None:
    await make(stage, BODY, buttons({"type": "MPM", "text": "View items"}), category="MARKETING")
    given = [] if action is None else [button(0, "mpm", type="action", action=action)]
    assert await refused(stage, *given, words=words) == (code, True)


async def test_other_templates_take_neither_cards_nor_offers(stage: Stage) -> None:
    await make(stage, BODY)
    assert await refused(stage, cards(filled(0, "a")), words="1 cards") == (132000, True)
    offer = {"type": "limited_time_offer", "parameters": [ENDS]}
    assert await refused(stage, offer, words="limited_time_offer") == (132000, True)
