"""Every action in every status."""

import re
from pathlib import Path

import pytest

from headrace.platform.errors import PlatformError
from headrace.platform.flows.lifecycle import ONLY_WHERE_EDITABLE, TRANSITIONS, Action, target
from headrace.protocol import FlowStatus
from headrace.settings import PublishedFlows

pytestmark = pytest.mark.spec("lifecycle.md §4.1", "lifecycle.md §4.2")

# What the business may do, by status in the order DRAFT, PUBLISHED, THROTTLED, BLOCKED, DEPRECATED.
ALLOWED = {
    Action.EDIT: ["DRAFT", 139001, 139001, 139001, 139001],
    Action.PUBLISH: ["PUBLISHED", 139002, 139002, 139002, 139002],
    Action.DEPRECATE: [139003, "DEPRECATED", "DEPRECATED", "DEPRECATED", 139003],
    Action.DELETE: ["DELETED", 139004, 139004, 139004, 139004],
}
MONITORED = {
    (Action.THROTTLE, FlowStatus.PUBLISHED): FlowStatus.THROTTLED,
    (Action.BLOCK, FlowStatus.THROTTLED): FlowStatus.BLOCKED,
    (Action.UNBLOCK, FlowStatus.BLOCKED): FlowStatus.THROTTLED,
    (Action.UNTHROTTLE, FlowStatus.THROTTLED): FlowStatus.PUBLISHED,
}
CASES = [
    (action, status, expected)
    for action, row in ALLOWED.items()
    for status, expected in zip(list(FlowStatus)[:5], row, strict=True)
]


@pytest.mark.parametrize(("action", "status", "expected"), CASES)
def test_what_the_business_may_do(action: Action, status: FlowStatus, expected: str | int) -> None:
    if isinstance(expected, str):
        assert target(action, status) == expected
        return
    with pytest.raises(PlatformError) as refused:
        target(action, status)
    assert refused.value.code == expected
    assert status.value in str(refused.value.explanation)


def test_a_published_flow_is_edited_only_where_that_is_set() -> None:
    assert target(Action.EDIT, FlowStatus.PUBLISHED, PublishedFlows.EDITABLE) == FlowStatus.DRAFT
    for action, status, expected in CASES:
        if (action, status) != (Action.EDIT, FlowStatus.PUBLISHED) and isinstance(expected, str):
            assert target(action, status, PublishedFlows.EDITABLE) == expected


def test_the_page_tells_every_transition() -> None:
    page = (Path(__file__).parents[3] / "docs" / "lifecycle.md").read_text()
    told = set(re.findall(r"^\| `([A-Z]+)` \| ([a-z]+) \| ([a-z]+) \| (?:`([A-Z]+)`|gone)(\*?)", page, re.MULTILINE))
    assert told == {
        (
            source.value,
            action.value,
            action.actor.value,
            "" if goal is FlowStatus.DELETED else goal.value,
            "*" if (action, source) in ONLY_WHERE_EDITABLE else "",
        )
        for (action, source), goal in TRANSITIONS.items()
    }


@pytest.mark.parametrize("action", [Action.THROTTLE, Action.BLOCK, Action.UNBLOCK, Action.UNTHROTTLE])
@pytest.mark.parametrize("status", list(FlowStatus))
def test_monitoring_goes_one_step_at_a_time(action: Action, status: FlowStatus) -> None:
    if (action, status) in MONITORED:
        assert target(action, status) == MONITORED[action, status]
        return
    with pytest.raises(ValueError, match="does not lead anywhere"):
        target(action, status)


def test_a_deprecated_flow_says_that_it_is() -> None:
    with pytest.raises(PlatformError) as refused:
        target(Action.DEPRECATE, FlowStatus.DEPRECATED)
    assert refused.value.title == "Flow is already deprecated"
