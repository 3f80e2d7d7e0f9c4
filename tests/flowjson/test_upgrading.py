"""Upgrades: what each version's step does, that the result is in order, and that a phone draws the same."""

import dataclasses
import json
import random
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import corpus_documents
from tests.flowjson.checks.flows import valid_flow
from tests.flowjson.generating import VALUES, at, paths_of
from tests.flowjson.test_diffing import ENDPOINT_FLOW, STATIC_FLOW

from headrace.flowjson.catalogue import NEWEST, VERSIONS, Version
from headrace.flowjson.checks import check
from headrace.flowjson.diagnostics import NOWHERE
from headrace.flowjson.document import parse
from headrace.flowjson.editing import applied
from headrace.flowjson.refusal import Refused
from headrace.flowjson.upgrading import Upgrade, upgrade
from headrace.phone.engine.events import Open
from headrace.phone.engine.program import Program
from headrace.phone.session import Opening, Session

TODAY = date(2026, 11, 22)


def flow(version: str, *children: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A Flow of one screen with these components and a Footer."""
    footer = {"type": "Footer", "label": "Send", "on-click-action": {"name": "complete", "payload": {}}}
    layout = {"type": "SingleColumnLayout", "children": [*children, footer]}
    return {"version": version, "screens": [{"id": "ONLY", "title": "Only", "terminal": True, "layout": layout} | more]}


def upgraded(value: Any, to: str | None = None, **options: Any) -> Upgrade:
    goal = Version.parse(to) if to else NEWEST
    return upgrade(parse(json.dumps(value, indent=2)), goal, today=TODAY, **options)


def children(upgrade: Upgrade) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = parse(upgrade.text).value["screens"][0]["layout"]["children"]
    return found


def done(upgrade: Upgrade) -> list[str]:
    return [f"{note.version} {note.screen}: {note.message}" for note in upgrade.done]


def decisions(upgrade: Upgrade) -> list[str]:
    return [f"{note.version} {note.screen}: {note.message}" for note in upgrade.decisions]


def test_channel_uri_is_handed_over() -> None:
    old = flow("2.1") | {"data_channel_uri": "https://example.com/flow"}
    result = upgraded(old, "3.0")
    assert parse(result.text).value == flow("3.0")
    assert done(result) == ["3.0 : data_channel_uri removed."]
    assert decisions(result) == ["3.0 : Set endpoint_uri of the Flow to https://example.com/flow."]


def test_old_data_api_version_is_settled() -> None:
    old = flow("2.1") | {"data_api_version": "2.0", "routing_model": {"ONLY": []}}
    result = upgraded(old, "3.1")
    assert parse(result.text).value["data_api_version"] == "3.0"
    assert "speaks Data API 3.0" in decisions(result)[0]


GROUP = {"type": "RadioButtonsGroup", "name": "shop_choice", "data-source": [{"id": "a", "title": "A"}]}


def test_group_takes_the_text_above_as_its_label() -> None:
    result = upgraded(flow("3.1", {"type": "TextBody", "text": "Which shop?"}, GROUP), "4.0")
    assert [child["type"] for child in children(result)] == ["RadioButtonsGroup", "Footer"]
    assert children(result)[0]["label"] == "Which shop?"
    assert 'is "Which shop?", which stood above it, the right label?' in decisions(result)[0]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Where did you first hear of us?", "fit? It has 31 characters; a phone shows 30 for sure."),
        ("${data.question_of_the_season_now}", "which stood above it, the right label?"),
    ],
)
def test_a_long_text_made_a_label_is_asked_for_its_length(text: str, asked: str) -> None:
    result = upgraded(flow("3.1", {"type": "TextBody", "text": text}, GROUP), "4.0")
    assert children(result)[0]["label"] == text
    assert f'"{text}"' in decisions(result)[0]
    assert decisions(result)[0].endswith(asked)


def test_group_without_text_above_gets_a_label_from_its_name() -> None:
    for above in ({"type": "TextHeading", "text": "Shops"}, {"type": "TextBody", "text": "x" * 81}):
        result = upgraded(flow("3.1", above, GROUP), "4.0")
        assert [child["type"] for child in children(result)] == [above["type"], "RadioButtonsGroup", "Footer"]
        assert children(result)[1]["label"] == "Shop choice"
        assert 'is "Shop choice" the right label?' in decisions(result)[0]


FORM = {
    "type": "Form",
    "name": "form",
    "init-values": {"email": "a@example.com", "nobody": "x"},
    "error-messages": {"email": "Type it again", "agree": "You must"},
    "children": [
        {"type": "TextInput", "name": "email", "label": "E-mail"},
        {"type": "OptIn", "name": "agree", "label": "I agree"},
    ],
}


def test_form_is_unwrapped() -> None:
    result = upgraded(
        flow("3.1", {"type": "TextBody", "text": "Before"}, FORM, {"type": "TextBody", "text": "After"}), "4.0"
    )
    before, email, agree, after, _ = children(result)
    assert (before["text"], after["text"]) == ("Before", "After")
    assert email == {
        "type": "TextInput",
        "name": "email",
        "label": "E-mail",
        "init-value": "a@example.com",
        "error-message": "Type it again",
    }
    assert agree == {"type": "OptIn", "name": "agree", "label": "I agree"}
    assert done(result) == [
        '4.0 ONLY: init-values of "nobody" left out: the Form has no such component.',
        '4.0 ONLY: error-messages of "agree" left out: OptIn has none.',
        '4.0 ONLY: Form "form" unwrapped: its components stand on the screen itself.',
    ]
    assert upgraded(flow("3.1", FORM), "4.0", keep_forms=True).text == json.dumps(flow("4.0", FORM), indent=2)
    assert children(upgraded(flow("4.0", FORM), "6.0"))[0]["type"] == "Form"


def test_form_with_bound_values_is_unwrapped_where_the_data_model_tells() -> None:
    form = FORM | {"init-values": "${data.start}", "error-messages": "${data.wrong}"}
    data = {
        "start": {"type": "object", "properties": {"email": {"type": "string"}}, "__example__": {"email": "a"}},
        "wrong": {"type": "object", "__example__": {}},
    }
    result = upgraded(flow("3.1", form, data=data), "4.0")
    assert children(result)[0]["type"] == "Form"
    assert "stays: its error-messages come as one object" in done(result)[0]
    del form["error-messages"]
    assert children(upgraded(flow("3.1", form, data=data), "4.0"))[0]["init-value"] == "${data.start.email}"


PICKER = {
    "type": "DatePicker",
    "name": "day",
    "label": "Day",
    "min-date": "1767225600000",
    "max-date": "${data.last}",
    "unavailable-dates": ["1767312000000", "2026-01-03"],
}


def test_dates_are_written_out() -> None:
    data = {"last": {"type": "string", "__example__": "1798675200000"}}
    result = upgraded(flow("4.0", PICKER, data=data), "5.0")
    picker = children(result)[0]
    assert picker["min-date"] == "2026-01-01"
    assert picker["unavailable-dates"] == ["2026-01-02", "2026-01-03"]
    assert parse(result.text).value["screens"][0]["data"]["last"]["__example__"] == "2026-12-31"
    assert [line.split(": ")[1][:40] for line in decisions(result)] == [
        'DatePicker "day" answers with a date suc',
        "Dates in milliseconds were read in UTC. ",
        'Field "last" holds dates',
    ]
    west = upgraded(flow("4.0", PICKER, data=data), "5.0", zone=ZoneInfo("America/New_York"))
    assert children(west)[0]["min-date"] == "2025-12-31"
    assert not any("UTC" in line for line in decisions(west))


def test_dates_in_a_form_and_in_payloads_are_written_out() -> None:
    old = flow("4.0", {"type": "Form", "name": "f", "init-values": {"day": "1767225600000"}, "children": [PICKER]})
    old["screens"][0]["data"] = {"last": {"type": "string", "__example__": "x"}}
    first = flow("4.0")["screens"][0] | {"id": "FIRST", "terminal": False}
    first["layout"]["children"][0]["on-click-action"] = {
        "name": "navigate",
        "next": {"type": "screen", "name": "ONLY"},
        "payload": {"last": "1798675200000"},
    }
    old["screens"].insert(0, first)
    value = parse(upgraded(old, "5.0").text).value
    assert value["screens"][1]["layout"]["children"][0]["init-values"] == {"day": "2026-01-01"}
    assert value["screens"][0]["layout"]["children"][0]["on-click-action"]["payload"] == {"last": "2026-12-31"}


def test_titles_are_filled() -> None:
    result = upgraded(flow("4.0", id="PICK_A_SHOP", title=" "), "5.0")
    assert parse(result.text).value["screens"][0]["title"] == "Pick a shop"
    assert decisions(result) == ['5.0 PICK_A_SHOP: Title: is "Pick a shop" right?']


def test_blank_texts_go() -> None:
    field = {"type": "TextInput", "name": "first_name", "label": " ", "helper-text": ""}
    group = GROUP | {"label": "Shop", "data-source": [{"id": "a", "title": "A", "description": " "}]}
    lines = {"type": "TextBody", "text": ["one", "", "two"]}
    result = upgraded(flow("5.1", field, group, lines), "6.0")
    assert children(result)[:3] == [
        {"type": "TextInput", "name": "first_name", "label": "First name"},
        GROUP | {"label": "Shop"},
        {"type": "TextBody", "text": ["one", "two"]},
    ]
    assert result.report.is_valid
    assert decisions(result) == ['6.0 ONLY: TextInput "first_name": is "First name" the right label?']


def test_texts_in_backticks_stay_plain() -> None:
    result = upgraded(flow("5.1", {"type": "TextBody", "text": "`it's`"}), "6.0")
    assert children(result)[0]["text"] == "`'\\`it\\'s\\`'`"
    assert result.report.is_valid
    assert _drawn(result.text) == _drawn(json.dumps(flow("5.1", {"type": "TextBody", "text": "`it's`"})))


def test_layout_is_added() -> None:
    old = flow("5.1")
    old["screens"].append({"id": "EMPTY", "title": "Empty"})
    result = upgraded(old, "6.0")
    assert parse(result.text).value["screens"][1]["layout"] == {"type": "SingleColumnLayout", "children": []}
    assert any("The screen is empty" in line for line in decisions(result))


def test_heavy_option_images_are_told() -> None:
    group = GROUP | {"label": "Shop", "data-source": [{"id": "a", "title": "A", "image": "iVBO" * 40_000}]}
    assert 'image of option "a" has 117 KB' in decisions(upgraded(flow("5.1", group), "6.0"))[0]


def test_actions_that_run_on_drawing_are_told() -> None:
    choice = GROUP | {
        "label": "Shop",
        "init-value": "a",
        "on-select-action": {"name": "data_exchange", "payload": {}},
    }
    old = flow("5.1", choice) | {"data_api_version": "3.0", "routing_model": {"ONLY": []}}
    assert "now also runs when the screen is drawn" in decisions(upgraded(old, "6.3"))[0]
    assert decisions(upgraded(old, "7.0")) == []
    six = old | {"version": "6.0"}
    assert "no longer runs when the screen is drawn. Send what it fetched" in decisions(upgraded(six, "7.0"))[0]


def test_values_of_a_form_are_settled() -> None:
    form = {
        "type": "Form",
        "name": "form",
        "init-values": {"shops": "a", "shop": ["a"], "agree": "true", "note": 5, "age": 5, "nobody": 1},
        "children": [
            GROUP | {"type": "CheckboxGroup", "name": "shops", "label": "Shops"},
            GROUP | {"name": "shop", "label": "Shop"},
            {"type": "OptIn", "name": "agree", "label": "I agree"},
            {"type": "TextInput", "name": "note", "label": "Note"},
            {"type": "TextInput", "name": "age", "label": "Age", "input-type": "number"},
        ],
    }
    result = upgraded(flow("6.0", form), "7.0")
    assert children(result)[0]["init-values"] == {
        "shops": ["a"],
        "shop": "a",
        "agree": True,
        "note": "5",
        "age": 5,
    }
    assert result.report.is_valid


def test_several_forms_become_none() -> None:
    one = {"type": "Form", "name": "one", "children": [{"type": "TextInput", "name": "a", "label": "A"}]}
    two = {"type": "Form", "name": "two", "children": [{"type": "TextInput", "name": "b", "label": "B"}]}
    result = upgraded(flow("6.0", one, {"type": "TextBody", "text": "Between"}, two), "7.0")
    assert [child["type"] for child in children(result)] == ["TextInput", "TextBody", "TextInput", "Footer"]
    assert result.report.is_valid


def test_ids_lose_their_commas() -> None:
    old = flow("6.0")
    old["screens"][0]["id"] = "LAST,ONE"
    first = flow("6.0")["screens"][0] | {"id": "___", "terminal": False}
    first["layout"]["children"][0]["on-click-action"] = {
        "name": "navigate",
        "next": {"type": "screen", "name": "LAST,ONE"},
    }
    old["screens"].insert(0, first)
    result = upgraded(old, "7.0")
    screens = parse(result.text).value["screens"]
    assert [screen["id"] for screen in screens] == ["SCREEN___", "LAST_ONE"]
    assert screens[0]["layout"]["children"][0]["on-click-action"]["next"]["name"] == "LAST_ONE"
    assert result.report.is_valid


def test_payloads_match_the_next_screen() -> None:
    old = json.loads(json.dumps(STATIC_FLOW)) | {"version": "7.2"}
    last = old["screens"][1]
    last["data"] |= {
        "phone": {"type": "string", "__example__": "1"},
        "customer": {"type": "string", "__example__": "Ada"},
        "city": {"type": "string", "__example__": "Ghent"},
    }
    payload = old["screens"][0]["layout"]["children"][0]["children"][3]["on-click-action"]["payload"]
    payload["extra"] = "${form.phone}"
    result = upgraded(old)
    sent = parse(result.text).value["screens"][0]["layout"]["children"][0]["children"][3]["on-click-action"]["payload"]
    assert sent == {"email": "${form.email}", "phone": "${form.phone}", "customer": "${data.customer}"}
    assert any('"LAST" has a field "city". What is to be sent for it?' in line for line in decisions(result))


def test_what_the_next_screen_reads_is_declared_there_and_still_sent() -> None:
    old = json.loads(json.dumps(STATIC_FLOW)) | {"version": "7.2"}
    last = old["screens"][1]
    last["layout"]["children"].insert(0, {"type": "TextBody", "text": "${data.said}"})
    last["layout"]["children"].insert(0, {"type": "TextBody", "text": "${data.unknown}"})
    payload = old["screens"][0]["layout"]["children"][0]["children"][3]["on-click-action"]["payload"]
    payload |= {"said": "${form.phone}", "unknown": "${data.nothing}"}
    result = upgraded(old)
    new = parse(result.text).value
    sent = new["screens"][0]["layout"]["children"][0]["children"][3]["on-click-action"]["payload"]
    assert sent["said"] == "${form.phone}"
    assert new["screens"][1]["data"]["said"] == {"type": "string", "__example__": "Example"}
    assert sent["unknown"] == "${data.nothing}"
    assert any('"LAST" reads "unknown" and does not declare it' in line for line in decisions(result))


def test_same_version_changes_nothing() -> None:
    result = upgraded(ENDPOINT_FLOW)
    assert (result.edits, result.done, result.decisions) == ((), [], [])


def test_errors_from_before_are_told() -> None:
    old = flow("6.0", {"type": "TextBody", "text": "${data.nothing}"})
    assert decisions(upgraded(old)) == ["7.3 : 1 error of the old version stayed; headrace check tells which."]


@pytest.mark.parametrize(
    ("value", "to", "reason"),
    [
        (flow("7.0"), "6.3", "is of version 7.0 already"),
        (flow("7.0"), "7.4", "7.4 is not a public version"),
        (flow("5.2"), "7.3", "names no public version"),
        (flow("x"), "7.3", "names no public version"),
        ({"screens": []}, "7.3", "names no public version"),
        ([], "7.3", "names no public version"),
    ],
)
def test_refusals(value: Any, to: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        upgraded(value, to)


def test_broken_text_is_refused() -> None:
    with pytest.raises(Refused, match="must be mended first") as refusal:
        upgrade(parse('{"version": "6.0",}'), today=TODAY)
    assert refusal.value.span != NOWHERE


@given(VALUES, VALUES, VALUES)
def test_nothing_but_a_refusal_is_raised(one: Any, other: Any, data: Any) -> None:
    for version in ("2.1", "4.0", "6.3"):
        value: Any = flow(version, {"type": "Form", "name": "f", "children": [one, other], "init-values": data})
        value["screens"] += [one, {"id": "B", "data": data, "layout": other}]
        value["screens"][0]["data"] = data
        try:
            result = upgraded(value)
        except Refused:
            continue
        assert parse(result.text).value["version"] == str(NEWEST)


@given(st.sampled_from(["2.1", "3.1", "4.0", "6.0", "7.2"]), VALUES, st.data())
def test_a_spoiled_flow_is_upgraded_all_the_same(version: str, value: Any, data: st.DataObject) -> None:
    group = GROUP | {"on-select-action": {"name": "data_exchange", "payload": {"a": "${form.shop_choice}"}}}
    whole = flow(version, FORM, PICKER, group) | {"data_api_version": "3.0", "routing_model": {"ONLY": []}}
    whole["screens"] += json.loads(json.dumps(STATIC_FLOW["screens"]))
    spoiled = json.loads(json.dumps(whole))
    path = data.draw(st.sampled_from([path for path in paths_of(spoiled)[1:] if path != ("version",)]))
    if data.draw(st.booleans()):
        at(spoiled, path[:-1])[path[-1]] = value
    else:
        del at(spoiled, path[:-1])[path[-1]]
    result = upgraded(spoiled)
    assert parse(result.text).value["version"] == str(NEWEST)
    assert applied(json.dumps(spoiled, indent=2), result.edits) == result.text


@pytest.mark.parametrize("data", [None, [], "none", 5])
def test_a_field_that_is_sent_and_read_where_data_is_no_object(data: Any) -> None:
    """It is declared where nothing would be lost by that, else a person is asked."""
    whole = json.loads(json.dumps(STATIC_FLOW)) | {"version": "2.1"}
    receiver = whole["screens"][-1]
    assert "data" in receiver
    receiver["data"] = data
    result = upgraded(whole)
    declared = parse(result.text).value["screens"][-1]["data"]
    if data is None:
        assert {name: schema["type"] for name, schema in declared.items()} == {"email": "string"}
    else:
        assert declared == data
        assert "its data is no object" in " ".join(decisions(result))


GOOD = corpus_documents("official", "valid")


def _drawn(text: str) -> list[Any]:
    """What a phone shows of every screen, filled with the examples; without keys, which tell the place in the text."""
    value = parse(text).value
    program = Program.compile(text)
    shown = []
    for screen in value["screens"]:
        data = {
            name: schema["__example__"]
            for name, schema in screen.get("data", {}).items()
            if isinstance(schema, dict) and "__example__" in schema
        }
        session = Session.start(program, Opening(screen=screen["id"], data=data, any_screen=True))
        session.handle(Open())
        shown.append(_plain(session.view()))
    return shown


def _plain(view: Any) -> Any:
    if dataclasses.is_dataclass(view) and not isinstance(view, type):
        members = {one.name: getattr(view, one.name) for one in dataclasses.fields(view)}
        return {name: _plain(value) for name, value in members.items() if name not in ("key", "id", "version")}
    if isinstance(view, list | tuple):
        return [_plain(one) for one in view]
    return view


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_documents_stay_good(path: Path) -> None:
    document = parse(path.read_bytes())
    result = upgrade(document, today=TODAY)
    assert result.report.errors == []
    assert applied(document.text, result.edits) == result.text
    if _drawn(result.text) != _drawn(document.text):
        asked = " ".join(decisions(result))
        assert path.stem in DRAWN_OTHERWISE
        assert any(word in asked for word in ("label", "when the screen is drawn"))


DRAWN_OTHERWISE = {"001", "058", "059"}
"""What a person is asked to decide can be seen here: labels that were not there, a calendar that no longer asks."""


@pytest.mark.parametrize("version", [str(one) for one in VERSIONS if Version(3, 0) <= one < NEWEST])
@pytest.mark.parametrize("endpoint", [False, True], ids=["alone", "with endpoint"])
def test_generated_flows_draw_the_same_screens(version: str, endpoint: bool) -> None:
    luck = random.Random(f"{version} {endpoint}")
    for _ in range(5):
        document = parse(json.dumps(valid_flow(luck, version, endpoint=endpoint), indent=2))
        result = upgrade(document, today=TODAY)
        assert result.report.errors == []
        if not any("label" in one for one in decisions(result)):
            assert _drawn(result.text) == _drawn(document.text)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_every_version_on_the_way_is_good(path: Path) -> None:
    document = parse(path.read_bytes())
    start = Version.parse(document.value["version"])
    for version in VERSIONS:
        if version >= start and check(document, today=TODAY).is_valid:
            result = upgrade(document, version, today=TODAY)
            assert [one.message for one in result.report.errors] == []
