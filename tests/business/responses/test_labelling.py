"""Answers under the labels of their fields, options by title, wherever the value came from."""

from typing import Any

from headrace.business.responses.labelling import Answer, label_answers


def screen(name: str, *children: dict[str, Any], data: dict[str, Any] | None = None, title: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": name,
        "title": title or name.title(),
        "layout": {"type": "SingleColumnLayout", "children": list(children)},
    }
    if data is not None:
        found["data"] = data
    return found


def footer(name: str, payload: dict[str, Any], following: str | None = None) -> dict[str, Any]:
    action: dict[str, Any] = {"name": name, "payload": payload}
    if following:
        action["next"] = {"type": "screen", "name": following}
    return {"type": "Footer", "label": "Go", "on-click-action": action}


COLOURS = [{"id": "0_red", "title": "Red"}, {"id": "1_blue", "title": "Blue"}]


def test_a_field_of_the_completing_screen() -> None:
    flow = {
        "version": "7.3",
        "screens": [
            screen(
                "ASK",
                {"type": "RadioButtonsGroup", "name": "colour", "label": "Colour", "data-source": COLOURS},
                footer("complete", {"chosen": "${form.colour}"}),
                title="What you like",
            )
        ],
    }
    assert label_answers(flow, {"chosen": "1_blue", "flow_token": "t"}) == [
        Answer("ASK", "What you like", "chosen", "Colour", "1_blue", "Blue")
    ]


def test_a_value_passed_on_through_two_screens_keeps_its_label() -> None:
    flow = {
        "version": "7.3",
        "screens": [
            screen(
                "ONE",
                {
                    "type": "Form",
                    "name": "f",
                    "children": [
                        {"type": "CheckboxGroup", "name": "c", "label": "Colours", "data-source": COLOURS},
                        footer("navigate", {"picked": "${form.c}"}, "TWO"),
                    ],
                },
            ),
            screen("TWO", footer("navigate", {"again": "${data.picked}"}, "THREE"), data={"picked": {}}),
            screen("THREE", footer("complete", {"colours": "${data.again}"}), data={"again": {}}),
        ],
    }
    (answer,) = label_answers(flow, {"colours": ["0_red", "1_blue"]})
    assert (answer.screen_id, answer.label, answer.text) == ("ONE", "Colours", "Red, Blue")


def test_a_field_of_another_screen_by_global_reference_and_inside_a_condition() -> None:
    flow = {
        "version": "6.0",
        "screens": [
            screen(
                "ONE",
                {
                    "type": "If",
                    "condition": "${data.x}",
                    "then": [{"type": "TextInput", "name": "mail", "label": "E-mail"}],
                    "else": [{"type": "OptIn", "name": "news", "label": "Send me news"}],
                },
            ),
            screen("TWO", footer("complete", {"m": "${screen.ONE.form.mail}", "n": "${screen.ONE.form.news}"})),
        ],
    }
    answers = label_answers(flow, {"n": True, "m": "a@b.example"})
    assert [(answer.label, answer.text) for answer in answers] == [("E-mail", "a@b.example"), ("Send me news", "Yes")]


def test_an_endpoints_answer_is_labelled_by_the_fields_of_the_same_name() -> None:
    flow = {
        "version": "7.3",
        "screens": [
            screen(
                "BOOK",
                {"type": "Dropdown", "name": "shop", "label": "${data.shop_label}", "data-source": "${data.shops}"},
                data={
                    "shop_label": {"type": "string", "__example__": "Shop"},
                    "shops": {"type": "array", "items": {}, "__example__": [{"id": "canal", "title": "Canal Street"}]},
                },
            )
        ],
    }
    answers = label_answers(flow, {"shop": "canal", "reference": "R-7"})
    assert answers == [
        Answer("BOOK", "Book", "shop", "Shop", "canal", "Canal Street"),
        Answer(None, None, "reference", "reference", "R-7", "R-7"),
    ]


def test_every_kind_of_value_reads_well() -> None:
    values = {
        "nothing": "",
        "none": None,
        "empty": [],
        "no": False,
        "number": 3,
        "range": {"start-date": "2026-01-01", "end-date": "2026-01-03"},
        "files": [{"file_name": "a.pdf", "id": "1"}, {"file_name": "b.pdf", "id": "2"}],
        "object": {"a": 1},
    }
    texts = {answer.name: answer.text for answer in label_answers(None, values)}
    assert texts == {
        "nothing": "–",
        "none": "–",
        "empty": "–",
        "no": "No",
        "number": "3",
        "range": "2026-01-01 to 2026-01-03",
        "files": "a.pdf, b.pdf",
        "object": "a: 1",
    }


def test_of_very_many_ways_the_one_that_leads_somewhere_is_found() -> None:
    """Every screen hands everything to an endpoint, so that a value may have come through any of them, in any order."""
    passing = [
        screen(f"S_{number}", *[footer("data_exchange", {"x": "${data.x}"})] * 2, data={"x": {}})
        for number in range(20)
    ]
    asking = screen(
        "ASK", {"type": "TextInput", "name": "bread", "label": "Bread"}, footer("data_exchange", {"x": "${form.bread}"})
    )
    end = screen("END", footer("complete", {"x": "${data.x}"}), data={"x": {}})
    (answer,) = label_answers({"version": "7.3", "screens": [*passing, asking, end]}, {"x": "Rye"})
    assert answer == Answer("ASK", "Ask", "x", "Bread", "Rye", "Rye")


def test_a_flow_that_passes_values_in_a_circle_ends() -> None:
    flow = {
        "version": "7.3",
        "screens": [
            screen("ONE", footer("navigate", {"x": "${data.x}"}, "TWO"), data={"x": {}}),
            screen("TWO", footer("navigate", {"x": "${data.x}"}, "ONE"), data={"x": {}}),
            screen("END", footer("complete", {"x": "${screen.ONE.data.x}"})),
        ],
    }
    (answer,) = label_answers(flow, {"x": "1"})
    assert answer == Answer(None, None, "x", "x", "1", "1")


def test_flow_json_of_any_odd_shape_never_raises() -> None:
    for odd in ({"screens": 3}, {"screens": [1, {"layout": []}]}, {"screens": [{"id": 1, "layout": {"children": 5}}]}):
        assert label_answers(odd, {"a": "b"}) == [Answer(None, None, "a", "a", "b", "b")]


def test_a_value_handed_on_by_an_item_of_a_list_keeps_its_label() -> None:
    hand_on = {"name": "navigate", "next": {"type": "screen", "name": "END"}, "payload": {"passed": "${form.colour}"}}
    flow = {
        "version": "7.3",
        "screens": [
            screen(
                "ASK",
                {"type": "Dropdown", "name": "colour", "label": "Colour", "data-source": COLOURS},
                {"type": "NavigationList", "name": "ways", "list-items": [{"id": "1", "on-click-action": hand_on}]},
            ),
            screen("END", footer("complete", {"sent": "${data.passed}"}), data={"passed": {}}),
        ],
    }
    (answer,) = label_answers(flow, {"sent": "0_red"})
    assert (answer.screen_id, answer.label, answer.text) == ("ASK", "Colour", "Red")
