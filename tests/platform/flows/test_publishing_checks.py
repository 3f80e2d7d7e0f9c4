"""The publishing checks, as facts in and refusals out."""

from dataclasses import replace
from typing import Any

import pytest

from headrace.platform.flows.publishing_checks import CHECKS, Facts, failing, first_refusal

pytestmark = pytest.mark.spec("lifecycle.md §4.4")

READY = Facts(
    has_endpoint=True,
    has_json=True,
    validation_error_count=0,
    is_frozen=False,
    endpoint_stands_in_json=False,
    endpoint_uri="https://example.com",
    has_app=True,
    has_verified_number=True,
    has_signed_key=True,
    is_told_about_flows=True,
)

# In the order of the checks: what is wrong, the code and title, and whether a Flow without endpoint minds.
TROUBLE: list[tuple[dict[str, Any], int, str, bool]] = [
    ({"has_verified_number": False}, 139002, "No Phone Number connected to WhatsApp Business Account", False),
    ({"has_signed_key": False}, 139002, "Missing Flows Signed Public Key", False),
    ({"endpoint_uri": None}, 139002, "Publishing without specifying endpoint_uri is forbidden", False),
    ({"has_app": False}, 139002, "No Application Connected to the Flow", False),
    ({"validation_error_count": 2}, 139002, "Publishing Flow with validation errors", True),
    ({"is_frozen": True}, 139002, "Versions in Flow JSON file are not available for publishing", True),
    ({"ping_problem": "It answered with 500."}, 139002, "Endpoint Not Available", False),
    (
        {"is_told_about_flows": False},
        139002,
        "WhatsApp Business Account is not subscribed to Flows Webhooks",
        False,
    ),
    ({"integrity_problem": "You need to verify your business."}, 139000, "Blocked By Integrity", True),
]


def test_nothing_speaks_against_a_ready_flow() -> None:
    assert first_refusal(READY) is None
    assert list(failing(READY)) == []


@pytest.mark.parametrize(("wrong", "code", "title", "without_endpoint"), TROUBLE)
def test_each_check_refuses_for_its_own_reason(
    wrong: dict[str, Any], code: int, title: str, without_endpoint: bool
) -> None:
    refused = first_refusal(replace(READY, **wrong))
    assert refused is not None
    assert (refused.code, refused.title) == (code, title)
    assert refused.explanation
    static = first_refusal(replace(READY, has_endpoint=False, **wrong))
    assert (static is not None) == without_endpoint


def test_the_first_of_several_is_told_and_health_lists_all() -> None:
    facts = READY
    expected: list[str] = []
    for wrong, _, title, _ in reversed(TROUBLE):
        facts = replace(facts, **wrong)
        refused = first_refusal(facts)
        assert refused is not None
        assert refused.title == title
        expected.append(title)
    assert [check.refusal(facts).title for check in failing(facts)] == expected[::-1]
    assert len(CHECKS) == len(TROUBLE)


def test_before_the_ping_only_the_checks_in_front_of_it_count() -> None:
    behind = replace(READY, is_told_about_flows=False)
    assert first_refusal(behind, before_ping=True) is None
    assert first_refusal(replace(behind, has_app=False), before_ping=True) is not None


def test_an_old_flow_misses_its_data_channel_uri() -> None:
    refused = first_refusal(replace(READY, endpoint_uri=None, endpoint_stands_in_json=True))
    assert refused is not None
    assert refused.title == "Publishing Flow without data_channel_uri"


def test_a_flow_without_json_is_told_to_upload_one() -> None:
    refused = first_refusal(replace(READY, has_json=False))
    assert refused is not None
    assert "Upload" in str(refused.explanation)
