"""A template as a node of `health_status`: it can be sent once it is approved."""

from headrace.platform.errors.catalogue import TEMPLATE_NOT_APPROVED
from headrace.platform.flows.availability import CanSend, Node
from headrace.platform.templates.models import Template
from headrace.protocol import TemplateStatus


def template_node(template: Template) -> Node:
    if template.status == TemplateStatus.APPROVED:
        return Node("MESSAGE_TEMPLATE", template.id)
    words = f"The message template is {template.status.lower()}."
    error = (TEMPLATE_NOT_APPROVED.code, words, TEMPLATE_NOT_APPROVED.remedy)
    return Node("MESSAGE_TEMPLATE", template.id, CanSend.BLOCKED, [error])
