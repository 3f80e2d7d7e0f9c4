"""What public bug reports were about, and its kind: what the check says, and what the phone does with it."""

import base64
import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.phone.flows import Json, after

from headrace.flowjson.checks import check
from headrace.flowjson.fixing import apply_fix, fixes_of
from headrace.phone.engine.effects import Complete, Declined, Effect
from headrace.phone.engine.events import Event, Fill, Open, Select, Tap
from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program
from headrace.phone.foresight import foreseen
from headrace.phone.session import Session

REPORTED = Path(__file__).parents[1] / "corpus" / "reported"
TODAY = date(2026, 12, 1)
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2).decode()


def flow_of(name: str) -> Json:
    document: Json = json.loads((REPORTED / f"{name}.json").read_text())
    return document


def found(document: Json) -> tuple[list[str], list[str]]:
    report = check(json.dumps(document), today=TODAY)
    return [one.rule for one in report.errors], [one.rule for one in report.warnings]


def begun(document: Json, **opening: Any) -> Session:
    program = Program.compile(document)
    data = opening.pop("data", program.screens[program.entry_screen].model.example)
    session = Session.start(program, Opening(data=data, today=TODAY, **opening))
    session.handle(Open())
    return session


# Messages of the business that stand in the Flow


def saying(message: Any, where: str = "Form") -> Json:
    document = flow_of("opening_hours")
    (form,) = document["screens"][0]["layout"]["children"]
    del form["error-messages"], form["init-values"]
    field, button = form["children"]
    if where == "Form":
        form["error-messages"] = {"opens_at": message}
    else:
        document["screens"][0]["layout"]["children"] = [{**field, "error-message": message}, button]
    return document


def test_a_message_that_stands_in_the_flow_shuts_it_until_the_input_is_edited() -> None:
    document = flow_of("opening_hours")
    assert found(document) == ([], ["phone/literal-message"])
    session = begun(document)
    (refused,) = after(session, Tap("Save the hours"))
    assert isinstance(refused, Declined)
    assert "Write it as 08:15" in refused.reason
    (done,) = after(session, Fill({"opens_at": "09:15"}), Tap("Save the hours"))
    assert done == Complete({"opens_at": "09:15", "flow_token": "unused"})


@pytest.mark.parametrize("where", ["Form", "input"])
@pytest.mark.parametrize(
    ("message", "warns"),
    [("Write it", True), ("", False), ("  ", False), ("${data.opens_at}", False), ("${form.opens_at}", False)],
)
def test_only_words_are_such_a_message(where: str, message: str, warns: bool) -> None:
    assert ("phone/literal-message" in found(saying(message, where))[1]) == warns


# Numbers that are typed


def party(kind: str, *, text: bool = False, again: str = "${data.guests}", version: str = "7.3") -> Json:
    document = flow_of("party")
    document["version"] = version
    first, wishes, last = document["screens"]
    first["layout"]["children"][0]["children"][0]["input-type"] = kind
    for one in (wishes, last):
        one["data"]["guests"] = {"type": "string", "__example__": "3"} if text else one["data"]["guests"]
    wishes["layout"]["children"][0]["children"][1]["on-click-action"]["payload"]["guests"] = again
    return document


def reserved(document: Json) -> tuple[Session, list[Effect]]:
    session = begun(document)
    steps: list[Event] = [Fill({"guests": "12"}), Tap("Next"), Fill({"wish": "By the window"}), Tap("Next")]
    return session, after(session, *steps, Tap("Reserve the table"))


@pytest.mark.parametrize("version", ["5.1", "6.3", "7.3"])
@pytest.mark.parametrize("kind", ["number", "passcode"])
def test_a_number_handed_on_is_refused_as_the_check_says(kind: str, version: str) -> None:
    document = party(kind, version=version)
    assert found(document) == ([], ["phone/number-handed-on"])
    session, _ = reserved(document)
    view = session.view()
    assert view.failure_type == "payload-schema-error"
    assert view.failure_detail == 'The payload for "LAST" does not fit: "guests" is string, not number.'


@pytest.mark.parametrize("kind", ["number", "passcode"])
def test_the_fix_hands_on_what_was_typed_and_the_phone_takes_it(kind: str) -> None:
    report = check(json.dumps(party(kind)), today=TODAY)
    mended = apply_fix(report.document, fixes_of(report, report.warnings[0])[0])
    assert [one.rule for one in check(mended, today=TODAY).warnings] == ["payloads/unread-field"]
    assert reserved(json.loads(mended))[1] == [
        Complete({"guests": "12", "wish": "By the window", "flow_token": "unused"})
    ]


@pytest.mark.parametrize(("kind", "errors"), [("number", 1), ("passcode", 1), ("text", 0), ("phone", 0), ("email", 0)])
def test_a_number_is_no_text_for_the_check(kind: str, errors: int) -> None:
    assert found(party(kind, text=True))[0] == ["payloads/navigate-binding-type"] * errors


@pytest.mark.parametrize("kind", ["text", "phone", "email", "password"])
def test_nor_is_a_text_a_number(kind: str) -> None:
    assert found(party(kind))[0] == ["payloads/navigate-binding-type"]


def test_a_sum_is_a_number_wherever_it_goes() -> None:
    document = party("number", again="`${data.guests} + 0`")
    assert found(document) == ([], [])
    assert reserved(document)[1] == [Complete({"guests": 12, "wish": "By the window", "flow_token": "unused"})]


def test_a_number_that_was_emptied_again_does_not_fit() -> None:
    document = party("number")
    document["screens"][0]["layout"]["children"][0]["children"][0]["required"] = False
    untouched, emptied = begun(document), begun(document)
    after(untouched, Tap("Next"))
    assert (untouched.screen, untouched.data) == ("WISHES", {})
    after(emptied, Fill({"guests": "1"}), Fill({"guests": ""}), Tap("Next"))
    assert emptied.view().failure_type == "payload-schema-error"


# Data that never come


def test_a_message_that_asks_no_init_says_what_it_leaves_empty() -> None:
    (told,) = foreseen(flow_of("slots"), today=TODAY)
    assert "the message says navigate, so INIT was not asked" in told
    assert '"hint"' in told
    assert foreseen(flow_of("slots"), today=TODAY, data={"hint": "Three are free"}) == []


# Pictures


def frame(source: str, *, at: str) -> Json:
    document = flow_of("frame")
    document["screens"][0]["data"]["picture"]["__example__"] = source if at == "example" else PNG
    if at == "literal":
        document["screens"][0]["layout"]["children"][0]["src"] = source
    return document


WRONG = [
    ("https://example.com/frame.png", "It is an address."),
    ("HTTP://EXAMPLE.COM/FRAME.PNG", "It is an address."),
    (f"data:image/png;base64,{PNG}", "It is a data URI."),
    (f" data:image/png;base64,{PNG}", "It is a data URI."),
    (base64.urlsafe_b64encode(b"\xff\xd8\xff\xfb\xff" + b"\xfe" * 100).decode().rstrip("="), "It is URL-safe Base64."),
    (base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(320_000)).decode(), "It has 313 KB."),
    (base64.b64encode(b"%PDF-1.7" + bytes(100)).decode(), "It is neither a JPEG, PNG, GIF nor WebP."),
    ("frame.png", "It is no Base64."),
]


@pytest.mark.parametrize(("source", "reason"), WRONG, ids=[reason for _, reason in WRONG])
def test_a_picture_that_is_none_is_told_in_examples_and_when_it_comes(source: str, reason: str) -> None:
    report = check(json.dumps(frame(source, at="example")), today=TODAY)
    assert [one.rule for one in report.warnings] == ["phone/example-without-image"]
    assert reason in report.warnings[0].message
    (told,) = foreseen(frame(PNG, at="example"), today=TODAY, data={"picture": source, "name": "Canal"})
    assert told.startswith(f"Image shows nothing: {reason}")


@pytest.mark.parametrize("source", [source for source, reason in WRONG[:4]])
def test_an_address_or_a_data_uri_written_into_the_flow_is_an_error(source: str) -> None:
    assert "media/not-base64" in found(frame(source, at="literal"))[0]


@pytest.mark.parametrize("source", [PNG, PNG.rstrip("="), "\n".join((PNG[:76], PNG[76:]))])
def test_a_picture_is_fine(source: str) -> None:
    assert found(frame(source, at="example")) == ([], [])
    assert foreseen(frame(PNG, at="example"), today=TODAY, data={"picture": source, "name": "Canal"}) == []


# Fields with several senders, and members of the wrong shape


def test_a_fix_suits_every_sender_of_a_field() -> None:
    document = flow_of("herd")
    report = check(json.dumps(document), today=TODAY)
    assert {one.rule for one in report.errors} == {"payloads/navigate-literal-type"}
    for error in report.errors:
        for fix in fixes_of(report, error):
            mended = check(apply_fix(report.document, fix), today=TODAY)
            assert len(mended.errors) < len(report.errors), fix.title


def test_a_herd_of_one_kind_is_refused_for_the_literal_that_is_no_number() -> None:
    session = begun(flow_of("herd"))
    steps: list[Event] = [
        Fill({"day": "2027-02-07"}),
        Tap("Next"),
        Select("kind_one", "Sheep"),
        Fill({"count_one": "3"}),
    ]
    after(session, *steps, Tap("Go to the check"))
    assert session.view().failure_detail == 'The payload for "CHECK" does not fit: "count_two" is string, not number.'


@pytest.mark.parametrize("following", ["PURPOSE", None, 5, [], {}, {"type": "screen"}, {"name": 7}, True])
def test_a_next_of_the_wrong_shape_is_told_and_leads_nowhere(following: Any) -> None:
    document = copy.deepcopy(flow_of("routing_objects"))
    action = document["screens"][0]["layout"]["children"][1]["on-click-action"]
    action["next"] = following
    report = check(json.dumps(document), today=TODAY)
    told = [*report.errors, *report.warnings]
    assert len(report.errors) >= 3
    assert not [one.message for one in told if "None" in one.message or "None" in one.explanation]
    titles = [fix.title for one in report.errors for fix in fixes_of(report, one)]
    assert any('{"type":"screen","name":"PURPOSE"}' in title for title in titles) == (following == "PURPOSE")
    session = begun(document)
    after(session, Fill({"full_name": "Ida Berg"}), Tap("Go on"))
    assert session.view().failure_type == "invalid-screen-transition"
    assert "None" not in str(session.view().failure_detail)
