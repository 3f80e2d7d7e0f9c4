"""Which input a member of a response comes from."""

from typing import Any

import pytest

from headrace.flowjson.origins import Origins


def screen(name: str, *children: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": name, "layout": {"type": "SingleColumnLayout", "children": list(children)}, **more}


def text_input(name: str) -> dict[str, Any]:
    return {"type": "TextInput", "name": name, "label": name.title()}


def navigate(target: str, **payload: Any) -> dict[str, Any]:
    return {"name": "navigate", "next": {"type": "screen", "name": target}, "payload": payload}


def footer(action: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Footer", "label": "Go on", "on-click-action": action}


def completing(**payload: Any) -> dict[str, Any]:
    return footer({"name": "complete", "payload": payload})


def origin(name: str, *screens: dict[str, Any]) -> tuple[str, str] | None:
    """The screen and the name of the input a member of the response comes from."""
    found = Origins({"version": "7.3", "screens": list(screens)}).input_of(name)
    return (found.screen["id"], found.component["name"]) if found else None


def test_an_input_of_the_completing_screen() -> None:
    assert origin("sent", screen("ASK", text_input("name"), completing(sent="${form.name}"))) == ("ASK", "name")


def test_an_input_in_a_form_in_a_branch_and_in_a_case() -> None:
    form = {"type": "Form", "name": "form", "children": [text_input("a")]}
    branch = {"type": "If", "condition": "true", "then": [], "else": [text_input("b")]}
    cases = {"type": "Switch", "value": "${data.x}", "cases": {"one": [text_input("c")]}}
    end = completing(x="${form.a}", y="${form.b}", z="${form.c}")
    asked = screen("ASK", form, branch, cases, end)
    assert [origin(name, asked) for name in ("x", "y", "z", "form")] == [("ASK", "a"), ("ASK", "b"), ("ASK", "c"), None]


HANDING_ON = {
    "footer": footer(navigate("END", passed="${form.name}")),
    "item of a list": {
        "type": "NavigationList",
        "name": "places",
        "list-items": [{"id": "1", "on-click-action": navigate("END", passed="${form.name}")}],
    },
    "option": {
        "type": "RadioButtonsGroup",
        "name": "choice",
        "data-source": [{"id": "1", "title": "Rye", "on-select-action": navigate("END", passed="${form.name}")}],
    },
}


@pytest.mark.parametrize("holder", HANDING_ON)
def test_data_is_followed_back_to_the_action_that_hands_it_on(holder: str) -> None:
    """The action may stand on a component, on an item of a list, or on an option."""
    first = screen("ASK", text_input("name"), HANDING_ON[holder])
    assert origin("sent", first, screen("END", completing(sent="${data.passed}"))) == ("ASK", "name")


def test_data_of_another_screen_by_a_global_reference() -> None:
    first = screen("ASK", text_input("name"), footer(navigate("MIDDLE", passed="${form.name}")))
    middle = screen("MIDDLE", footer(navigate("END")))
    end = screen("END", completing(x="${screen.MIDDLE.data.passed}", y="${screen.ASK.form.name}"))
    assert origin("x", first, middle, end) == origin("y", first, middle, end) == ("ASK", "name")


def test_through_the_endpoint_a_value_keeps_the_name_it_was_sent_under() -> None:
    asking = footer({"name": "data_exchange", "payload": {"street": "${form.address}"}})
    first = screen("ASK", text_input("address"), asking)
    assert origin("street", first) == ("ASK", "address")
    assert origin("sent", first, screen("END", completing(sent="${data.street}"))) == ("ASK", "address")


def test_of_several_actions_that_hand_a_name_on_one_that_takes_it_from_an_input_is_followed() -> None:
    plain = screen("ASK", text_input("name"), footer(navigate("END", passed="nothing")))
    filled = screen("MORE", text_input("other"), footer(navigate("END", passed="${form.other}")))
    end = screen("END", completing(sent="${data.passed}"))
    assert origin("sent", plain, filled, end) == ("MORE", "other")


def test_a_literal_comes_from_no_input() -> None:
    first = screen("ASK", text_input("passed"), footer(navigate("END", passed="fixed")))
    assert origin("sent", first, screen("END", completing(sent="${data.passed}"))) is None


def test_what_no_action_sends_is_the_input_of_that_name() -> None:
    assert origin("name", screen("ASK", text_input("name"))) == ("ASK", "name")
    assert origin("other", screen("ASK", text_input("name"))) is None


def test_a_circle_ends() -> None:
    first = screen("ONE", footer(navigate("TWO", x="${data.x}")))
    second = screen("TWO", footer(navigate("ONE", x="${data.x}")), completing(sent="${data.x}"))
    assert origin("sent", first, second) is None


@pytest.mark.parametrize(
    ("value", "example"),
    [
        ("plain", "plain"),
        (["a"], ["a"]),
        ("${data.bread}", "Rye"),
        ("${data.shop.town}", "Ulm"),
        ("${screen.OTHER.data.bread}", "Oats"),
        ("${screen.NONE.data.bread}", None),
        ("${data.unknown}", None),
        ("${form.bread}", None),
    ],
)
def test_the_example_of_a_value(value: Any, example: Any) -> None:
    data = {"bread": {"__example__": "Rye"}, "shop": {"__example__": {"town": "Ulm"}}}
    shown = screen("ASK", data=data)
    other = screen("OTHER", data={"bread": {"__example__": "Oats"}})
    assert Origins({"screens": [shown, other]}).example(shown, value) == example


@pytest.mark.parametrize(
    "flow", [None, [], {"screens": 1}, {"screens": [1, {"layout": 2}, {"layout": {"children": 3}}]}]
)
def test_what_is_no_flow_has_no_inputs(flow: Any) -> None:
    assert Origins(flow).inputs == {}
    assert Origins(flow).input_of("name") is None
