"""The life of a Flow as a table: what leads from which status to which, and how Graph refuses everything else.

The business publishes, edits, deprecates and deletes; monitoring throttles and blocks, one step at a time, and takes
each step back (docs/lifecycle.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from headrace.platform.errors import PlatformError
from headrace.protocol import FlowStatus


class Action(StrEnum):
    EDIT = "edit"
    PUBLISH = "publish"
    DEPRECATE = "deprecate"
    DELETE = "delete"
    THROTTLE = "throttle"
    BLOCK = "block"
    UNBLOCK = "unblock"
    UNTHROTTLE = "unthrottle"


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


@dataclass(frozen=True)
class Refusal:
    """Graph's code and title for an action that a status does not allow, and what to do instead."""

    code: int
    title: str
    remedy: str

    def error(self, status: str) -> PlatformError:
        explanation = f"The Flow is {status}. {self.remedy}"
        return PlatformError(self.code, "Invalid parameter", title=self.title, explanation=explanation)


_CANNOT_DEPRECATE = Refusal(
    139003, "Can't deprecate unpublished flow", "Only a published Flow is deprecated. Delete a draft instead."
)
_ALREADY_DEPRECATED = Refusal(139003, "Flow is already deprecated", "There is nothing left to do.")

REFUSALS: Mapping[Action, Refusal] = {
    _A.EDIT: Refusal(
        139001, "Flow can't be updated", "Create a new Flow from it with clone_flow_id, and edit that one."
    ),
    _A.PUBLISH: Refusal(139002, "Publishing Flow in invalid state", "Only a draft can be published."),
    _A.DEPRECATE: _CANNOT_DEPRECATE,
    _A.DELETE: Refusal(139004, "Can't delete published Flow", "Deprecate it instead: messages in chats refer to it."),
}

_SPECIAL_REFUSALS: Mapping[tuple[Action, FlowStatus], Refusal] = {
    (_A.DEPRECATE, _S.DEPRECATED): _ALREADY_DEPRECATED,
    (_A.DELETE, _S.DEPRECATED): Refusal(
        139004, "Can't delete published Flow", "It was published and stays as a record."
    ),
}


def target(action: Action, status: str) -> FlowStatus:
    """The status an action leads to. Raises Graph's refusal for the business's actions, ValueError for monitoring's."""
    source = FlowStatus(status)
    found = TRANSITIONS.get((action, source))
    if found is not None:
        return found
    refusal = _SPECIAL_REFUSALS.get((action, source)) or REFUSALS.get(action)
    if refusal is None:
        raise ValueError(f"{action} does not lead anywhere from {source}")
    raise refusal.error(source)
