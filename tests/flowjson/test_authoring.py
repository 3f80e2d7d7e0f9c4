"""Flows written in Python: what comes out, and what the classes say of themselves."""

import base64
import dataclasses
import doctest
import importlib
import json
import typing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.flowjson import authoring
from headrace.flowjson.authoring import (
    HERE,
    MISSING,
    CheckboxGroup,
    Chip,
    Complete,
    Component,
    DataExchange,
    DatePicker,
    Field,
    Flow,
    Footer,
    If,
    Image,
    Input,
    Model,
    Navigate,
    Next,
    OpenUrl,
    OptIn,
    Option,
    Range,
    RichText,
    Screen,
    SingleColumnLayout,
    Switch,
    TextBody,
    TextHeading,
    TextInput,
    UpdateData,
    data,
    expression,
    form,
    joined,
    screen,
)
from headrace.flowjson.authoring import model as model_module
from headrace.flowjson.authoring import references as references_module
from headrace.flowjson.authoring.dates import CalendarPicker
from headrace.flowjson.catalogue import COMPONENTS, NEWEST
from headrace.flowjson.catalogue.actions import ACTION_NAMES
from headrace.flowjson.document import parse
from headrace.flowjson.expressions import resolve
from headrace.flowjson.formatting import formatted


def children(*components: Component, **members: Any) -> list[Any]:
    """The JSON of components on a screen."""
    flow = Flow(version="7.3", screens=[Screen(id="A", title="A", layout=list(components), **members)])
    found: list[Any] = flow.to_json()["screens"][0]["layout"]["children"]
    return found


class Values:
    """A scope that knows the name of a person."""

    def lookup(self, path: tuple[str, ...]) -> Any:
        return {"data.name": "Ada", "form.age": "40"}[".".join(path)]


@pytest.mark.parametrize("module", [authoring, references_module])
def test_the_examples_in_the_documentation_run(module: Any) -> None:
    result = doctest.testmod(module)
    assert (result.failed, result.attempted > 3) == (0, True)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (data("name"), "${data.name}"),
        (data("customer.name"), "${data.customer.name}"),
        (form("stay.start-date"), "${form.stay.start-date}"),
        (screen("DETAILS").data("total"), "${screen.DETAILS.data.total}"),
        (screen("DETAILS").form("email"), "${screen.DETAILS.form.email}"),
        (expression("${form.age} >= 18"), "`${form.age} >= 18`"),
        (Field(name="total", type="number", example=3), "${data.total}"),
        (OptIn(name="terms", label="I agree"), "${form.terms}"),
    ],
)
def test_what_stands_for_a_value_of_the_phone(written: authoring.Bound, text: str) -> None:
    assert (written.binding, str(written), f"{written}") == (text, text, text)
    (body,) = children(TextBody(text=written))
    assert body == {"type": "TextBody", "text": text}


@pytest.mark.parametrize("name", ["", "first name", "a..b", "naïve", "a}", "a\n"])
def test_a_name_that_cannot_be_referred_to_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no reference"):
        data(name)


def test_references_are_made_from_what_has_a_name() -> None:
    email = TextInput(name="email", label="E-mail")
    total = Field(name="total", type="number", example=1)
    details = Screen(id="DETAILS", title="Details", data=[total], layout=[email])
    assert screen(details).form(email) == screen("DETAILS").form("email")
    assert screen(details).data(total) == screen("DETAILS").data("total")
    assert form(email) == form("email")
    with pytest.raises(TypeError, match="no name"):
        form(expression("1"))
    with pytest.raises(TypeError, match="named by its id"):
        screen(7)


def test_an_input_is_itself_where_components_stand_and_a_reference_everywhere_else() -> None:
    terms = OptIn(name="terms", label="I agree")
    extra = TextInput(name="more", label="More", visible=terms)
    footer = Footer(label="Send", enabled=terms, on_click_action=Complete(payload={"terms": terms, "all": [extra]}))
    made = children(terms, If(condition=terms, then=[extra], else_=[terms]), footer)
    assert made[0]["name"] == "terms"
    assert made[1] == {
        "type": "If",
        "condition": "${form.terms}",
        "then": [{"type": "TextInput", "name": "more", "label": "More", "visible": "${form.terms}"}],
        "else": [{"type": "OptIn", "name": "terms", "label": "I agree"}],
    }
    assert made[2]["enabled"] == "${form.terms}"
    assert made[2]["on-click-action"]["payload"] == {"terms": "${form.terms}", "all": ["${form.more}"]}


def test_short_ways_of_writing() -> None:
    done = Screen(id="DONE", title="Done", layout=[TextHeading(text="Done")])
    for target in (done, "DONE", Next(name="DONE")):
        (footer,) = children(Footer(label="Go", on_click_action=Navigate(next=target)))
        assert footer["on-click-action"] == {"name": "navigate", "next": {"name": "DONE", "type": "screen"}}
    short = Screen(id="A", title="A", layout=[TextHeading(text="x")])
    long = Screen(id="A", title="A", layout=SingleColumnLayout(children=[TextHeading(text="x")]))
    assert Flow(version="7.3", screens=[short]).to_json() == Flow(version="7.3", screens=[long]).to_json()


def test_dates_and_pictures_are_written_as_flow_json_wants_them() -> None:
    picker = DatePicker(
        name="d", label="Day", min_date=date(2026, 1, 2), max_date="2026-12-31", unavailable_dates=[date(2026, 5, 1)]
    )
    stay = CalendarPicker(
        name="s",
        mode="range",
        label=Range(start_date="From", end_date="To"),
        init_value=Range(start_date=date(2026, 1, 1)),
    )
    picture = Image(src=b"\x89PNG", alt_text="A logo")
    made = children(picker, stay, picture)
    assert made[0]["min-date"] == "2026-01-02"
    assert made[0]["unavailable-dates"] == ["2026-05-01"]
    assert made[1]["label"] == {"start-date": "From", "end-date": "To"}
    assert made[1]["init-value"] == {"start-date": "2026-01-01"}
    assert base64.b64decode(made[2]["src"]) == b"\x89PNG"


def test_a_data_model_is_a_list_of_fields_or_a_mapping() -> None:
    fields = [
        Field(name="total", type="number", example=12.5),
        Field(name="slots", type="array", items={"type": "object"}, example=[], extra={"minItems": 1}),
    ]
    value = Flow(version="7.3", screens=[Screen(id="A", title="A", data=fields, layout=[])]).to_json()
    assert list(value["screens"][0]) == ["id", "title", "data", "layout"]
    assert json.dumps(value["screens"][0]["data"]) == json.dumps(
        {
            "total": {"type": "number", "__example__": 12.5},
            "slots": {"type": "array", "items": {"type": "object"}, "minItems": 1, "__example__": []},
        }
    )
    mapping = {"required": ["total"], "total": {"type": "number", "__example__": 1}}
    value = Flow(version="7.3", screens=[Screen(id="A", title="A", data=mapping, layout=[])]).to_json()
    assert value["screens"][0]["data"] == mapping


def test_a_data_model_that_cannot_be_written_is_refused() -> None:
    total = Field(name="total", type="number", example=1)
    twice = Flow(version="7.3", screens=[Screen(id="A", title="A", data=[total, total], layout=[])])
    with pytest.raises(ValueError, match="are called 'total'"):
        twice.to_json()
    odd: Any = ["total"]
    with pytest.raises(TypeError, match="list of Field"):
        Flow(version="7.3", screens=[Screen(id="A", title="A", data=odd, layout=[])]).to_json()


def test_keys_come_in_the_documented_order_or_in_that_of_the_arguments() -> None:
    flow = Flow(
        screens=[
            Screen(
                layout=[
                    Switch(cases={}, value=data("kind")),
                    TextInput(label="L", name="n", extra={"x": 1}, required=True),
                ],
                title="A",
                id="A",
            )
        ],
        version="7.3",
        routing_model={},
    )
    assert list(flow.to_json()) == ["version", "routing_model", "screens"]
    first = flow.to_json()["screens"][0]
    assert list(first) == ["id", "title", "layout"]
    assert [list(each) for each in first["layout"]["children"]] == [
        ["type", "value", "cases"],
        ["type", "name", "label", "required", "x"],
    ]
    assert formatted(parse(flow.to_text())) == flow.to_text()

    flow.key_order = "written"
    assert list(flow.to_json()) == ["screens", "version", "routing_model"]
    first = flow.to_json()["screens"][0]
    assert list(first) == ["layout", "title", "id"]
    assert [list(each) for each in first["layout"]["children"]] == [
        ["type", "cases", "value"],
        ["type", "label", "name", "x", "required"],
    ]
    assert json.dumps(json.loads(flow.to_text())) == json.dumps(flow.to_json())


def test_members_without_an_argument() -> None:
    field = TextInput(label="L", extra={"before": 1, "label": HERE, "after": None}, name=MISSING)
    assert children(field) == [{"type": "TextInput", "label": "L", "before": 1, "after": None}]
    flow = Flow(version="7.3", screens=[{"id": "A", "anything": True}], key_order="written", extra={"a": field})
    assert flow.to_json()["screens"] == [{"id": "A", "anything": True}]


def test_a_place_is_only_for_members_there_are() -> None:
    absent = TextInput(label="L", name="n", extra={"required": HERE, "x": 1})
    assert children(absent) == [{"type": "TextInput", "name": "n", "label": "L", "x": 1}]
    with pytest.raises(ValueError, match="TextInput has no member 'other'"):
        children(TextInput(label="L", name="n", extra={"other": HERE}))


def test_a_component_shows_what_was_given() -> None:
    field = TextInput(label='Na"me', name="name", required=form("x"))
    assert repr(field) == "TextInput(label='Na\"me', name='name', required=form(\"x\"))"
    assert field == TextInput(name="name", label='Na"me', required=form("x"))
    assert field != TextInput(name="name", label="Name")
    copy = dataclasses.replace(field, label="Other")
    assert (copy.label, copy.name) == ("Other", "name")


@given(st.lists(st.text() | st.integers(-9, 9) | st.sampled_from([data("name"), form("age")]), min_size=1, max_size=6))
def test_joined_parts_come_out_as_one_text(parts: list[Any]) -> None:
    known = {"${data.name}": "Ada", "${form.age}": "40"}
    expected = "".join(known[part.binding] if isinstance(part, authoring.Bound) else str(part) for part in parts)
    assert resolve(joined(*parts).binding, Values(), NEWEST) == expected


def test_an_expression_is_worked_out_within_a_text() -> None:
    made = joined("In ten years: ", form("age"), " and ", expression(f"{form('age')} + 10"))
    assert resolve(made.binding, Values(), NEWEST) == "In ten years: 40 and 50"
    beside = joined(form("age"), expression(f"{form('age')} + 10"))
    assert resolve(beside.binding, Values(), NEWEST) == "4050"


def test_every_component_and_action_has_a_class_with_all_its_members() -> None:
    for name, declared in COMPONENTS.items():
        cls = getattr(authoring, name)
        assert issubclass(cls, Input if declared.value_type else Component)
        assert set(declared.properties) == set(cls.NAMES)
        assert {each.name for each in dataclasses.fields(cls)} == {*cls.NAMES.values(), "extra", "written"}
    for name in ACTION_NAMES:
        cls = model_module.action_named(name)
        assert cls
        assert getattr(authoring, cls.__name__) is cls


def test_what_is_required_by_the_newest_version_cannot_be_left_out() -> None:
    for name in COMPONENTS:
        cls = getattr(authoring, name)
        wanted = {key for key, declared in cls.SHAPE.properties.items() if declared.required and key != "type"}
        assert {cls.NAMES[key] for key in wanted} == model_module.required_of(cls)
    with pytest.raises(TypeError, match="label"):
        TextInput(name="x")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="positional"):
        TextHeading("x")  # type: ignore[call-arg, arg-type]


def test_actions_have_only_the_members_that_go_with_them() -> None:
    assert typing.get_type_hints(Footer)["on_click_action"] == DataExchange | Navigate | Complete | authoring.Raw
    with pytest.raises(TypeError, match="payload"):
        OpenUrl(url="https://example.com", payload={})  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="next"):
        UpdateData(payload={}, next="A")  # type: ignore[call-arg]


def test_docstrings_tell_versions_and_limits() -> None:
    said = {cls: " ".join((cls.__doc__ or "").split()) for cls in (TextInput, CheckboxGroup, RichText, Chip, Option)}
    assert "label: Up to 20 characters." in said[TextInput]
    assert "pattern: Since 6.2. Needs a helper-text" in said[TextInput]
    assert "data_source: 1 to 20 entries." in said[CheckboxGroup]
    assert "update_data since 6.0" in said[CheckboxGroup]
    assert "Since 5.1." in said[RichText]
    assert "At most 1 on a screen." in said[RichText]
    assert "Since 6.3." in said[Chip]
    assert r"color: Since 5.0; of the form `^#([A-Fa-f0-9]{6})$`." in said[Option]


def test_everything_made_from_the_catalogue_is_exported_and_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).parent.parent.parent
    monkeypatch.syspath_prepend(str(root / "tools"))
    generator = importlib.import_module("generate_authoring")
    for module in generator.modules():
        path = root / "src" / "headrace" / "flowjson" / "authoring" / f"{module.name}.py"
        assert path.read_text(encoding="utf-8") == generator.write(module), "run tools/generate_authoring.py"
        for source in module.sources:
            cls = getattr(authoring, source.name)
            assert issubclass(cls, Model)
            assert source.name in authoring.__all__
    assert generator.main(["--check"]) == 0
