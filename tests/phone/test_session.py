"""A static Flow from opening to response."""

import orjson
import pytest
from tests.phone.flows import (
    Json,
    after,
    checkboxes,
    dropdown,
    flow,
    footer,
    heading,
    link,
    one_screen,
    opened,
    screen,
    session_of,
    string,
    text_input,
)

from headrace.phone.engine.effects import Closed, Complete, Declined, OpenUrl
from headrace.phone.engine.events import Answered, Back, Close, Fill, Open, Retry, Select, Tap
from headrace.phone.screen.view import PlaceholderView, WordsView
from headrace.phone.values import texts


def two_screens(version: str = "7.3") -> Json:
    return flow(
        screen(
            "NAME",
            text_input("first", required=True),
            footer("navigate", {"who": "${form.first}"}, to="CHECK"),
        ),
        screen(
            "CHECK",
            heading("${data.who}"),
            text_input("note"),
            footer("complete", {"first": "${screen.NAME.form.first}", "note": "${form.note}"}, label="Send"),
            data={"who": string()},
            terminal=True,
        ),
        version=version,
    )


def test_two_screens_pass_their_values_and_complete() -> None:
    session = opened(two_screens(), flow_token="token-1")
    after(session, Fill({"first": "Ada"}), Tap("Continue"))
    view = session.view()
    assert view.screen is not None
    assert view.screen.id == "CHECK"
    assert [part.text for part in view.screen.parts if isinstance(part, WordsView)] == ["Ada"]
    effects = after(session, Fill({"note": "early"}), Tap("Send"))
    assert effects == [Complete({"first": "Ada", "note": "early", "flow_token": "token-1"})]
    assert session.status == "completed"
    assert session.response == {"first": "Ada", "note": "early", "flow_token": "token-1"}


def test_unvisited_screens_leave_no_member() -> None:
    session = opened(
        flow(
            screen("A", footer("complete", {"later": "${screen.B.form.x}", "now": "yes"}), terminal=True),
            screen("B", text_input("x"), footer("navigate", to="A")),
        ),
        screen="A",
        any_screen=True,
    )
    assert after(session, Tap("Continue")) == [Complete({"now": "yes", "flow_token": "unused"})]


def test_footer_stays_shut_until_every_input_is_valid() -> None:
    session = opened(two_screens())
    shut = session.view().screen
    assert shut is not None
    assert shut.footer is not None
    assert not shut.footer.enabled
    assert shut.footer.reason == "First is required"
    assert after(session, Tap("Continue")) == [Declined("Continue", "First is required")]
    assert session.screen == "NAME"
    session.handle(Fill({"first": "Ada"}))
    open_screen = session.view().screen
    assert open_screen is not None
    assert open_screen.footer is not None
    assert open_screen.footer.enabled


def test_back_keeps_what_was_entered_on_both_screens() -> None:
    session = opened(two_screens())
    after(session, Fill({"first": "Ada"}), Tap("Continue"), Fill({"note": "early"}), Back())
    assert session.screen == "NAME"
    assert session.form == {"first": "Ada"}
    after(session, Fill({"first": "Bea"}), Tap("Continue"))
    assert session.form == {"note": "early"}
    assert session.data == {"who": "Bea"}


def test_back_on_the_first_screen_closes() -> None:
    session = opened(two_screens())
    assert after(session, Fill({"first": "Ada"}), Back()) == [Closed()]
    assert session.view().status == "closed"
    session.handle(Open())
    assert session.view().status == "ready"
    assert session.form == {"first": "Ada"}


def test_navigating_to_where_one_came_from_is_going_back() -> None:
    session = opened(
        flow(
            screen("A", footer("navigate", to="B")),
            screen("B", {**footer("navigate", to="A"), "label": "Again"}, terminal=True),
        ),
        screen="A",
        any_screen=True,
    )
    after(session, Tap("Continue"))
    assert session.view().can_go_back
    after(session, Tap("Again"))
    assert session.screen == "A"
    assert not session.view().can_go_back


def test_navigate_to_an_unknown_screen_is_an_error_screen() -> None:
    session = opened(flow(screen("A", footer("navigate", to="NOWHERE"), terminal=True)))
    assert after(session, Tap("Continue")) == [], "there is no endpoint to be told"
    view = session.view()
    assert (view.status, view.failure_type, view.can_retry) == ("error", "invalid-screen-transition", False)
    assert "NOWHERE" in (view.failure_detail or "")


@pytest.mark.parametrize("following", ["A", None, {"type": "screen"}, {"type": "screen", "name": None}])
def test_a_next_that_names_no_screen_is_told_in_words(following: object) -> None:
    action = {"name": "navigate", "next": following, "payload": {}}
    session = opened(flow(screen("A", link("Go", action), terminal=True)))
    after(session, Tap("Go"))
    detail = session.view().failure_detail or ""
    assert "names no screen" in detail
    assert "None" not in detail


def test_navigate_with_data_that_does_not_fit_is_an_error_screen() -> None:
    session = opened(
        flow(
            screen("A", footer("navigate", {"n": "seven"}, to="B")),
            screen("B", heading("B"), data={"n": {"type": "number", "__example__": 1}}, terminal=True),
        )
    )
    after(session, Tap("Continue"))
    assert (session.status, session.screen) == ("error", None)
    assert session.view().failure_type == "payload-schema-error"


def test_a_preview_says_it_over_the_screen_instead() -> None:
    document = flow(screen("A", text_input("name"), footer("navigate", to="NOWHERE"), terminal=True))
    session = opened(document, any_screen=True)
    after(session, Fill({"name": "Ada"}), Tap("Continue"))
    bar = session.view().snackbar
    assert bar is not None
    assert (session.screen, session.form, bar.error_type) == ("A", {"name": "Ada"}, "invalid-screen-transition")


def test_what_navigate_has_to_hand_over_is_asked_of_each_payload_by_itself() -> None:
    goes = {"name": "navigate", "next": {"type": "screen", "name": "B"}}
    session = opened(
        flow(
            screen("A", link("First", {**goes, "payload": {"n": "1"}}), link("Second", goes)),
            screen("B", heading("B"), data={"n": string(), "required": ["n"]}, terminal=True),
        )
    )
    after(session, Tap("First"), Back(), Tap("Second"))
    assert '"n" is required' in (session.view().failure_detail or "")


def test_first_screen_data_comes_from_the_message() -> None:
    document = flow(screen("A", heading("${data.hello}"), data={"hello": string()}, terminal=True))
    view = opened(document, data={"hello": "Good day"}).view()
    assert view.screen is not None
    assert view.screen.parts[0] == WordsView(type="TextHeading", key=view.screen.parts[0].key, text="Good day")


@pytest.mark.parametrize(
    ("opening", "kind"),
    [
        ({"screen": "NOWHERE"}, "invalid-screen-transition"),
        ({"screen": "CHECK"}, "not-an-entry-screen"),
        ({"screen": "NAME", "data": {"extra": 1}}, None),
    ],
)
def test_what_a_message_may_open(opening: Json, kind: str | None) -> None:
    session = opened(two_screens(), **opening)
    assert session.view().failure_type == kind
    assert session.status == ("ready" if kind is None else "error")


def test_missing_required_data_is_an_error_screen_with_retry() -> None:
    document = flow(screen("A", heading("${data.x}"), data={"x": string(), "required": ["x"]}, terminal=True))
    session = opened(document)
    view = session.view()
    assert view.status == "error"
    assert view.screen is None
    assert view.failure_type == "payload-schema-error"
    assert view.failure_detail is not None
    assert '"x"' in view.failure_detail
    session.handle(Retry())
    assert session.status == "error"


def test_a_preview_may_begin_anywhere() -> None:
    assert opened(two_screens(), screen="CHECK", any_screen=True).screen == "CHECK"


def test_if_and_switch_follow_the_form() -> None:
    session = one_screen(
        dropdown("pet", "cat", "dog"),
        {
            "type": "If",
            "condition": "${form.pet} == 'cat'",
            "then": [text_input("indoor", required=True)],
            "else": [{"type": "If", "condition": "${form.pet} == 'dog'", "then": [text_input("breed")]}],
        },
        {"type": "Switch", "value": "${form.pet}", "cases": {"cat": [heading("Meow")], "dog": [heading("Woof")]}},
        footer("complete", {"pet": "${form.pet}", "indoor": "${form.indoor}"}),
    )
    assert set(session.form) == {"pet"}
    session.handle(Fill({"pet": "cat", "indoor": "yes"}))
    assert set(session.form) == {"pet", "indoor"}
    session.handle(Fill({"pet": "dog"}))
    view = session.view()
    assert view.screen is not None
    assert {field.name for field in view.screen.fields()} == {"pet", "breed"}
    assert any(isinstance(part, WordsView) and part.text == "Woof" for part in view.screen.parts)
    assert view.screen.footer is not None
    assert view.screen.footer.enabled, "an input in a closed branch holds nothing up"
    session.handle(Fill({"pet": "cat"}))
    assert session.form["indoor"] == "yes", "a closed branch keeps its values"


def test_invisible_inputs_are_not_validated() -> None:
    session = one_screen(text_input("secret", required=True, visible=False), footer("complete"))
    assert isinstance(after(session, Tap("Continue"))[0], Complete)


def test_open_url_is_an_effect_and_https_only() -> None:
    def link(text: str, url: str) -> Json:
        return {"type": "EmbeddedLink", "text": text, "on-click-action": {"name": "open_url", "url": url}}

    session = one_screen(link("Terms", "https://example.com/t"), link("Bad", "javascript:alert(1)"))
    assert after(session, Tap("Terms")) == [OpenUrl("https://example.com/t")]
    assert after(session, Tap("Bad")) == []
    assert session.view().snackbar is not None


def test_opt_in_link_is_tapped_by_name_and_values_survive() -> None:
    consent = {
        "type": "OptIn",
        "name": "terms",
        "label": "I agree",
        "required": True,
        "on-click-action": {"name": "navigate", "next": {"type": "screen", "name": "TERMS"}, "payload": {}},
    }
    session = opened(
        flow(screen("A", consent, footer("complete", {"terms": "${form.terms}"}), terminal=True), screen("TERMS"))
    )
    after(session, Fill({"terms": True}), Tap("terms"))
    assert session.screen == "TERMS"
    assert after(session, Back(), Tap("Continue")) == [Complete({"terms": True, "flow_token": "unused"})]


def test_events_that_do_not_apply_do_nothing() -> None:
    session = opened(two_screens())
    after(session, Fill({"first": "Ada"}), Tap("Continue"), Tap("Send"))
    stored = session.to_json()
    for event in (Open(), Back(), Close(), Retry()):
        assert session.handle(event) == []
    assert isinstance(session.handle(Tap("Send"))[0], Declined)
    assert session.to_json() == stored


def test_other_components_become_placeholders_that_name_them() -> None:
    session = one_screen(
        {"type": "Wormhole"},
        {"type": "TextInput", "label": "No name"},
        {"label": "no type"},
        heading("Still here"),
        footer("complete"),
    )
    view = session.view()
    assert view.screen is not None
    reasons = [part.reason for part in view.screen.parts if isinstance(part, PlaceholderView)]
    assert len(reasons) == 3
    for named in ("Wormhole", "TextInput", "no type"):
        assert any(named in reason for reason in reasons)
    assert isinstance(after(session, Tap("Continue"))[0], Complete)


def test_refused_inputs_say_why_and_change_nothing() -> None:
    session = one_screen(
        dropdown("size", "s", "m"),
        {**text_input("fixed"), "enabled": False},
        checkboxes("extras", "a", "b"),
    )
    before = session.form
    effects = session.handle(Fill({"size": "xl", "fixed": "x", "extras": ["a", "z"], "nobody": 1}))
    declined = {effect.target for effect in effects if isinstance(effect, Declined)}
    assert declined == {"size", "fixed", "extras", "nobody"}
    assert all(isinstance(effect, Declined) and effect.reason for effect in effects)
    assert session.form == before


def test_nothing_happens_before_the_flow_is_opened() -> None:
    session = session_of(two_screens())
    assert session.status == "loading"
    assert session.view().screen is None
    assert isinstance(session.handle(Fill({"first": "x"}))[0], Declined)
    assert isinstance(session.handle(Select("first", "x"))[0], Declined)


def test_title_and_init_values_follow_global_references() -> None:
    document = flow(
        screen("A", text_input("who"), footer("navigate", to="B")),
        screen(
            "B",
            {
                "type": "Form",
                "name": "f",
                "init-values": {"copy": "${screen.A.form.who}", "age": 42},
                "children": [text_input("copy"), text_input("age", **{"input-type": "number"})],
            },
            title="${screen.A.form.who}",
            terminal=True,
        ),
    )
    session = opened(document)
    after(session, Fill({"who": "Ada"}), Tap("Continue"))
    view = session.view()
    assert view.screen is not None
    assert view.screen.title == "Ada"
    assert session.form == {"copy": "Ada", "age": "42"}


def test_returning_keeps_inputs_instead_of_init_values() -> None:
    session = opened(
        flow(
            screen("A", text_input("who", **{"init-value": "Ada"}), footer("navigate", to="B")),
            screen("B", heading("B"), terminal=True),
        )
    )
    assert session.form == {"who": "Ada"}
    after(session, Fill({"who": "Bea"}), Tap("Continue"), Back())
    assert session.form == {"who": "Bea"}


def test_snackbar_time_depends_on_length() -> None:
    document = flow(screen("A", footer("data_exchange"), terminal=True), routing={"A": []})
    for message, seconds in (("x" * 45, 4.5), ("x" * 46, 7.0)):
        session = opened(document, action="data_exchange")
        after(session, Answered({"screen": "A", "data": {"error_message": message}}))
        bar = session.view().snackbar
        assert bar is not None
        assert bar.seconds == seconds


@pytest.mark.parametrize(("name", "word"), [("Ada", ""), ("", "first")])
def test_what_is_forgotten_on_closing_gets_its_literal_in_a_form_that_is_empty(name: str, word: str) -> None:
    session = one_screen(
        text_input("word", **{"input-type": "password", "init-value": "first"}), text_input("name"), footer("complete")
    )
    after(session, Fill({"word": "secret", "name": name}), Close())
    assert "secret" not in str(session.to_json())
    session.handle(Open())
    assert session.form == {"word": word, "name": name}


def test_a_button_without_an_action_is_shut_and_says_why() -> None:
    session = one_screen({"type": "Footer", "label": "Continue"})
    view = session.view()
    assert view.screen is not None
    assert view.screen.footer is not None
    assert not view.screen.footer.enabled
    assert view.screen.footer.reason == texts.NO_ACTION
    assert isinstance(after(session, Tap(view.screen.footer.key))[0], Declined)


def test_a_number_too_large_for_json_readers_can_be_stored() -> None:
    amount = {"type": "number", "__example__": 1}
    session = opened(
        flow(
            screen("A", footer("navigate", {"amount": "`${data.amount} * 10`"}, to="B"), data={"amount": amount}),
            screen("B", heading("`${data.amount} ''`"), footer("complete"), data={"amount": amount}, terminal=True),
        ),
        data={"amount": 1e300},
    )
    after(session, Tap("Continue"))
    assert session.data == {"amount": 1e301}
    assert orjson.loads(orjson.dumps(session.to_json())) == session.to_json()
