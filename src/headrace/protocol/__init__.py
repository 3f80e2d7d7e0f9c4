"""The words of WhatsApp's protocols that more than one room speaks: declared once, as tables.

Pure, and on the ground floor: the phone and the endpoint's side, which never import each other, both read them here.
"""

from headrace.protocol.error_types import FAILURES, PASSING_ERRORS, REPORTED_ERRORS, Blame, ErrorType, Failure
from headrace.protocol.flows import CATEGORIES, LISTED_ERRORS, SUCCESS, UNUSED_TOKEN, USABLE_VERSIONS, FlowStatus
from headrace.protocol.messages import FINAL_STATUSES, MessageStatus, precedes
from headrace.protocol.templates import (
    TEMPLATE_LANGUAGES,
    RejectionReason,
    TemplateCategory,
    TemplateQuality,
    TemplateStatus,
)

__all__ = [
    "CATEGORIES",
    "FAILURES",
    "FINAL_STATUSES",
    "LISTED_ERRORS",
    "PASSING_ERRORS",
    "REPORTED_ERRORS",
    "SUCCESS",
    "TEMPLATE_LANGUAGES",
    "UNUSED_TOKEN",
    "USABLE_VERSIONS",
    "Blame",
    "ErrorType",
    "Failure",
    "FlowStatus",
    "MessageStatus",
    "RejectionReason",
    "TemplateCategory",
    "TemplateQuality",
    "TemplateStatus",
    "precedes",
]
