"""Hover, definitions, references, rename and the outline through a real client."""

import json
import re

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from tests.cli.language_server.editor import Editor
from tests.cli.language_server.flows import FLOW, at, with_line

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (at('"type": "Text§Input"'), ["**TextInput**", "field of one line", "`label`"]),
        (at('"la§bel": "🥖🥖 Name"'), ["**label**", "required", "may be a binding", "20 characters"]),
        (at('"${data.to§wn}"'), ["**data.town**", "string", '"Ulm"']),
        (at('"${form.gue§st}"'), ["**form.guest**", "TextInput of ORDER", "Name"]),
        (at("${screen.ORDER.data.to§wn}"), ["string · data of ORDER", '"Ulm"']),
        (at("${screen.OR§DER.data.town}"), ["**ORDER**", "TextBody, TextInput, OptIn, Footer"]),
        (at('"name": "THA§NKS"'), ["**THANKS**", "terminal", "`guest`"]),
        (at('"navi§gate"'), ["**navigate**", "Goes to another screen"]),
        (at('"version": "7§.3"'), ["**Flow JSON 7.3**", "2025-09-10"]),
        (at('"§data_api_version"'), ["endpoint"]),
        (at('"payload": { "gu§est": "${form'), ["**data.guest**", '"Ann"']),
        (with_line('{ "type": "TextInput", "label-v§ariant": "large" },').replace("7.3", "6.0"), ["not in 6.0 yet"]),
        (with_line('{ "type": "TextInput", "helper-t§ext": "'), ["**helper-text**"]),
    ],
    ids=lambda value: "",
)
async def test_hover(editor: Editor, text: str, words: list[str]) -> None:
    shown = await editor.hover(*editor.open(text))
    assert [word for word in words if word not in shown] == []


async def test_hover_marks_what_it_is_about(editor: Editor) -> None:
    uri, place = editor.open(at('"lab§el": "🥖🥖 Name"'))
    params = types.HoverParams(types.TextDocumentIdentifier(uri), place)
    found = await editor.client.text_document_hover_async(params)
    assert found
    assert found.range
    assert editor.slice(uri, found.range) == "label"


@pytest.mark.parametrize(
    ("text", "declared", "whole"),
    [
        (at('"name": "THA§NKS"'), "THANKS", '{\n      "id": "THANKS"'),
        (at('["THA§NKS"]'), "THANKS", '{\n      "id": "THANKS"'),
        (at("${screen.OR§DER.form"), "ORDER", '{\n      "id": "ORDER"'),
        (at('"${data.to§wn}"'), "town", '"town": { "type": "string", "__example__": "Ulm" }'),
        (at("${screen.ORDER.data.to§wn}"), "town", '"town": {'),
        (at('"${form.gu§est}"'), "guest", '{ "type": "TextInput", "name": "guest"'),
        (at("${screen.ORDER.form.gu§est}"), "guest", '{ "type": "TextInput", "name": "guest"'),
        (at('"payload": { "gu§est": "${form'), "guest", '"guest": { "type": "string", "__example__": "Ann" }'),
        (
            with_line('{ "type": "TextBody", "text": "${data.shop.str§eet}" },'),
            "street",
            '"street": { "type": "string" }',
        ),
        (with_line('{ "type": "TextBody", "text": "${data.to§wn}"'), "town", '"town": {'),
    ],
    ids=lambda value: "",
)
async def test_definition(editor: Editor, text: str, declared: str, whole: str) -> None:
    uri, place = editor.open(text)
    (link,) = await editor.definition(uri, place)
    assert link.target_uri == uri
    assert editor.slice(uri, link.target_selection_range) == declared
    assert editor.slice(uri, link.target_range).startswith(whole)


async def test_references_and_highlights(editor: Editor) -> None:
    uri, place = editor.open(at('"id": "OR§DER"'))
    lines = await editor.references(uri, place)
    assert len(lines) == 4
    assert all("ORDER" in line for line in lines)
    assert len(await editor.references(uri, place, declared=False)) == 3
    assert await editor.highlights(uri, place) == ["ORDER"] * 4
    uri, place = editor.open(at('"name": "gu§est"'))
    assert await editor.highlights(uri, place) == ["guest"] * 3


async def test_rename_of_a_screen(editor: Editor) -> None:
    uri, place = editor.open(at('"name": "THA§NKS"'))
    prepared = await editor.prepare_rename(uri, place)
    assert (editor.slice(uri, prepared.range), prepared.placeholder) == ("THANKS", "THANKS")
    after = editor.applied(uri, await editor.rename(uri, place, "GOOD_BYE"))
    assert after == FLOW.replace('"THANKS"', '"GOOD_BYE"')


async def test_rename_of_a_component(editor: Editor) -> None:
    uri, place = editor.open(at('"name": "gu§est"').replace("\n", "\r\n"))
    after = editor.applied(uri, await editor.rename(uri, place, "customer"))
    assert after == re.sub(
        r'form\.guest|(?<="name": ")guest', lambda one: one[0].replace("guest", "customer"), FLOW
    ).replace("\n", "\r\n")


async def test_rename_of_a_field(editor: Editor) -> None:
    uri, place = editor.open(at('"${data.to§wn}"'))
    after = editor.applied(uri, await editor.rename(uri, place, "city"))
    assert after == FLOW.replace('"town"', '"city"').replace("data.town", "data.city")


async def test_rename_tells_why_it_cannot_be(editor: Editor) -> None:
    uri, place = editor.open(at('"id": "OR§DER"'))
    for new, words in (("THANKS", "already a screen"), ("SUCCESS", "is taken"), ("1", "letters and underscores")):
        with pytest.raises(JsonRpcException, match=words):
            await editor.rename(uri, place, new)
    uri, place = editor.open(at('"ti§tle"'))
    assert await editor.prepare_rename(uri, place) is None
    with pytest.raises(JsonRpcException, match="nothing to rename"):
        await editor.rename(uri, place, "heading")


async def test_rename_beside_broken_text(editor: Editor) -> None:
    uri, place = editor.open(
        with_line('{ "type": "TextInput" "name": "x" },').replace('"name": "guest"', '"name": "gu§est"')
    )
    after = editor.applied(uri, await editor.rename(uri, place, "customer"))
    assert after.count("customer") == 3


async def test_outline(editor: Editor) -> None:
    uri, _ = editor.open(FLOW)
    order, thanks = await editor.symbols(uri)
    assert (order.name, order.detail) == ("ORDER", "🥖 Order")
    assert [child.name for child in order.children or ()] == [
        "town", "shop", "TextBody", "TextInput guest", "OptIn news", "Footer",
    ]  # fmt: skip
    assert editor.slice(uri, thanks.selection_range) == '"THANKS"'
    assert json.loads(editor.slice(uri, thanks.range))["id"] == "THANKS"
    for screen in (order, thanks):
        for child in screen.children or ():
            outer, inner = editor.slice(uri, child.range), editor.slice(uri, child.selection_range)
            assert inner in outer


async def test_outline_of_half_a_document(editor: Editor) -> None:
    uri, _ = editor.open(FLOW[: FLOW.index('"news"')])
    (order,) = await editor.symbols(uri)
    assert [child.name for child in order.children or ()][-2:] == ["TextInput guest", "OptIn"]
