"""Every action in every status."""

import pytest

from headrace.platform.errors import PlatformError
from headrace.platform.flows.lifecycle import Action, target
from headrace.protocol import FlowStatus

pytestmark = pytest.mark.spec("lifecycle.md §4.1", "lifecycle.md §4.2")

# What the business may do, by status in the order DRAFT, PUBLISHED, THROTTLED, BLOCKED, DEPRECATED.
ALLOWED = {
    Action.EDIT: ["DRAFT", "DRAFT", 139001, 139001, 139001],
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
