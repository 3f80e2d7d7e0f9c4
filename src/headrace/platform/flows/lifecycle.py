"""The life of a Flow as a table: who leads it from which status to which, and how Graph refuses everything else.

The business publishes, edits, deprecates and deletes; monitoring throttles and blocks, one step at a time, and takes
each step back. Whether a published Flow may be edited is a setting (docs/lifecycle.md).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from headrace.platform.errors import ErrorCode
from headrace.platform.errors.catalogue import (
    FLOW_ALREADY_DEPRECATED,
    FLOW_IN_USE,
    FLOW_NEVER_PUBLISHED,
    FLOW_NOT_A_DRAFT,
    FLOW_NOT_EDITABLE,
    FLOW_ON_RECORD,
)
from headrace.protocol import FlowStatus
from headrace.settings import PublishedFlows


class Actor(StrEnum):
    BUSINESS = "business"
    MONITORING = "monitoring"


class Action(StrEnum):
    EDIT = "edit"
    PUBLISH = "publish"
    DEPRECATE = "deprecate"
    DELETE = "delete"
    THROTTLE = "throttle"
    BLOCK = "block"
    UNBLOCK = "unblock"
    UNTHROTTLE = "unthrottle"

    @property
    def actor(self) -> Actor:
        return Actor.BUSINESS if self in _OF_THE_BUSINESS else Actor.MONITORING


_OF_THE_BUSINESS: Final = frozenset({Action.EDIT, Action.PUBLISH, Action.DEPRECATE, Action.DELETE})


_S, _A = FlowStatus, Action

TRANSITIONS: Mapping[tuple[Action, FlowStatus], FlowStatus] = {
    (_A.EDIT, _S.DRAFT): _S.DRAFT,
    (_A.EDIT, _S.PUBLISHED): _S.DRAFT,
    (_A.PUBLISH, _S.DRAFT): _S.PUBLISHED,
    (_A.DEPRECATE, _S.PUBLISHED): _S.DEPRECATED,
    (_A.DEPRECATE, _S.THROTTLED): _S.DEPRECATED,
    (_A.DEPRECATE, _S.BLOCKED): _S.DEPRECATED,
    (_A.DELETE, _S.DRAFT): _S.DELETED,
    (_A.THROTTLE, _S.PUBLISHED): _S.THROTTLED,
    (_A.BLOCK, _S.THROTTLED): _S.BLOCKED,
    (_A.UNBLOCK, _S.BLOCKED): _S.THROTTLED,
    (_A.UNTHROTTLE, _S.THROTTLED): _S.PUBLISHED,
}

ONLY_WHERE_EDITABLE: Final = frozenset({(_A.EDIT, _S.PUBLISHED)})
"""The transitions that there are only where published Flows may be edited."""


REFUSALS: Mapping[Action, ErrorCode] = {
    _A.EDIT: FLOW_NOT_EDITABLE,
    _A.PUBLISH: FLOW_NOT_A_DRAFT,
    _A.DEPRECATE: FLOW_NEVER_PUBLISHED,
    _A.DELETE: FLOW_IN_USE,
}
"""How an action is refused in a status that does not allow it."""

_SPECIAL_REFUSALS: Mapping[tuple[Action, FlowStatus], ErrorCode] = {
    (_A.DEPRECATE, _S.DEPRECATED): FLOW_ALREADY_DEPRECATED,
    (_A.DELETE, _S.DEPRECATED): FLOW_ON_RECORD,
}


def target(action: Action, status: str, rule: PublishedFlows = PublishedFlows.LOCKED) -> FlowStatus:
    """The status an action leads to; `rule` says what may become of published Flows.

    Raises Graph's refusal for the business's actions, ValueError for monitoring's.
    """
    source = FlowStatus(status)
    found = TRANSITIONS.get((action, source))
    is_shut = rule is PublishedFlows.LOCKED and (action, source) in ONLY_WHERE_EDITABLE
    if found is not None and not is_shut:
        return found
    refusal = _SPECIAL_REFUSALS.get((action, source)) or REFUSALS.get(action)
    if refusal is None:
        raise ValueError(f"{action} does not lead anywhere from {source}")
    raise refusal.explained(f"The Flow is {source}. {refusal.remedy}")
