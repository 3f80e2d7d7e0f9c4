"""What the phone does not draw, and whom it tells."""

from typing import Any

import pytest
from tests.phone.flows import (
    Json,
    after,
    checkboxes,
    dropdown,
    flow,
    footer,
    heading,
    opened,
    options,
    radio,
    screen,
    text_input,
)
from tests.phone.test_calendar import calendar, stay
from tests.phone.test_chips import chips
from tests.phone.test_navigation_list import GOES, navigation, row

from headrace.phone.engine.effects import Declined, Notify
from headrace.phone.engine.events import Answered, Close, Open, Retry, Tap
from headrace.phone.screen.view import PlaceholderView

ACTS = {"on-select-action": {"name": "update_data", "payload": {}}}


def listed(*rows: Json) -> Json:
    return {"data-source": list(rows)}


def row_with(**more: Any) -> Json:
    return {"id": "a", "title": "A", **more}


UNFIT: list[tuple[Json, str]] = [
    (checkboxes("c", "a", "a"), "id"),
    (checkboxes("c", "a", " "), "no id"),
    (radio("c", **listed({"title": "A"})), "no id"),
    (checkboxes("c"), "0 options"),
    (chips("a"), "1 options"),
    (radio("c", *(str(number) for number in range(2_001))), "2,001 options"),
    (radio("c", **listed(row_with(image="i"), {"id": "b", "title": "B", "color": "#112233"})), "images and colors"),
    (checkboxes("c", "a", **{"init-value": "a"}), "initial value"),
    (radio("c", "a", **{"init-value": ["a"]}), "initial value"),
    ({"type": "OptIn", "name": "o", "label": "O", "init-value": "yes"}, "initial value"),
    (calendar(**{"init-value": {"start-date": "2026-11-25"}}), "initial value"),
    (stay(**{"init-value": "2026-11-25"}), "initial value"),
    (checkboxes("c", **listed(row_with(**ACTS)), **ACTS), "on-select-action"),
    (stay(**{"init-value": {"start-date": "soon"}}), "no date"),
    (navigation({"id": "a", "main-content": {"title": "x" * 31}}, **GOES), "31 characters"),
    (navigation({"id": "a", "main-content": {"title": "x", "description": "x" * 21}}, **GOES), "21 characters"),
    (navigation({"id": "a", "main-content": {"title": "x", "metadata": "x" * 81}}, **GOES), "81 characters"),
    (navigation(row("a", end={"metadata": "x" * 11}), **GOES), "11 characters"),
    (navigation(row("a", start={"image": "i" * 140_000}), **GOES), "103 KB"),
    (heading("`1 + 1`"), "text is number"),
    (checkboxes("c", "a", **{"max-selected-items": "`'2'`"}), "max-selected-items is string"),
    (navigation(row("a"), row("a"), **GOES), "id"),
    (navigation(row("a", badge="x"), row("b", badge="y"), **GOES), "badge"),
    (navigation(row("a", badge="x" * 16), **GOES), "15 characters"),
    (navigation(row("a", tags=["x" * 16]), **GOES), "15 characters"),
    (navigation(row("a", tags=["1", "2", "3", "4"]), **GOES), "4 tags"),
    (navigation(row("a", end={"title": "x"}), row("b"), **GOES), "end block"),
    (navigation(row("a", end={"title": "x"}), **{"media-size": "large"}, **GOES), "end block"),
    (navigation(row("a")), "on-click-action"),
    (navigation(row("a", **GOES), **GOES), "on-click-action"),
]


@pytest.mark.parametrize(
    ("component", "words"), UNFIT, ids=lambda one: one.get("type") if isinstance(one, dict) else ""
)
def test_it_is_not_drawn_and_a_flow_without_endpoint_ends(component: Json, words: str) -> None:
    document = flow(screen("A", component, footer("complete"), terminal=True))
    session = opened(document)
    assert (session.status, session.view().failure_type) == ("error", "components-validation-error")
    assert words in str(session.view().failure_detail)
    session.handle(Retry())
    assert session.view().failure_type == "components-validation-error"


def test_the_flow_begins_anew_once_it_is_closed() -> None:
    rows = {"rows": {"type": "array", "items": {"type": "object"}, "__example__": []}}
    session = opened(
        flow(
            screen("A", footer("navigate", to="B")),
            screen("B", footer("navigate", {"rows": []}, to="C")),
            screen("C", checkboxes("c", **{"data-source": "${data.rows}"}), data=rows, terminal=True),
        )
    )
    after(session, Tap("Continue"), Tap("Continue"))
    assert (session.status, session.view().can_retry) == ("error", False)
    after(session, Retry())
    assert session.status == "error"
    after(session, Close(), Open())
    assert (session.status, session.state.history, session.view().failure) == ("ready", ["A"], None)


def test_a_preview_shows_the_problem_where_it_is_and_goes_on() -> None:
    document = flow(screen("A", chips("a"), heading("Still here"), footer("complete"), terminal=True))
    session = opened(document, any_screen=True)
    found = session.view().screen
    assert found is not None
    assert isinstance(found.parts[0], PlaceholderView)
    assert "at least 2" in found.parts[0].reason
    assert found.footer is not None
    assert found.footer.enabled


def asking(**data: Any) -> Json:
    rows = {"type": "array", "items": {"type": "object"}, "__example__": []}
    return flow(
        screen("A", radio("size", **{"data-source": "${data.rows}"}), footer("data_exchange"), data={"rows": rows}),
        screen("B", footer("complete"), terminal=True),
        routing={"A": ["B"], "B": []},
    )


def test_an_endpoint_hears_of_it_and_an_error_screen_takes_over() -> None:
    session = opened(asking(), action="data_exchange")
    effects = after(session, Answered({"screen": "A", "data": {"rows": options("s", "s")}}))
    (notice,) = effects
    assert isinstance(notice, Notify)
    assert (notice.request["action"], notice.request["screen"]) == ("data_exchange", "")
    assert notice.request["data"]["error"] == "components-validation-error"
    assert '"s"' in notice.request["data"]["error_message"]
    view = session.view()
    assert (view.status, view.screen, view.can_retry) == ("error", None, False)
    assert isinstance(after(session, Tap("Continue"))[0], Declined)


def test_a_list_that_has_not_come_yet_is_no_fault() -> None:
    session = opened(asking(), action="data_exchange")
    assert after(session, Answered({"screen": "A", "data": {}})) == []
    assert session.status == "ready"


@pytest.mark.parametrize(
    "component",
    [
        radio("c", *(str(number) for number in range(21))),
        dropdown("d", *(str(number) for number in range(201))),
        dropdown("d", **listed(*({"id": str(one), "title": "x", "image": "i"} for one in range(101)))),
        calendar(**{"min-date": "25/11/2026"}),
        calendar(**{"unavailable-dates": ["2026-11-25", "tomorrow"]}),
        {"type": "DatePicker", "name": "d", "label": "D", "max-date": "1795564800000"},
        text_input("t", required="${data.gone}"),
    ],
    ids=["21 rows", "201 options", "101 images", "min-date", "unavailable", "max-date", "missing"],
)
def test_it_is_drawn_though_a_draft_would_be_warned(component: Json) -> None:
    session = opened(flow(screen("A", component, footer("complete"), terminal=True)))
    found = session.view().screen
    assert found is not None
    assert (session.status, len(found.parts)) == ("ready", 1)
    assert not isinstance(found.parts[0], PlaceholderView)


def test_what_is_not_visible_is_not_judged() -> None:
    document = flow(screen("A", checkboxes("c", visible=False), footer("complete"), terminal=True))
    assert opened(document).status == "ready"
