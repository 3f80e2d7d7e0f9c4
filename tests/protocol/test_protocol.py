from headrace.protocol import FAILURES, REPORTED_ERRORS, ErrorType, MessageStatus, precedes


def test_every_error_type_says_what_it_means() -> None:
    assert set(FAILURES) == set(ErrorType)
    assert all(failure.sentence.endswith(".") for failure in FAILURES.values())


def test_only_answers_that_could_not_be_used_are_reported() -> None:
    assert {
        "response-decryption-error",
        "payload-schema-error",
        "invalid-screen-transition",
        "components-validation-error",
    } == REPORTED_ERRORS


def test_a_status_never_goes_back() -> None:
    order = ["accepted", "sent", "delivered", "read"]
    for place, status in enumerate(order):
        assert [following for following in order if precedes(status, following)] == order[place + 1 :]


def test_nothing_follows_a_final_status() -> None:
    for status in (MessageStatus.READ, MessageStatus.FAILED):
        assert not any(precedes(status, following) for following in MessageStatus)
    assert precedes("delivered", "failed")


def test_what_is_no_status_moves_nothing() -> None:
    assert not precedes("sent", "warmed up")
    assert precedes("warmed up", "sent")
