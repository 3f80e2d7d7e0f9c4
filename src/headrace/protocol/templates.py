"""Words about message templates: where one is in its life, what it is for, how it is received, why it was refused."""

from enum import StrEnum


class TemplateStatus(StrEnum):
    """Where a template is in its life. Only one that is `APPROVED` can be sent."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    PAUSED = "PAUSED"
    DISABLED = "DISABLED"
    IN_APPEAL = "IN_APPEAL"
    PENDING_DELETION = "PENDING_DELETION"
    DELETED = "DELETED"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    ARCHIVED = "ARCHIVED"
    LOCKED = "LOCKED"


class TemplateCategory(StrEnum):
    """What a template is for, which also says what sending it costs."""

    MARKETING = "MARKETING"
    UTILITY = "UTILITY"
    AUTHENTICATION = "AUTHENTICATION"


class TemplateQuality(StrEnum):
    """How people receive a template."""

    UNKNOWN = "UNKNOWN"
    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"


class RejectionReason(StrEnum):
    """Why a template was refused by the review; `NONE` where it was not."""

    NONE = "NONE"
    ABUSIVE_CONTENT = "ABUSIVE_CONTENT"
    INCORRECT_CATEGORY = "INCORRECT_CATEGORY"
    INVALID_FORMAT = "INVALID_FORMAT"
    PROMOTIONAL = "PROMOTIONAL"
    SCAM = "SCAM"
    TAG_CONTENT_MISMATCH = "TAG_CONTENT_MISMATCH"


_LANGUAGES = """
af ar ar_AE ar_EG ar_LB ar_MA ar_QA ar_SA az bg bn ca cs da de el en en_AU en_CA en_GB en_IN en_US es es_AR es_CL es_CO
es_ES es_MX es_PE es_VE et fa fi fil fr fr_BE fr_CA ga gu ha he hi hr hu id it ja ka kk kn ko ky_KG lo lt lv mk ml mr ms
nb nl pa pl pt_BR pt_PT ro ru rw_RW sk sl sq sr sv sw ta te th tr uk ur uz vi zh_CN zh_HK zh_TW zu
"""

TEMPLATE_LANGUAGES = frozenset(_LANGUAGES.split())
"""The languages and locales that templates exist in."""
