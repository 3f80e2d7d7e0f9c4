"""What the components of a template may be, with the code and subcode of everything else."""

from typing import Any

import pytest

from headrace.platform.errors import PlatformError
from headrace.platform.templates.components import read_components
from headrace.platform.templates.placeholders import NAMED, POSITIONAL, fill

pytestmark = pytest.mark.spec("messages.md §6.3")

BODY = {"type": "BODY", "text": "Hello, good to see you."}
VARIABLE = {"type": "BODY", "text": "Hello {{1}}, good to see you.", "example": {"body_text": [["Amara"]]}}


def buttons(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": list(entries)}


def reply(text: str = "Yes") -> dict[str, Any]:
    return {"type": "QUICK_REPLY", "text": text}


def url(**changes: Any) -> dict[str, Any]:
    return {"type": "URL", "text": "Look", "url": "https://example.org/shop", **changes}


def read(*components: Any, parameter_format: str = POSITIONAL, category: str = "UTILITY") -> list[dict[str, Any]]:
    return read_components(list(components), parameter_format, category).stored


def test_every_kind_of_part_is_kept_in_one_form() -> None:
    stored = read(
        {"type": "header", "format": "text", "text": "Order {{1}}", "example": {"header_text": ["1001"]}},
        {"type": "body", "text": "Hello {{1}}, thank you.", "example": {"body_text": ["Amara"]}, "format": None},
        {"type": "Footer", "text": "Millrace Opticians"},
        buttons(
            reply("Yes"),
            reply("No"),
            url(),
            url(url="https://example.org/{{1}}", example="https://example.org/a"),
            {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+442079460101"},
            {"type": "COPY_CODE", "example": "SAVE20"},
        ),
    )
    assert stored[0] == {
        "type": "HEADER",
        "format": "TEXT",
        "text": "Order {{1}}",
        "example": {"header_text": ["1001"]},
    }
    assert stored[1]["example"] == {"body_text": [["Amara"]]}
    assert [button["type"] for button in stored[3]["buttons"]][2:] == ["URL", "URL", "PHONE_NUMBER", "COPY_CODE"]
    assert stored[3]["buttons"][3]["example"] == ["https://example.org/a"]


@pytest.mark.parametrize("kind", ["IMAGE", "VIDEO", "DOCUMENT"])
def test_a_media_header_has_a_sample(kind: str) -> None:
    header = {"type": "HEADER", "format": kind, "example": {"header_handle": ["4::aW"]}}
    assert read(header, BODY)[0] == header
    assert read({"type": "HEADER", "format": "LOCATION"}, BODY)[0] == {"type": "HEADER", "format": "LOCATION"}


def test_named_variables_have_named_examples() -> None:
    body = {
        "type": "BODY",
        "text": "Hello {{first_name}}, it is {{day}} again.",
        "example": {
            "body_text_named_params": [
                {"param_name": "day", "example": "Monday"},
                {"param_name": "first_name", "example": "Amara"},
            ]
        },
    }
    (stored,) = read(body, parameter_format=NAMED)
    assert [entry["param_name"] for entry in stored["example"]["body_text_named_params"]] == ["first_name", "day"]


def test_a_code_has_words_of_its_own() -> None:
    stored = read(
        {"type": "BODY", "add_security_recommendation": True},
        {"type": "FOOTER", "code_expiration_minutes": 5},
        buttons({"type": "OTP", "otp_type": "copy_code"}),
        category="AUTHENTICATION",
    )
    assert stored[0]["text"] == "{{1}} is your verification code. For your security, do not share this code."
    assert stored[1]["text"] == "This code expires in 5 minutes."
    assert stored[2]["buttons"] == [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy code"}]


@pytest.mark.parametrize(
    ("components", "subcode", "words"),
    [
        ([], 2388043, "none of type BODY"),
        (["BODY"], None, "no object"),
        ([{"type": "POEM"}], None, "HEADER, BODY, FOOTER, BUTTONS"),
        ([BODY, BODY], None, "two of type BODY"),
        ([{"type": "BODY"}], 2388043, "components[0].text"),
        ([{"type": "BODY", "text": "x" * 1025}], 2388040, "at most 1024"),
        ([{"type": "BODY", "text": "Hello {{1}}, there."}], 2388043, "(example)"),
        ([{**VARIABLE, "example": {"body_text": [["a", "b"]]}}], 2388043, "it has 2"),
        ([{"type": "BODY", "text": "{{1}} is here", "example": {"body_text": [["a"]]}}], 2388299, "begins or ends"),
        ([{"type": "BODY", "text": "Here is {{1}}", "example": {"body_text": [["a"]]}}], 2388299, "begins or ends"),
        ([{"type": "BODY", "text": "A {{1}} {{2}}.", "example": {"body_text": [["a", "b"]]}}], 2388293, "fewer words"),
        ([{"type": "BODY", "text": "It is {{2}} now."}], 2388072, "without a gap"),
        ([{"type": "BODY", "text": "It is {{name}} now."}], 2388072, "NAMED"),
        ([{"type": "BODY", "text": "It is {{1} now."}], 2388072, "partner"),
        ([{"type": "BODY", "text": "It is\tnow."}], 2388072, "tab"),
        ([BODY, {"type": "HEADER", "format": "TEXT", "text": "x" * 61}], 2388040, "at most 60"),
        ([BODY, {"type": "HEADER", "format": "TEXT", "text": "Hello 🎉"}], 2388047, "emoji"),
        ([BODY, {"type": "HEADER", "format": "TEXT", "text": "{{1}} and {{2}}"}], 2388047, "more than one"),
        ([BODY, {"type": "HEADER", "format": "IMAGE"}], 2388043, "header_handle"),
        ([BODY, {"type": "HEADER", "format": "GIF"}], None, "LOCATION"),
        ([BODY, {"type": "FOOTER", "text": "x" * 61}], 2388040, "at most 60"),
        ([BODY, {"type": "FOOTER", "text": "For {{1}}"}], 2388073, "variable"),
        ([BODY, buttons()], 2388043, "buttons"),
        ([BODY, buttons(*[reply()] * 11)], None, "at most 10"),
        ([BODY, buttons(url(), url(), url())], None, "at most 2"),
        ([BODY, buttons(reply(), url(), reply())], None, "Quick replies"),
        ([BODY, buttons(reply("x" * 26))], 2388040, "at most 25"),
        ([BODY, buttons(url(url="javascript:alert(1)"))], None, "web address"),
        ([BODY, buttons(url(url="https://example.org/{{1}}"))], 2388043, "example"),
        ([BODY, buttons(url(url="https://example.org/{{1}}/x", example=["x"]))], None, "very end"),
        ([BODY, buttons({"type": "PHONE_NUMBER", "text": "Call", "phone_number": "us"})], None, "phone number"),
        ([BODY, buttons({"type": "COPY_CODE", "example": "x" * 16})], 2388040, "at most 15"),
        ([BODY, buttons({"type": "CATALOG", "text": "Shop"})], None, "only for the category MARKETING"),
        ([BODY, buttons({"type": "SHOP", "text": "Shop"})], None, "CATALOG"),
        ([BODY, buttons({"type": "OTP", "otp_type": "COPY_CODE"})], None, "AUTHENTICATION"),
        ([BODY, buttons({"type": "FLOW", "text": "Open"})], None, "None of flow_id"),
        ([BODY, buttons({"type": "FLOW", "text": "Open", "flow_id": "1", "flow_name": "x"})], None, "More than one"),
        ([BODY, buttons({"type": "FLOW", "text": "Open", "flow_id": "1", "flow_action": "jump"})], None, "NAVIGATE"),
    ],
)
def test_what_is_wrong_is_named_with_its_subcode(components: list[Any], subcode: int | None, words: str) -> None:
    with pytest.raises(PlatformError) as caught:
        read(*components)
    assert (caught.value.code, caught.value.subcode) == (100, subcode)
    assert words in (caught.value.explanation or "")


def test_variables_are_replaced_and_nothing_else() -> None:
    assert fill("{{1}} of {{ 2 }} {1}", {"1": "{{2}}", "2": "ten"}) == "{{2}} of ten {1}"
