"""Completion through a real client, in whole and in half-typed documents."""

import json
from datetime import date

import pytest
from lsprotocol import types
from tests.cli.language_server.editor import Editor, plain
from tests.cli.language_server.flows import FLOW, at, with_line

from headrace.flowjson.checks import check

pytestmark = pytest.mark.anyio


def errors(text: str) -> list[str]:
    return [one.rule for one in check(text, today=date(2026, 11, 22)).errors]


async def test_component_types(editor: Editor) -> None:
    uri, place = editor.open(with_line('{ "type": "§" },'))
    found = await editor.complete(uri, place)
    assert {"TextInput", "DatePicker", "If"} <= set(found)
    assert '{ "type": "TextInput" },' in editor.accepted(uri, found["TextInput"])
    documentation = found["TextInput"].documentation
    assert isinstance(documentation, types.MarkupContent)
    assert "`label`" in documentation.value


async def test_component_types_of_the_version_and_the_place(editor: Editor) -> None:
    old = with_line('{ "type": "§" },').replace('"7.3"', '"6.0"')
    found = await editor.complete(*editor.open(old))
    assert "CalendarPicker" not in found
    assert "PhotoPicker" in found
    inside = with_line('{ "type": "If", "condition": "${form.news}", "then": [{ "type": "§" }] },')
    found = await editor.complete(*editor.open(inside))
    assert "RichText" not in found
    assert "TextBody" in found


async def test_whole_components_with_what_they_need(editor: Editor) -> None:
    uri, place = editor.open(with_line("§"))
    found = await editor.complete(uri, place)
    item = found["Dropdown"]
    assert item.insert_text_format is types.InsertTextFormat.Snippet
    after = editor.accepted(uri, item)
    added = json.loads(after)["screens"][0]["layout"]["children"][2]
    assert added == {"type": "Dropdown", "name": "", "label": "", "data-source": [{"id": "", "title": ""}]}


async def test_properties(editor: Editor) -> None:
    uri, place = editor.open(with_line('{ "type": "TextInput", "name": "age", §},'))
    found = await editor.complete(uri, place)
    assert "name" not in found
    assert {"label", "input-type", "helper-text", "label-variant"} <= set(found)
    assert found["label"].detail == "string, required"
    assert min(found.values(), key=lambda item: item.sort_text or "").label == "label"
    after = editor.accepted(uri, found["input-type"])
    assert json.loads(after)["screens"][0]["layout"]["children"][2]["input-type"] == "number"


async def test_all_required_properties_at_once(editor: Editor) -> None:
    uri, place = editor.open(with_line('{ "type": "TextInput", § },'))
    found = await editor.complete(uri, place)
    added = json.loads(editor.accepted(uri, found["required: name, label"]))["screens"][0]["layout"]["children"][2]
    assert added == {"type": "TextInput", "name": "", "label": ""}


async def test_properties_of_the_version(editor: Editor) -> None:
    old = with_line('{ "type": "TextInput", § },').replace('"7.3"', '"6.0"')
    found = await editor.complete(*editor.open(old))
    assert "label-variant" not in found
    assert "init-value" in found


async def test_key_alone_where_a_value_stands_already(editor: Editor) -> None:
    uri, place = editor.open(with_line('{ "type": "TextInput", "name": "age", "lab§": "Age" },'))
    found = await editor.complete(uri, place)
    added = json.loads(editor.accepted(uri, found["label"]))["screens"][0]["layout"]["children"][2]
    assert added == {"type": "TextInput", "name": "age", "label": "Age"}


async def test_commas_come_with_a_property(editor: Editor) -> None:
    uri, place = editor.open(with_line('{ "type": "TextInput"\n§\n "name": "age" },'))
    found = await editor.complete(uri, place)
    added = json.loads(editor.accepted(uri, found["label"]))["screens"][0]["layout"]["children"][2]
    assert added == {"type": "TextInput", "label": "", "name": "age"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{ "type": "TextInput", "input-type": "§" },', ["text", "number", "email", "password", "passcode", "phone"]),
        ('{ "type": "TextInput", "required": §},', ["true", "false"]),
        ('{ "type": "CalendarPicker", "include-days": ["Mon", "§"] },', ["Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]),
        ('{ "type": "Footer", "on-click-action": { "name": "§" } },', ["navigate", "data_exchange", "complete"]),
        ('{ "type": "If", "condition": true, "§" },', ["then", "else"]),
        ('{ "type": "EmbeddedLink", "on-click-action": { "name": "open_url", "§" } },', ["url"]),
    ],
    ids=lambda value: value[:50] if isinstance(value, str) else "",
)
async def test_values_and_keys_there_can_be(editor: Editor, line: str, expected: list[str]) -> None:
    found = await editor.complete(*editor.open(with_line(line)))
    own = [label for label in found if not label.startswith(("$", "required:"))]
    assert own == expected


async def test_booleans_replace_their_quotes(editor: Editor) -> None:
    uri, place = editor.open(with_line('{ "type": "TextInput", "required": "§" },'))
    found = await editor.complete(uri, place)
    assert '"required": true }' in editor.accepted(uri, found["true"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (at('"name": "§THANKS" }'), "THANKS"),
        (at('"ORDER": ["§THANKS"]'), "THANKS"),
        (FLOW.replace('"THANKS": []', '"THANKS": ["§"]'), "ORDER"),
        (FLOW.replace('"THANKS": []', '"§": []'), "THANKS"),
    ],
    ids=["next.name", "a target", "an empty target", "a source"],
)
async def test_screen_ids(editor: Editor, text: str, expected: str) -> None:
    uri, place = editor.open(text)
    found = await editor.complete(uri, place)
    assert list(found) == [expected]
    assert json.loads(editor.accepted(uri, found[expected]))


@pytest.mark.parametrize(
    ("line", "wanted", "unwanted"),
    [
        ('{ "type": "TextBody", "text": "${§" },', ["data.town", "data.shop.street", "form.guest"], []),
        ('{ "type": "TextBody", "text": "${data.§}" },', ["data.town"], []),
        ('{ "type": "TextBody", "text": "`\'x\' ${§" },', ["data.town", "screen.THANKS."], []),
        ('{ "type": "TextBody", "text": "${screen.THANKS.§}" },', ["screen.THANKS.data.guest"], ["data.town"]),
        ('{ "type": "If", "condition": "${form.§} == true" },', ["form.news"], []),
        ('{ "type": "TextBody", "text": "§" },', ["${data.town}", "${form.guest}"], ["${form.news}", "${data.shop}"]),
        ('{ "type": "TextBody", "text": "`§`" },', ["${data.town}", "${form.news}"], []),
        ('{ "type": "TextInput", "enabled": "§" },', ["true", "${form.news}"], ["${data.town}"]),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else "",
)
async def test_data_and_inputs_in_references(editor: Editor, line: str, wanted: list[str], unwanted: list[str]) -> None:
    found = await editor.complete(*editor.open(with_line(line)))
    assert set(wanted) <= set(found)
    assert not set(unwanted) & set(found)


async def test_a_reference_is_closed_once(editor: Editor) -> None:
    for typed in ('"${da§"', '"${da§}"'):
        uri, place = editor.open(with_line(f'{{ "type": "TextBody", "text": {typed} }},'))
        found = await editor.complete(uri, place)
        assert '"text": "${data.town}" }' in editor.accepted(uri, found["data.town"])


async def test_payload_of_what_the_target_is_given(editor: Editor) -> None:
    uri, place = editor.open(FLOW.replace('"payload": { "guest": "${form.guest}" }', '"payload": { § }', 1))
    found = await editor.complete(uri, place)
    assert errors(editor.text(uri)) != []
    assert errors(editor.accepted(uri, found["guest"])) == []


async def test_component_names(editor: Editor) -> None:
    text = FLOW.replace('"title": "🥖 Order",', '"title": "🥖 Order",\n "sensitive": ["§"],')
    found = await editor.complete(*editor.open(text))
    assert list(found) == ["guest", "news"]


async def test_versions(editor: Editor) -> None:
    found = await editor.complete(*editor.open(at('"version": "§7.3"')))
    assert list(found)[:2] == ["7.3", "7.2"]
    assert found["4.0"].detail == "frozen on 2025-04-08"


@pytest.mark.parametrize(
    ("line", "label", "after"),
    [
        ('{ "type": "Te§', "TextInput", '{ "type": "TextInput"'),
        ('{ "type": "TextInput", "lab§', "label", '"label": ""'),
        ('{ "type": "TextInput", lab§', "label", '"label": ""'),
        ('{ "type": "TextInput", "input-type": "em§', "email", '"input-type": "email"'),
        ('{ "type": "TextBody", "text": "${form.g§', "form.guest", '"text": "${form.guest}'),
        (
            '{ "type": "EmbeddedLink", "on-click-action": { "name": "navigate", "next": { "name": "T§',
            "THANKS",
            '"THANKS"',
        ),
        ('{ "type": "TextInput", "required": t§', "true", '"required": true'),
    ],
    ids=lambda value: value[:60],
)
async def test_half_typed_documents(editor: Editor, line: str, label: str, after: str) -> None:
    uri, place = editor.open(with_line(line))
    found = await editor.complete(uri, place)
    assert after in editor.accepted(uri, found[label])


async def test_nothing_in_other_files(editor: Editor) -> None:
    package = '{ "name": "shop", "version": "1.0.0", "scripts": { "§": "" } }'
    uri, place = editor.open(package, "package.json")
    assert await editor.complete(uri, place) == {}
    uri, place = editor.open(with_line('{ "type": "§" },'), "notes.md", "markdown")
    assert await editor.complete(uri, place) == {}


def test_snippets_are_read_back() -> None:
    assert plain('"a": "${1:\\${data.x\\}}", ${2|true,false|} $3\\}') == '"a": "${data.x}", true }'


async def test_an_empty_file_begins_with_a_flow_that_is_clean(editor: Editor) -> None:
    uri, place = editor.open("§")
    found = await editor.complete(uri, place)
    assert list(found) == ["new Flow"]
    report = check(editor.accepted(uri, found["new Flow"]), today=date(2026, 11, 22))
    assert (report.errors, report.warnings, report.version) == ([], [], "7.3")


async def test_the_parts_of_a_flow_come_whole(editor: Editor) -> None:
    uri, place = editor.open("{§}", "flow.json")
    found = await editor.complete(uri, place)
    assert errors(editor.accepted(uri, found["required: version, screens"])) == []
    uri, place = editor.open('{ "version": "7.3", "screens": [§] }')
    found = await editor.complete(uri, place)
    assert next(iter(found)) == "new terminal screen", "no screen ends the Flow yet"
    assert errors(editor.accepted(uri, found["new terminal screen"])) == []
    found = await editor.complete(*editor.open(FLOW.replace('"screens": [', '"screens": [§, ')))
    assert next(iter(found)) == "new screen"
    uri, place = editor.open('{ "version": "7.3", "screens": [{ "id": "A", "layout": § }] }')
    [screen] = json.loads(editor.accepted(uri, (await editor.complete(uri, place))["{ … }"]))["screens"]
    assert screen["layout"] == {"type": "SingleColumnLayout", "children": []}


async def test_a_routing_model_is_made_of_the_actions(editor: Editor) -> None:
    made = json.loads(FLOW)
    routes = made.pop("routing_model")
    text = json.dumps(made, indent=2).replace('"7.3",', '"7.3",\n  "routing_model": §,', 1)
    uri, place = editor.open(text)
    found = await editor.complete(uri, place)
    assert json.loads(editor.accepted(uri, found["routes of the actions"]))["routing_model"] == routes


@pytest.mark.parametrize("name", ["navigate", "data_exchange", "complete"])
async def test_actions_come_with_their_members(editor: Editor, name: str) -> None:
    uri, place = editor.open(with_line('{ "type": "Footer", "label": "Go on", "on-click-action": § },'))
    found = await editor.complete(uri, place)
    footer = json.loads(editor.accepted(uri, found[name]))["screens"][0]["layout"]["children"][2]
    action = {"name": name, "payload": {}}
    if name == "navigate":
        action["next"] = {"type": "screen", "name": ""}
    assert footer["on-click-action"] == action


async def test_no_reference_that_cannot_fit(editor: Editor) -> None:
    fields = (
        '"who": { "type": "string", "__example__": "Ada" }, "count": { "type": "number", "__example__": 1 },'
        ' "options": { "type": "array", "items": { "type": "string" }, "__example__": [] }'
    )
    text = (
        '{ "version": "7.3", "screens": [{ "id": "A", "title": "T", "data": { %s }, "layout": {'
        ' "type": "SingleColumnLayout", "children": [%s] } }] }'
    )

    async def offered(component: str) -> list[str]:
        return list(await editor.complete(*editor.open(text % (fields, component))))

    assert await offered('{ "type": "Dropdown", "name": "d", "data-source": "${§}" }') == ["data.options"]
    assert await offered('{ "type": "TextInput", "name": "d", "init-value": "${§}" }') == ["data.who"], "not itself"
    assert await offered('{ "type": "TextBody", "text": "`§`" }') == ["${data.who}", "${data.count}"]
    assert await offered('{ "type": "If", "condition": "§", "then": [] }') == [
        "${data.who}", "${data.count}", "true", "false",
    ]  # fmt: skip
    sent = '"on-select-action": { "name": "data_exchange", "payload": { "d": "${form.§}" } }'
    assert "form.d" in await offered(f'{{ "type": "Dropdown", "name": "d", "data-source": [], {sent} }}')


async def test_frozen_versions_are_struck_through(anyio_backend: str) -> None:
    values = types.CompletionItemTagOptions([types.CompletionItemTag.Deprecated])
    item = types.ClientCompletionItemOptions(tag_support=values)
    text_document = types.TextDocumentClientCapabilities(
        completion=types.CompletionClientCapabilities(completion_item=item)
    )
    async with Editor(types.ClientCapabilities(text_document=text_document)) as tagging:
        found = await tagging.complete(*tagging.open('{ "version": "§" }', "flow.json"))
    assert list(found["4.0"].tags or ()) == [types.CompletionItemTag.Deprecated]
    assert found["7.3"].tags is None


async def test_editors_without_tags_get_none(editor: Editor) -> None:
    found = await editor.complete(*editor.open('{ "version": "§" }', "flow.json"))
    assert found["4.0"].tags is None


async def test_a_field_of_the_data_model_and_a_route_come_valid(editor: Editor) -> None:
    uri, place = editor.open('{ "version": "7.3", "screens": [{ "id": "A", "data": { "town": § } }] }')
    found = await editor.complete(uri, place)
    [screen] = json.loads(editor.accepted(uri, found["{ … }"]))["screens"]
    assert screen["data"] == {"town": {"type": "string", "__example__": ""}}
    uri, place = editor.open('{ "version": "7.3", "screens": [{ "id": "A" }], "routing_model": { § } }')
    found = await editor.complete(uri, place)
    assert json.loads(editor.accepted(uri, found["A"]))["routing_model"] == {"A": []}


async def test_a_data_model_is_offered_what_is_sent_to_its_screen(editor: Editor) -> None:
    text = FLOW.replace('"data": { "guest": { "type": "string", "__example__": "Ann" } },', '"data": { § },')
    text = text.replace('"guest": "${form.guest}"', '"guest": "${form.guest}", "news": "${form.news}", "price": 5')
    text = text.replace("${data.guest}", "${data.guest} ${data.shop_name}")
    uri, place = editor.open(text)
    found = await editor.complete(uri, place)
    assert {label: item.detail for label, item in found.items()} == {
        "guest": "sent by ORDER",
        "news": "sent by ORDER",
        "price": "sent by ORDER",
        "shop_name": "read on this screen",
        "new field": "with type and example",
    }
    declared = [json.loads(editor.accepted(uri, item))["screens"][1]["data"] for item in list(found.values())[:4]]
    assert declared == [
        {"guest": {"type": "string", "__example__": ""}},
        {"news": {"type": "boolean", "__example__": True}},
        {"price": {"type": "number", "__example__": 0}},
        {"shop_name": {"type": "string", "__example__": ""}},
    ]
