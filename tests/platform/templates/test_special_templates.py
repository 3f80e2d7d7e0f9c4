"""Carousels, limited-time offers, products and the ways a code is handed over: what a template may hold of them."""

from typing import Any

import pytest

from headrace.platform.errors import PlatformError
from headrace.platform.templates.components import read_components

pytestmark = pytest.mark.spec("messages.md §6.3")

BODY = {"type": "BODY", "text": "Our newest frames."}
IMAGE = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::a"]}}
REPLY = {"type": "QUICK_REPLY", "text": "Reserve"}
LOOK = {"type": "URL", "text": "Look", "url": "https://example.org/{{1}}", "example": ["https://example.org/a"]}
CODE = {"type": "COPY_CODE", "example": "SAVE20"}
APP = {"package_name": "org.example.shop", "signature_hash": "K8a/AINcGX7"}


def buttons(*entries: Any) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": list(entries)}


def card(*components: Any) -> dict[str, Any]:
    return {"components": list(components)}


def carousel(*cards: Any) -> dict[str, Any]:
    return {"type": "carousel", "cards": list(cards)}


def offer(**changes: Any) -> dict[str, Any]:
    return {"type": "limited_time_offer", "limited_time_offer": {"text": "Half price", **changes}}


def otp(kind: str, **changes: Any) -> dict[str, Any]:
    return buttons({"type": "otp", "otp_type": kind, **changes})


def read(*components: Any, category: str = "MARKETING") -> list[dict[str, Any]]:
    return read_components(list(components), "POSITIONAL", category).stored


CARD = card(IMAGE, BODY, buttons(REPLY, LOOK))


def test_a_carousel_has_cards_that_are_built_alike() -> None:
    stored = read(BODY, carousel(CARD, CARD))
    assert stored[1]["type"] == "CAROUSEL"
    assert [part["type"] for part in stored[1]["cards"][1]["components"]] == ["HEADER", "BODY", "BUTTONS"]
    loose = read(BODY, carousel(card(IMAGE, REPLY, LOOK), card(IMAGE, REPLY, LOOK)))
    assert [button["type"] for button in loose[1]["cards"][0]["components"][1]["buttons"]] == ["QUICK_REPLY", "URL"]
    product = card({"type": "HEADER", "format": "PRODUCT"}, buttons({"type": "SPM", "text": "View"}))
    assert read(BODY, carousel(product, product))[1]["cards"][0]["components"][0]["format"] == "PRODUCT"


def test_a_limited_time_offer_has_its_words_and_maybe_an_end() -> None:
    stored = read(IMAGE, BODY, offer(has_expiration=True), buttons(CODE, LOOK))
    assert [part["type"] for part in stored] == ["HEADER", "LIMITED_TIME_OFFER", "BODY", "BUTTONS"]
    assert stored[1]["limited_time_offer"] == {"text": "Half price", "has_expiration": True}
    assert read(BODY, offer())[0]["limited_time_offer"]["has_expiration"] is False


def test_products_stand_behind_a_single_button() -> None:
    assert read(BODY, buttons({"type": "catalog", "text": "View catalog"}))[1]["buttons"] == [
        {"type": "CATALOG", "text": "View catalog"}
    ]
    assert read(BODY, buttons({"type": "MPM", "text": "View items"}))[1]["buttons"][0]["type"] == "MPM"
    stored = read({"type": "HEADER", "format": "product"}, BODY, buttons({"type": "SPM", "text": "View"}))
    assert stored[0] == {"type": "HEADER", "format": "PRODUCT"}
    call = {"type": "VOICE_CALL", "text": "Call us", "ttl_minutes": 1440}
    assert read(BODY, buttons(call), category="UTILITY")[1]["buttons"] == [call]


def test_a_code_is_copied_filled_in_by_a_tap_or_by_itself() -> None:
    tap = read(
        {"type": "BODY"}, otp("one_tap", autofill_text="Fill in", supported_apps=[APP]), category="AUTHENTICATION"
    )
    assert tap[1]["buttons"] == [
        {
            "type": "OTP",
            "otp_type": "ONE_TAP",
            "text": "Copy code",
            "autofill_text": "Fill in",
            "supported_apps": [APP],
        }
    ]
    alone = otp("ZERO_TAP", zero_tap_terms_accepted=True, text="Copy", **APP)
    (button,) = read({"type": "BODY"}, alone, category="AUTHENTICATION")[1]["buttons"]
    assert (button["zero_tap_terms_accepted"], button["supported_apps"], button["text"]) == (True, [APP], "Copy")


@pytest.mark.parametrize(
    ("components", "words"),
    [
        ([BODY, carousel(CARD)], "2 to 10 cards"),
        ([BODY, carousel(*[CARD] * 11)], "2 to 10 cards"),
        ([BODY, carousel(CARD, card(IMAGE, buttons(REPLY, LOOK)))], "built otherwise"),
        ([BODY, carousel(CARD, card(IMAGE, BODY, buttons(LOOK, REPLY)))], "built otherwise"),
        ([BODY, carousel(card(BODY), card(BODY))], "HEADER"),
        ([BODY, carousel(card(IMAGE, {**BODY, "text": "x" * 161}), CARD)], "at most 160"),
        ([BODY, carousel(card(IMAGE, buttons(REPLY, REPLY, REPLY)), CARD)], "at most 2"),
        ([BODY, carousel(card(IMAGE, buttons(CODE)), CARD)], "PHONE_NUMBER"),
        ([BODY, carousel(card(IMAGE, buttons({"type": "SPM", "text": "View"})), CARD)], "PRODUCT"),
        ([BODY, carousel(card({"type": "HEADER", "format": "TEXT", "text": "x"}), CARD)], "IMAGE, VIDEO, PRODUCT"),
        ([BODY, carousel(card({"type": "FOOTER", "text": "x"}), CARD)], "HEADER, BODY, BUTTONS"),
        ([BODY, carousel(card(IMAGE, IMAGE), CARD)], "two of type HEADER"),
        ([BODY, carousel(CARD, CARD), buttons(REPLY)], "none of type BUTTONS"),
        ([IMAGE, BODY, carousel(CARD, CARD)], "none of type HEADER"),
        ([BODY, offer(text="x" * 17)], "at most 16"),
        ([BODY, offer(), {"type": "FOOTER", "text": "x"}], "none of type FOOTER"),
        ([{**BODY, "text": "x" * 601}, offer()], "at most 600"),
        ([BODY, offer(has_expiration=True)], "COPY_CODE"),
        ([BODY, offer(), buttons(LOOK, CODE)], "comes first"),
        ([{"type": "HEADER", "format": "DOCUMENT"}, BODY, offer()], "IMAGE, VIDEO"),
        ([{"type": "HEADER", "format": "PRODUCT"}, BODY], "belong together"),
        ([BODY, buttons({"type": "SPM", "text": "View"})], "belong together"),
        ([BODY, buttons({"type": "MPM", "text": "View"}, REPLY)], "stands alone"),
        ([BODY, buttons({"type": "VOICE_CALL", "text": "Call", "ttl_minutes": 5})], "ttl_minutes"),
    ],
)
def test_what_does_not_go_is_named(components: list[Any], words: str) -> None:
    with pytest.raises(PlatformError) as caught:
        read(*components)
    assert caught.value.code == 100
    assert words in (caught.value.explanation or "")


@pytest.mark.parametrize(
    ("button", "words"),
    [
        (otp("TWO_TAP"), "ONE_TAP"),
        (otp("ONE_TAP"), "supported_apps"),
        (otp("ONE_TAP", supported_apps=[APP] * 6), "at most 5"),
        (otp("ONE_TAP", supported_apps=[{**APP, "package_name": "shop"}]), "package"),
        (otp("ONE_TAP", supported_apps=[{**APP, "signature_hash": "short"}]), "11 characters"),
        (otp("ONE_TAP", supported_apps=[APP], autofill_text="x" * 26), "at most 25"),
        (otp("ZERO_TAP", supported_apps=[APP]), "zero_tap_terms_accepted"),
    ],
)
def test_a_code_that_cannot_be_handed_over_says_why(button: dict[str, Any], words: str) -> None:
    with pytest.raises(PlatformError) as caught:
        read({"type": "BODY"}, button, category="AUTHENTICATION")
    assert words in (caught.value.explanation or "")


@pytest.mark.parametrize("part", [carousel(CARD, CARD), offer()])
def test_they_are_for_marketing_only(part: dict[str, Any]) -> None:
    with pytest.raises(PlatformError, match="Invalid parameter") as caught:
        read(BODY, part, category="UTILITY")
    assert "MARKETING" in (caught.value.explanation or "")
