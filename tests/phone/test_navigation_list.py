"""NavigationList: rows that lead on."""

import base64
from typing import Any

import pytest
from tests.phone.flows import Json, after, flow, footer, heading, opened, screen, string

from headrace.phone.engine.effects import Declined, Exchange
from headrace.phone.engine.events import Answered, Back, Event, Select, Tap
from headrace.phone.screen.view import ListItemView, ListView
from headrace.phone.screen.view_json import as_json
from headrace.phone.session import Session

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 30).decode()


def row(identifier: str, **more: Any) -> Json:
    return {"id": identifier, "main-content": {"title": identifier.title()}, **more}


def navigation(*rows: Json, **more: Any) -> Json:
    return {"type": "NavigationList", "name": "plan", "list-items": list(rows), **more}


def to(target: str, **payload: Any) -> Json:
    return {"name": "navigate", "next": {"type": "screen", "name": target}, "payload": payload}


GOES = {"on-click-action": to("DETAIL", which="x")}


def plans(*children: Json, endpoint: bool = False, **more: Any) -> Session:
    routing = {"PLANS": ["DETAIL"], "DETAIL": []}
    detail = screen("DETAIL", heading("${data.which}"), footer("complete"), data={"which": string()}, terminal=True)
    return opened(flow(screen("PLANS", *children, **more), detail, routing=routing if endpoint else None))


def shown(session: Session) -> ListView:
    found = session.view().screen
    assert found is not None
    part = found.parts[0]
    assert isinstance(part, ListView)
    return part


def first(*rows: Json, **more: Any) -> ListItemView:
    return shown(plans(navigation(*rows, **{"on-click-action": to("DETAIL", which="x"), **more}))).items[0]


def test_a_row_shows_everything_it_has() -> None:
    one = first(
        {
            "id": "gold",
            "main-content": {"title": "Gold", "description": "The best", "metadata": "From today"},
            "start": {"image": PNG, "alt-text": "A bar of gold"},
            "end": {"title": "£ 100", "metadata": "a month"},
            "badge": "New",
            "tags": ["Home", "Travel"],
        }
    )
    assert (one.id, one.title, one.description, one.metadata) == ("gold", "Gold", "The best", "From today")
    assert one.thumbnail.startswith("data:image/png;base64,")
    assert (one.alt_text, one.badge, one.tags) == ("A bar of gold", "New", ("Home", "Travel"))
    assert one.end == (("title", "£ 100"), ("metadata", "a month"))
    assert one.enabled


@pytest.mark.parametrize(("image", "has_image"), [("", False), ("nonsense", True)], ids=["none", "odd"])
def test_an_image_that_cannot_be_shown_leaves_its_place(image: str, has_image: bool) -> None:
    one = first(row("a", start={"image": image}))
    assert (one.thumbnail, one.has_image) == ("", has_image)


def test_the_list_has_at_most_twenty_rows_and_a_size() -> None:
    rows = [row(f"r{number}") for number in range(25)]
    part = shown(plans(navigation(*rows, **{"media-size": "large"}, **GOES)))
    assert (len(part.items), part.media_size) == (20, "large")


def test_a_tap_sets_the_value_and_runs_the_action_of_the_list() -> None:
    action = to("DETAIL", which="${form.plan}")
    session = plans(navigation(row("gold"), row("silver"), **{"on-click-action": action}))
    assert after(session, Tap("Silver")) == []
    assert (session.screen, session.data) == ("DETAIL", {"which": "silver"})
    session.handle(Back())
    after(session, Select("plan", "gold"))
    assert session.data == {"which": "gold"}


def test_a_row_runs_its_own_action() -> None:
    rows = [row(name, **{"on-click-action": to("DETAIL", which=name)}) for name in ("gold", "silver")]
    session = plans(navigation(*rows))
    after(session, Tap("silver"))
    assert session.data == {"which": "silver"}


def test_rows_may_come_from_data_with_their_actions() -> None:
    rows = [row("gold", **{"on-click-action": to("DETAIL", which="${data.word}")})]
    data = {"rows": {"type": "array", "items": {"type": "object"}, "__example__": []}, "word": string()}
    session = opened(
        flow(
            screen("PLANS", navigation(**{"list-items": "${data.rows}"}), data=data),
            screen("DETAIL", heading("${data.which}"), data={"which": string()}),
        ),
        data={"rows": rows, "word": "resolved late"},
    )
    after(session, Tap(shown(session).items[0].key))
    assert session.data == {"which": "resolved late"}


def test_an_exchange_shows_the_wait_on_its_row() -> None:
    action = {"name": "data_exchange", "payload": {"plan": "${form.plan}"}}
    session = plans(navigation(row("gold"), row("silver"), **{"on-click-action": action}), endpoint=True)
    (effect,) = after(session, Tap("Silver"))
    assert isinstance(effect, Exchange)
    assert effect.request["data"] == {"plan": "silver"}
    assert [(one.waiting, one.enabled) for one in shown(session).items] == [(False, False), (True, False)]
    session.handle(Answered({"screen": "DETAIL", "data": {"which": "it"}}))
    assert session.screen == "DETAIL"


@pytest.mark.parametrize("event", [Tap("Gold"), Tap("plan"), Tap("nowhere"), Select("plan", "x"), Tap("Idle")])
def test_what_cannot_be_tapped_is_refused(event: Event) -> None:
    session = plans(navigation(row("gold", enabled=False), row("idle", enabled=False), **GOES))
    assert isinstance(after(session, event)[0], Declined)
    assert session.screen == "PLANS"
    assert [one.enabled for one in shown(session).items] == [False, False]


def test_two_lists_on_one_screen_are_told_apart_by_their_names() -> None:
    action = {"on-click-action": to("DETAIL", which="${form.other}")}
    other = {**navigation(row("gold")), "name": "other", **action}
    session = plans(navigation(row("gold"), **{"on-click-action": to("DETAIL", which="first")}), other)
    after(session, Select("other", "gold"))
    assert session.data == {"which": "gold"}


def test_scripts_read_it_as_plain_json() -> None:
    told = as_json(plans(navigation(row("gold", end={"title": "£ 5"}), label="Plans", **GOES)).view())["components"][0]
    assert "name" not in told, "it is no input to fill in"
    assert (told["key"], told["label"], told["items"][0]["id"]) == ("plan", "Plans", "gold")
    assert told["items"][0]["end"] == [["title", "£ 5"]]


@pytest.mark.parametrize("rows", ["text", [], [{"id": 7, "main-content": "x", "tags": "y", "end": []}]])
def test_odd_rows_do_no_harm(rows: Any) -> None:
    assert shown(plans(navigation(**{"list-items": rows}, **GOES))).type == "NavigationList"
