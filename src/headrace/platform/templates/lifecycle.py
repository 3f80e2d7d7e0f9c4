"""The life of a template as a table: what may be done to one in which status, and what subscribers are told of it.

The business creates, edits and deletes; the review approves and rejects; monitoring pauses, disables and archives
(docs/templates.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from headrace.protocol import TemplateStatus

_S = TemplateStatus


class Action(StrEnum):
    """What WhatsApp does to a template; each may also be done by hand."""

    APPROVE = "approve"
    REJECT = "reject"
    APPEAL = "appeal"
    FLAG = "flag"
    PAUSE = "pause"
    UNPAUSE = "unpause"
    DISABLE = "disable"
    REINSTATE = "reinstate"
    ARCHIVE = "archive"
    UNARCHIVE = "unarchive"


@dataclass(frozen=True)
class Step:
    """What an action needs and leads to. `event` is how it is told; `target` None leaves the status as it is."""

    sources: frozenset[TemplateStatus]
    target: TemplateStatus | None
    event: str


STEPS: Mapping[Action, Step] = {
    Action.APPROVE: Step(frozenset({_S.PENDING, _S.IN_APPEAL, _S.REJECTED}), _S.APPROVED, _S.APPROVED),
    Action.REJECT: Step(frozenset({_S.PENDING, _S.IN_APPEAL, _S.APPROVED}), _S.REJECTED, _S.REJECTED),
    Action.APPEAL: Step(frozenset({_S.REJECTED}), _S.IN_APPEAL, _S.IN_APPEAL),
    Action.FLAG: Step(frozenset({_S.APPROVED}), None, "FLAGGED"),
    Action.PAUSE: Step(frozenset({_S.APPROVED}), _S.PAUSED, _S.PAUSED),
    Action.UNPAUSE: Step(frozenset({_S.PAUSED}), _S.APPROVED, _S.APPROVED),
    Action.DISABLE: Step(frozenset({_S.APPROVED, _S.PAUSED}), _S.DISABLED, _S.DISABLED),
    Action.REINSTATE: Step(frozenset({_S.DISABLED}), _S.APPROVED, "REINSTATED"),
    Action.ARCHIVE: Step(frozenset({_S.APPROVED}), _S.ARCHIVED, _S.ARCHIVED),
    Action.UNARCHIVE: Step(frozenset({_S.ARCHIVED}), _S.APPROVED, "UNARCHIVED"),
}

EDITABLE = frozenset({_S.APPROVED, _S.REJECTED, _S.PAUSED})
"""In these statuses the business may edit a template; the review then sees it anew."""


class NotPossible(ValueError):
    """An action that a template's status does not allow. The words are fit to be shown."""


def step(action: Action, status: str) -> Step:
    """What an action does in a status. Raises `NotPossible`."""
    found = STEPS[action]
    if status not in found.sources:
        sources = " or ".join(sorted(found.sources))
        raise NotPossible(f"The template is {status}, so it cannot be done to it: {action}. That takes {sources}.")
    return found
