"""`health_status`: whether messages can be sent with an object, and what stands in the way, node by node.

An object is as well as the worst of the nodes that it depends on (docs/graph-api.md).
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from headrace.platform.accounts.models import App, Business, PhoneNumber, Waba
from headrace.platform.errors.catalogue import (
    BUSINESS_BLOCKED,
    BUSINESS_NOT_VERIFIED,
    CHECK_FAILED,
    NUMBER_NOT_REGISTERED,
)
from headrace.platform.flows.models import Flow
from headrace.platform.flows.publishing_checks import Facts, failing
from headrace.protocol import FlowStatus
from headrace.protocol.numbers import NumberStatus


class CanSend(StrEnum):
    """From best to worst."""

    AVAILABLE = "AVAILABLE"
    LIMITED = "LIMITED"
    BLOCKED = "BLOCKED"


@dataclass(frozen=True)
class Node:
    """One entity with its errors, each with code, sentence and where to read on."""

    entity_type: str
    id: str
    can_send: CanSend = CanSend.AVAILABLE
    errors: list[tuple[int, str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def to_graph(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "entity_type": self.entity_type,
            "id": self.id,
            "can_send_message": self.can_send.value,
        }
        if self.errors:
            shown["errors"] = [
                {"error_code": code, "error_description": words, "possible_solution": solution}
                for code, words, solution in self.errors
            ]
        if self.remarks:
            shown["additional_info"] = self.remarks
        return shown


def health_status(nodes: list[Node]) -> dict[str, Any]:
    """The value of the field for an object that depends on `nodes`."""
    order = list(CanSend)
    worst = max((node.can_send for node in nodes), key=order.index)
    return {"can_send_message": worst.value, "entities": [node.to_graph() for node in nodes]}


def flow_node(flow: Flow, facts: Facts) -> Node:
    """A draft is judged by the publishing checks, every other Flow by its status."""
    match FlowStatus(flow.status):
        case FlowStatus.DRAFT:
            errors = [
                (CHECK_FAILED.code, f"{check.name}: {check.sentence(facts)}", check.solution)
                for check in failing(facts)
            ]
            return Node("FLOW", flow.id, CanSend.BLOCKED if errors else CanSend.AVAILABLE, errors)
        case FlowStatus.PUBLISHED:
            return Node("FLOW", flow.id)
        case FlowStatus.THROTTLED:
            return Node(
                "FLOW", flow.id, CanSend.LIMITED, remarks=["The Flow is throttled: at most 10 messages an hour."]
            )
        case status:
            return Node("FLOW", flow.id, CanSend.BLOCKED, remarks=[f"The Flow is {status.lower()}."])


def phone_number_node(phone_number: PhoneNumber) -> Node:
    if phone_number.status == NumberStatus.CONNECTED:
        return Node("PHONE_NUMBER", phone_number.id)
    words = f"The phone number is {phone_number.status.lower()}."
    error = (NUMBER_NOT_REGISTERED.code, words, NUMBER_NOT_REGISTERED.remedy)
    return Node("PHONE_NUMBER", phone_number.id, CanSend.BLOCKED, [error])


def waba_node(waba: Waba) -> Node:
    return Node("WABA", waba.id)


def business_node(business: Business) -> Node:
    if business.is_verified and not business.is_flagged:
        return Node("BUSINESS", business.id)
    if business.is_verified:
        error = (BUSINESS_BLOCKED.code, "The business is flagged for its conduct.", BUSINESS_BLOCKED.remedy)
        return Node("BUSINESS", business.id, CanSend.BLOCKED, [error])
    error = (BUSINESS_NOT_VERIFIED.code, BUSINESS_NOT_VERIFIED.title, BUSINESS_NOT_VERIFIED.remedy)
    return Node("BUSINESS", business.id, CanSend.LIMITED, [error])


def app_node(app: App, *, is_told_about_messages: bool) -> Node:
    if is_told_about_messages:
        return Node("APP", app.id)
    remark = (
        "Your app is not subscribed to the message webhook. This means you will not receive any messages sent to your "
        "phone number."
    )
    return Node("APP", app.id, CanSend.LIMITED, remarks=[remark])
