"""The button of a Flow message as a call asks for it: which Flow, in which version, and how it opens.

Rules: the parameters of Meta's guide "Sending a Flow". Whether the Flow is there and may be sent is judged in
`acceptance`.
"""

import logging
from dataclasses import dataclass
from typing import Any, Literal

from headrace.platform.errors.catalogue import MEMBER_INVALID, MEMBER_MISSING
from headrace.platform.flows.sending import Mode
from headrace.platform.messaging.fields import Fields
from headrace.protocol import UNUSED_TOKEN

_log = logging.getLogger(__name__)

FIRST_ENTRY_SCREEN = "FIRST_ENTRY_SCREEN"
_ADVISED_CTA_LENGTH = 30


@dataclass(frozen=True, slots=True)
class FlowButton:
    """`flow_id` or `flow_name` says which Flow; `screen` is None where the Flow begins by itself."""

    flow_id: str | None
    flow_name: str | None
    mode: Mode
    token: str
    action: Literal["navigate", "data_exchange"]
    screen: str | None
    data: dict[str, Any] | None


def read_flow_button(parameters: Fields) -> FlowButton:
    """Reads `action.parameters` of an interactive Flow message."""
    if parameters.text("flow_message_version") != "3":
        raise MEMBER_INVALID.detailed(
            f"`{parameters.path('flow_message_version')}` has to be `3`, the only version there is."
        )
    cta = parameters.text("flow_cta")
    if len(cta) > _ADVISED_CTA_LENGTH:
        _log.warning("the button of a Flow message has %d characters; phones cut it after about 30", len(cta))
    mode = parameters.choice("mode", ("published", "draft"), "published")
    token = parameters.optional_text("flow_token") or UNUSED_TOKEN
    flow_id, name = parameters.optional_text("flow_id"), parameters.optional_text("flow_name")
    if flow_id and name:
        raise MEMBER_INVALID.detailed("Both `flow_id` and `flow_name` are given. Keep one of them.")
    if not flow_id and not name:
        raise MEMBER_MISSING.detailed(
            f"`{parameters.path('flow_id')}` is missing. Name the Flow by `flow_id` or `flow_name`."
        )
    action = parameters.choice("flow_action", ("navigate", "data_exchange"), "navigate")
    screen, data = _read_payload(parameters, action)
    return FlowButton(
        flow_id=flow_id or None,
        flow_name=name or None,
        mode="draft" if mode == "draft" else "published",
        token=token,
        action="data_exchange" if action == "data_exchange" else "navigate",
        screen=screen,
        data=data,
    )


def _read_payload(parameters: Fields, action: str) -> tuple[str | None, dict[str, Any] | None]:
    payload = parameters.optional_object("flow_action_payload")
    if payload is None:
        return None, None
    if action == "data_exchange":
        if payload.value:
            raise MEMBER_INVALID.detailed(
                f"`{payload.whole}` goes only with `flow_action` `navigate`. Leave it out, or navigate."
            )
        return None, None
    screen = payload.optional_text("screen")
    data = payload.optional_object("data")
    if data is not None and not data.value:
        raise MEMBER_INVALID.detailed(f"`{data.whole}` is empty. Give it at least one member, or leave it out.")
    return None if screen == FIRST_ENTRY_SCREEN else screen or None, None if data is None else data.value
