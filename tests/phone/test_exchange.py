"""A Flow with an endpoint: what is asked, what an answer does, and every way in which it can fail."""

from typing import Any

import pytest
from tests.phone.flows import Json, after, flow, footer, heading, opened, screen, string, text_input

from headrace.phone.engine.effects import Closed, Complete, Declined, Effect, Exchange, Expired, Notify
from headrace.phone.engine.events import (
    Answered,
    Back,
    Close,
    Event,
    ExchangeFailed,
    Fill,
    Leave,
    Open,
    Retry,
    Tap,
    TokenExpired,
)
from headrace.phone.session import Session
from headrace.phone.values import texts


def link(text: str, action: Json) -> Json:
    return {"type": "EmbeddedLink", "text": text, "on-click-action": action}


def document(**more: Any) -> Json:
    return flow(
        screen(
            "ASK",
            {
                "type": "Form",
                "name": "form",
                "init-values": "${data.init}",
                "error-messages": "${data.errors}",
                "children": [text_input("name"), text_input("mail"), footer("data_exchange", {"n": "${form.name}"})],
            },
            data={
                "greeting": string(),
                "count": {"type": "number", "__example__": 1},
                "init": {"type": "object", "__example__": {}},
                "errors": {"type": "object", "__example__": {}},
            },
        ),
        screen(
            "CHECK",
            heading("${data.sum}"),
            footer("complete", {"done": True}),
            data={"sum": string(), "required": ["sum"]},
            refresh_on_back=True,
            terminal=True,
            **more,
        ),
        screen("ASIDE", heading("Aside"), terminal=True),
        routing={"ASK": ["CHECK"], "CHECK": [], "ASIDE": []},
    )


def begun() -> Session:
    session = opened(document(), action="data_exchange", flow_token="token-7")
    after(session, Answered({"screen": "ASK", "data": {"greeting": "Hello"}}))
    return session


def asked(session: Session) -> Session:
    after(session, Fill({"name": "Ada", "mail": "a@b.co"}), Tap("Continue"))
    assert session.status == "loading"
    return session


def snackbar(session: Session) -> str | None:
    bar = session.view().snackbar
    return bar.text if bar else None


def test_opening_asks_init_and_shows_what_comes() -> None:
    session = opened(document(), action="data_exchange", flow_token="token-7")
    init = {"version": "3.0", "action": "INIT", "screen": "", "data": {}, "flow_token": "token-7"}
    assert session.pending == Exchange(init)
    assert session.view().status == "loading"
    assert session.view().screen is None
    assert after(session, Answered({"version": "3.0", "screen": "ASK", "data": {"greeting": "Hello"}})) == []
    assert session.data == {"greeting": "Hello"}
    assert session.pending is None


def test_a_tap_sends_the_payload_and_shuts_everything() -> None:
    session = begun()
    effects = after(session, Fill({"name": "Ada"}), Tap("Continue"))
    assert effects == [
        Exchange(
            {
                "version": "3.0",
                "action": "data_exchange",
                "screen": "ASK",
                "data": {"n": "Ada"},
                "flow_token": "token-7",
            }
        )
    ]
    view = session.view()
    assert view.screen is not None
    assert view.screen.footer is not None
    assert view.screen.footer.waiting
    assert not view.screen.footer.enabled
    assert not any(field.enabled for field in view.screen.fields())
    for event in (Tap("Continue"), Fill({"name": "Bea"})):
        assert isinstance(after(session, event)[0], Declined)


def test_an_answer_for_the_same_screen_merges_and_keeps_inputs() -> None:
    session = asked(begun())
    after(session, Answered({"screen": "ASK", "data": {"count": 3, "undeclared": 1}}))
    assert session.data == {"greeting": "Hello", "count": 3}
    assert session.form == {"name": "Ada", "mail": "a@b.co"}
    assert not session.view().can_go_back


def test_init_values_that_arrive_overwrite_and_are_drawn_anew() -> None:
    session = asked(begun())
    view = session.view()
    assert view.screen is not None
    before = {field.name: field.id for field in view.screen.fields()}
    after(session, Answered({"screen": "ASK", "data": {"init": {"name": "Bea", "mail": ""}}}))
    assert session.form == {"name": "Bea", "mail": "a@b.co"}
    view = session.view()
    assert view.screen is not None
    ids = {field.name: field.id for field in view.screen.fields()}
    assert ids["name"] != before["name"]
    assert ids["mail"] == before["mail"]


def test_an_answer_for_another_screen_moves_on_and_back_refreshes() -> None:
    session = asked(begun())
    after(session, Answered({"screen": "CHECK", "data": {"sum": "12"}}))
    assert session.screen == "CHECK"
    assert after(session, Back()) == [
        Exchange({"version": "3.0", "action": "BACK", "screen": "CHECK", "data": {}, "flow_token": "token-7"})
    ]
    after(session, Answered({"screen": "ASK", "data": {"greeting": "Again"}}))
    assert session.screen == "ASK"
    assert session.data["greeting"] == "Again"
    assert session.form == {"name": "Ada", "mail": "a@b.co"}
    assert not session.view().can_go_back


def test_back_without_refresh_asks_nobody() -> None:
    session = opened(document(), action="data_exchange")
    after(session, Answered({"screen": "ASK", "data": {}}))
    asked(session)
    session.handle(Answered({"screen": "CHECK", "data": {"sum": "1"}}))
    plain = document()
    del plain["screens"][1]["refresh_on_back"]
    local = opened(plain, action="data_exchange")
    after(local, Answered({"screen": "ASK"}), Tap("Continue"), Answered({"screen": "CHECK", "data": {"sum": "1"}}))
    assert after(local, Back()) == []
    assert local.screen == "ASK"


def test_an_answer_to_back_may_stay() -> None:
    session = asked(begun())
    after(session, Answered({"screen": "CHECK", "data": {"sum": "12"}}), Back())
    after(session, Answered({"screen": "CHECK", "data": {"sum": "13", "error_message": "Not yet."}}))
    assert (session.screen, session.data["sum"], snackbar(session)) == ("CHECK", "13", "Not yet.")
    (again,) = after(session, Back())
    assert isinstance(again, Exchange)
    after(session, Answered({"screen": "ASK", "data": {}}))
    assert (session.screen, session.form["name"]) == ("ASK", "Ada")


def test_back_while_an_exchange_runs_closes_only_the_first_screen() -> None:
    session = asked(begun())
    after(session, Answered({"screen": "CHECK", "data": {"sum": "12"}}), Back())
    assert after(session, Back(), Back()) == []
    assert session.status == "loading"
    after(session, Answered({"screen": "ASK", "data": {}}))
    assert session.screen == "ASK"
    assert after(asked(session), Back()) == [Closed()]


def test_success_gives_the_params_exactly_as_sent() -> None:
    params = {"flow_token": "other", "nested": {"a": [1, None]}}
    body = {"screen": "SUCCESS", "data": {"extension_message_response": {"params": params}}}
    session = asked(begun())
    assert after(session, Answered(body)) == [Complete(params)]
    assert session.status == "completed"
    assert session.response == params


def test_success_without_params_just_closes() -> None:
    session = asked(begun())
    assert after(session, Answered({"screen": "SUCCESS", "data": {}})) == [Closed()]
    assert session.status == "closed"


def test_complete_adds_the_flow_token_even_with_an_endpoint() -> None:
    session = asked(begun())
    effects = after(session, Answered({"screen": "CHECK", "data": {"sum": "12"}}), Tap("Continue"))
    assert effects == [Complete({"done": True, "flow_token": "token-7"})]


@pytest.mark.parametrize(
    ("body", "error_type", "named"),
    [
        ([], "payload-schema-error", "object"),
        ({}, "invalid-screen-transition", "screen"),
        ({"screen": "NOWHERE", "data": {}}, "invalid-screen-transition", "NOWHERE"),
        ({"screen": "ASIDE", "data": {}}, "invalid-screen-transition", "ASIDE"),
        ({"screen": "CHECK", "data": {}}, "payload-schema-error", "sum"),
        ({"screen": "CHECK", "data": {"sum": 12}}, "payload-schema-error", "sum"),
        ({"screen": "CHECK", "data": []}, "payload-schema-error", "data"),
        ({"screen": "ASK", "data": {"count": "three"}}, "payload-schema-error", "count"),
        ({"screen": "ASK", "data": {"error_message": 5}}, "payload-schema-error", "error_message"),
        ({"screen": "SUCCESS", "data": {"extension_message_response": {"params": []}}}, "payload-schema-error", "par"),
        ({"screen": 5}, "invalid-screen-transition", "screen"),
    ],
)
def test_an_unusable_answer_is_told_to_both_sides(body: Any, error_type: str, named: str) -> None:
    session = asked(begun())
    (notice,) = after(session, Answered(body))
    assert isinstance(notice, Notify)
    assert notice.request["action"] == "data_exchange"
    assert notice.request["screen"] == "ASK"
    assert notice.request["flow_token"] == "token-7"
    assert notice.request["data"]["error"] == error_type
    assert named in notice.request["data"]["error_message"]
    assert session.status == "ready"
    assert session.form == {"name": "Ada", "mail": "a@b.co"}
    assert snackbar(session) == texts.failure(error_type)


@pytest.mark.parametrize(
    ("event", "error_type"),
    [
        (ExchangeFailed("timeout_error"), "timeout_error"),
        (ExchangeFailed("no_http_response_error", "Nobody listens."), "no_http_response_error"),
        (ExchangeFailed("response-decryption-error", "Bad tag."), "response-decryption-error"),
        (Answered({"screen": "CHECK", "data": {"sum": "1"}}), "invalid-screen-transition"),
        (Answered({"screen": "ASK", "data": {"greeting": 1}}), "payload-schema-error"),
    ],
)
def test_a_failed_init_is_an_error_screen_with_retry(event: Event, error_type: str) -> None:
    session = opened(document(), action="data_exchange")
    effects: list[Effect] = after(session, event)
    view = session.view()
    assert view.status == "error"
    assert view.failure_type == error_type
    assert view.screen is None
    told = [effect for effect in effects if isinstance(effect, Notify)]
    assert bool(told) == (error_type not in ("timeout_error", "no_http_response_error"))
    assert all(effect.request["action"] == "INIT" for effect in told)
    (again,) = after(session, Retry())
    assert isinstance(again, Exchange)
    assert again.request["action"] == "INIT"
    after(session, Answered({"screen": "ASK", "data": {}}))
    assert session.status == "ready"
    assert session.view().failure is None


def test_other_failures_keep_the_screen_and_its_inputs() -> None:
    session = asked(begun())
    assert after(session, ExchangeFailed("timeout_error")) == []
    assert session.form == {"name": "Ada", "mail": "a@b.co"}
    assert snackbar(session) == texts.failure("timeout_error")
    session.handle(Tap("Continue"))
    assert snackbar(session) is None
    assert session.status == "loading"


def test_a_used_up_token_ends_the_flow_for_good() -> None:
    session = asked(begun())
    assert after(session, TokenExpired("Already booked.")) == [Expired("Already booked.")]
    assert session.view().expired == "Already booked."
    assert after(session, Open()) == []
    assert session.status == "closed"
    quiet = asked(begun())
    assert after(quiet, TokenExpired()) == [Expired(texts.FLOW_USED_UP)]


def test_the_same_failure_again_is_another_snackbar() -> None:
    session = asked(begun())
    after(session, ExchangeFailed("timeout_error"))
    first = session.view().snackbar
    after(session, Tap("Continue"), ExchangeFailed("timeout_error"))
    second = session.view().snackbar
    assert first is not None
    assert second is not None
    assert first.text == second.text
    assert first.number != second.number


def test_error_message_is_a_snackbar_on_the_screen_it_names() -> None:
    session = asked(begun())
    after(session, Answered({"screen": "ASK", "data": {"error_message": "Name is taken.", "count": 2}}))
    assert snackbar(session) == "Name is taken."
    assert session.data == {"greeting": "Hello", "count": 2}


def test_error_messages_shut_the_footer_until_the_field_is_edited_or_left() -> None:
    session = asked(begun())
    after(session, Answered({"screen": "ASK", "data": {"errors": {"name": "Taken", "mail": "Unknown"}}}))

    def errors() -> dict[str, str]:
        view = session.view()
        assert view.screen is not None
        return {field.name: field.error for field in view.screen.fields()}

    assert errors() == {"name": "Taken", "mail": "Unknown"}
    assert after(session, Tap("Continue")) == [Declined("Continue", "Name: Taken")]
    after(session, Fill({"name": "Bea"}), Leave("mail"))
    assert errors() == {"name": "", "mail": ""}
    after(session, Tap("Continue"), Answered({"screen": "ASK", "data": {"errors": {"name": "Taken"}}}))
    assert errors() == {"name": "Taken", "mail": ""}, "the same words sent again show again"
    after(session, Fill({"name": "Cleo"}), Tap("Continue"), Answered({"screen": "ASK", "data": {"count": 1}}))
    assert errors() == {"name": "", "mail": ""}, "words that were dealt with stay away"


def test_going_back_clears_the_messages_of_the_screen() -> None:
    plain = document()
    del plain["screens"][1]["refresh_on_back"]
    session = opened(plain, action="data_exchange")
    after(session, Answered({"screen": "ASK", "data": {}}), Tap("Continue"))
    after(session, Answered({"screen": "ASK", "data": {"errors": {"name": "Odd"}}}), Leave("name"), Tap("Continue"))
    after(session, Answered({"screen": "CHECK", "data": {"sum": "1"}}), Back())
    view = session.view()
    assert view.screen is not None
    assert [field.error for field in view.screen.fields()] == ["", ""]


@pytest.mark.parametrize("how", ["answer", "navigate"])
def test_being_led_back_clears_the_messages_too(how: str) -> None:
    asks = {"name": "data_exchange", "payload": {}}
    goes = {"name": "navigate", "next": {"type": "screen", "name": "ASK"}, "payload": {}}
    ask = [text_input(name, **{"error-message": f"${{data.{name}_error}}"}) for name in ("name", "mail")]
    session = opened(
        flow(
            screen("ASK", *ask, link("Terms", asks), data={"name_error": string(), "mail_error": string()}),
            screen("TERMS", link("Back to the form", asks if how == "answer" else goes), terminal=True),
            routing={"ASK": ["TERMS"], "TERMS": []},
        ),
        screen="ASK",
        data={"name_error": "Odd", "mail_error": "Unknown"},
    )

    def errors() -> list[str]:
        view = session.view()
        assert view.screen is not None
        return [field.error for field in view.screen.fields()]

    assert errors() == ["Odd", "Unknown"]
    after(session, Tap("Terms"), Answered({"screen": "TERMS", "data": {}}), Tap("Back to the form"))
    if how == "answer":
        after(session, Answered({"screen": "ASK", "data": {"mail_error": "Still unknown"}}))
    assert session.state.history == ["ASK"]
    assert errors() == ["", "Still unknown" if how == "answer" else ""]


def test_closing_while_asking_drops_the_question_and_reopening_asks_again() -> None:
    session = opened(document(), action="data_exchange")
    assert after(session, Close()) == [Closed()]
    assert session.pending is None
    assert after(session, Answered({"screen": "ASK", "data": {}})) == []
    (again,) = after(session, Open())
    assert isinstance(again, Exchange)


def test_answers_nobody_waits_for_do_nothing() -> None:
    session = begun()
    stored = session.to_json()
    for event in (Answered({"screen": "CHECK", "data": {"sum": "1"}}), TokenExpired(), ExchangeFailed("x")):
        assert after(session, event) == []
    assert session.to_json() == stored


def test_secrets_are_not_kept_when_the_sheet_is_closed() -> None:
    from tests.phone.flows import one_screen

    session = one_screen(
        text_input("name"),
        text_input("word", required=True, **{"input-type": "password"}),
        {"type": "OptIn", "name": "ok", "label": "OK"},
    )
    after(session, Fill({"name": "Ada", "word": "secret", "ok": True}), Close(), Open())
    assert session.form == {"name": "Ada", "word": "", "ok": False}
    word = session.view().screen.field("word")  # type: ignore[union-attr]
    assert word is not None
    assert word.error == "", "nobody has been at the field since the sheet came up again"


@pytest.mark.parametrize("end", [TokenExpired("Gone."), Answered({"screen": "SUCCESS", "data": {}})])
def test_nor_when_the_endpoint_ends_the_flow(end: Event) -> None:
    secret = text_input("word", **{"input-type": "password"})
    document = flow(screen("A", secret, footer("data_exchange"), terminal=True), routing={"A": []})
    session = opened(document, screen="A")
    after(session, Fill({"word": "secret"}), Tap("Continue"), end)
    assert session.status == "closed"
    assert "secret" not in str(session.to_json())
