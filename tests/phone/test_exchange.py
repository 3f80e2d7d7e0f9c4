"""A Flow with an endpoint: what is asked, what an answer does, and every way in which it can fail."""

from typing import Any

import pytest
from tests.phone.flows import Json, after, flow, footer, heading, link, opened, screen, string, text_input

from headrace.phone.engine.effects import Closed, Complete, Declined, Exchange, Expired, Notify
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


def test_members_of_a_payload_that_are_the_envelopes_never_arrive() -> None:
    payload = {"screen": "mine", "action": "mine", "version": "mine", "n": {"screen": "kept"}}
    session = opened(flow(screen("A", footer("data_exchange", payload), terminal=True), routing={"A": []}))
    (effect,) = after(session, Tap("Continue"))
    assert isinstance(effect, Exchange)
    assert (effect.request["screen"], effect.request["action"]) == ("A", "data_exchange")
    assert effect.request["data"] == {"version": "mine", "n": {"screen": "kept"}}


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
    after(session, Answered({"screen": "ASK", "data": {"init": {"name": "Bea", "mail": "a@b.co"}}}))
    assert session.form == {"name": "Bea", "mail": "a@b.co"}
    view = session.view()
    assert view.screen is not None
    ids = {field.name: field.id for field in view.screen.fields()}
    assert ids["name"] != before["name"]
    assert ids["mail"] == before["mail"]


def test_bound_init_values_overwrite_after_every_answer_that_names_the_screen() -> None:
    session = asked(begun())
    after(session, Answered({"screen": "ASK", "data": {"init": {"name": "Bea"}}}))
    after(session, Fill({"name": "Cleo", "mail": "c@d.co"}), Tap("Continue"))
    after(session, Answered({"screen": "ASK", "data": {"count": 2}}))
    assert session.form == {"name": "Bea", "mail": "c@d.co"}, "the answer did not bring the bound field"
    after(session, Fill({"name": "Dora"}), Tap("Continue"), Answered({"screen": "CHECK", "data": {"sum": "1"}}))
    after(session, Back(), Answered({"screen": "ASK", "data": {}}))
    assert session.form["name"] == "Bea", "an answer to BACK counts, too"


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
    after(
        local,
        Answered({"screen": "ASK", "data": {}}),
        Tap("Continue"),
        Answered({"screen": "CHECK", "data": {"sum": "1"}}),
    )
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


def test_complete_adds_the_flow_token_even_with_an_endpoint() -> None:
    session = asked(begun())
    effects = after(session, Answered({"screen": "CHECK", "data": {"sum": "12"}}), Tap("Continue"))
    assert effects == [Complete({"done": True, "flow_token": "token-7"})]


def params(value: Any) -> Json:
    return {"screen": "SUCCESS", "data": {"extension_message_response": {"params": value}}}


UNUSABLE: list[tuple[Any, str, str]] = [
    ({"screen": "NOWHERE", "data": {}}, "invalid-screen-transition", "NOWHERE"),
    ({"screen": "", "data": {}}, "invalid-screen-transition", '""'),
    ({"screen": "CHECK", "data": {}}, "payload-schema-error", "sum"),
    ({"screen": "CHECK", "data": {"sum": 12}}, "payload-schema-error", "sum"),
    ({"screen": "CHECK", "data": {"sum": None}}, "payload-schema-error", "sum"),
    ({"screen": "ASK", "data": {"count": "three"}}, "payload-schema-error", "count"),
]
MALFORMED: list[tuple[Any, str]] = [
    ([], "not a JSON object"),
    ({}, '"screen"'),
    ({"screen": 5, "data": {}}, '"screen" of the answer is a number'),
    ({"screen": None, "data": {}}, '"screen" of the answer is null'),
    ({"screen": "ASK"}, 'no "data"'),
    ({"screen": "ASK", "data": None}, '"data" of the answer is null'),
    ({"screen": "ASK", "data": []}, '"data" of the answer is a list, not an object. PHP writes an empty array so'),
    ({"screen": "ASK", "data": "{}"}, '"data" of the answer is a text'),
    ({"screen": "ASK", "data": {"error_message": 5}}, '"error_message" is a number'),
    ({"screen": "ASK", "data": {"error_message": None}}, '"error_message" is null'),
    ({"screen": "SUCCESS"}, 'no "data"'),
    ({"screen": "SUCCESS", "data": None}, '"data" of the answer is null'),
    ({"screen": "SUCCESS", "data": {"error_message": False}}, '"error_message" is true or false'),
    ({"screen": "SUCCESS", "data": {"extension_message_response": None}}, '"extension_message_response" is null'),
    ({"screen": "ASK", "data": {"extension_message_response": []}}, '"extension_message_response" is a list'),
    (params(None), 'params" is null'),
    (params([]), 'params" is a list'),
]


def waiting(action: str) -> tuple[Session, str]:
    """A session that waits for the answer to this action, and the screen that asked."""
    if action == "INIT":
        return opened(document(), action="data_exchange", flow_token="token-7"), ""
    session = asked(begun())
    if action == "data_exchange":
        return session, "ASK"
    after(session, Answered({"screen": "CHECK", "data": {"sum": "12"}}), Back())
    return session, "CHECK"


ACTIONS = ("INIT", "data_exchange", "BACK")


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(("body", "error_type", "named"), UNUSABLE)
def test_an_unusable_answer_is_an_error_screen_and_told_to_the_endpoint(
    body: Json, error_type: str, named: str, action: str
) -> None:
    session, screen_id = waiting(action)
    if action == "INIT" and body["screen"] == "CHECK":
        error_type, named = "invalid-screen-transition", "CHECK"
    (notice,) = after(session, Answered(body))
    assert isinstance(notice, Notify)
    assert notice.request["action"] == action
    assert notice.request["screen"] == screen_id
    assert notice.request["flow_token"] == "token-7"
    assert notice.request["data"]["error"] == error_type
    assert named in notice.request["data"]["error_message"]
    final_error_screen(session, error_type)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(("body", "named"), MALFORMED)
def test_a_malformed_answer_is_an_error_screen_of_which_nobody_is_told(body: Any, named: str, action: str) -> None:
    session, _ = waiting(action)
    assert after(session, Answered(body)) == []
    assert named in (session.view().failure_detail or "")
    final_error_screen(session, "malformed-answer")


def final_error_screen(session: Session, error_type: str) -> None:
    view = session.view()
    assert (view.status, view.failure_type, view.failure) == ("error", error_type, texts.failure(error_type))
    assert (view.screen, view.can_retry, view.snackbar) == (None, False, None)
    assert after(session, Retry()) == []
    assert session.status == "error"
    assert after(session, Close()) == [Closed()]
    (again,) = after(session, Open())
    assert isinstance(again, Exchange)
    assert again.request["action"] == "INIT"
    after(session, Answered({"screen": "ASK", "data": {}}))
    assert set(session.form.values()) == {""}, "an error screen forgets what was entered"


def test_the_routing_model_holds_for_every_answer_but_the_first() -> None:
    """Seen from the screen that is left: an edge in either direction, or the screen itself."""
    for action in ("data_exchange", "BACK"):
        session, screen_id = waiting(action)
        (notice,) = after(session, Answered({"screen": "ASIDE", "data": {}}))
        assert isinstance(notice, Notify)
        assert notice.request["data"]["error"] == "invalid-screen-transition"
        assert f'"{screen_id}" and "ASIDE"' in notice.request["data"]["error_message"]


def test_each_answer_brings_what_its_screen_requires() -> None:
    session, _ = waiting("BACK")
    after(session, Answered({"screen": "ASK", "data": {}}), Tap("Continue"))
    (notice,) = after(session, Answered({"screen": "CHECK", "data": {}}))
    assert isinstance(notice, Notify)
    assert '"sum" is required' in notice.request["data"]["error_message"]


def test_what_an_answer_says_to_the_phone_is_no_data() -> None:
    words = {name: string() for name in ("error_message", "extension_message_response", "greeting")}
    only = screen("ASK", heading("${data.error_message}"), footer("data_exchange"), data=words, terminal=True)
    session = opened(flow(only, routing={"ASK": []}), action="data_exchange")
    sent = {"error_message": "Odd.", "extension_message_response": {}, "greeting": "Hello"}
    assert after(session, Answered({"screen": "ASK", "data": sent})) == []
    assert session.data == {"greeting": "Hello"}
    assert snackbar(session) == "Odd."


@pytest.mark.parametrize("data", [{}, {"extension_message_response": {}}, {"error_message": "Bye."}])
def test_success_with_nothing_to_send_closes(data: Json) -> None:
    session = asked(begun())
    assert after(session, Answered({"screen": "SUCCESS", "data": data})) == [Closed()]
    assert session.status == "closed"


PASSING = ("timeout_error", "unexpected_http_status_code", "no_http_response_error")
FINAL = (
    "response-decryption-error",
    "business-decryption-error",
    "malformed-answer",
    "public-key-missing",
    "public-key-signiture-verification",
    "endpoint-missing",
    "cannot_be_served",
)


@pytest.mark.parametrize("error_type", PASSING)
def test_what_may_pass_is_an_error_screen_with_retry_at_first_and_a_snackbar_later(error_type: str) -> None:
    session, _ = waiting("INIT")
    assert after(session, ExchangeFailed(error_type, "Why.")) == []
    view = session.view()
    assert (view.status, view.failure_type, view.can_retry, view.screen) == ("error", error_type, True, None)
    (again,) = after(session, Retry())
    assert isinstance(again, Exchange)
    assert again.request["action"] == "INIT"
    after(session, Answered({"screen": "ASK", "data": {}}))
    assert (session.status, session.view().failure) == ("ready", None)
    for action in ("data_exchange", "BACK"):
        session, screen_id = waiting(action)
        assert after(session, ExchangeFailed(error_type, "Why.")) == []
        assert (session.status, session.screen, snackbar(session)) == ("ready", screen_id, texts.failure(error_type))


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("error_type", FINAL)
def test_every_other_failure_takes_over(error_type: str, action: str) -> None:
    session, screen_id = waiting(action)
    effects = after(session, ExchangeFailed(error_type, "Why."))
    if error_type == "response-decryption-error":
        (notice,) = effects
        assert isinstance(notice, Notify)
        assert (notice.request["action"], notice.request["screen"]) == (action, screen_id)
    else:
        assert effects == []
    final_error_screen(session, error_type)


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
    assert errors() == {"name": "Taken", "mail": ""}, "words that still stand in the data come back"
    after(session, Leave("name"), Tap("Continue"), Answered({"screen": "ASK", "data": {"errors": {}}}))
    assert errors() == {"name": "", "mail": ""}


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
def test_being_led_back_clears_the_messages_but_an_answer_brings_them_again(how: str) -> None:
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
    assert errors() == (["Odd", "Still unknown"] if how == "answer" else ["", ""])


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
