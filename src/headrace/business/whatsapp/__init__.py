"""The business's client of the Graph API: one module for each thing WhatsApp has."""

from headrace.business.whatsapp.client import Access, WhatsApp
from headrace.business.whatsapp.errors import UNKNOWN_OBJECT, WhatsAppRefused
from headrace.business.whatsapp.flows import Health, Hindrance, RemoteFlow
from headrace.business.whatsapp.media import RemoteMedia
from headrace.business.whatsapp.messages import FlowInvitation, Sender
from headrace.business.whatsapp.subscriptions import MetaApp
from headrace.business.whatsapp.templates import RemoteTemplate, TemplateInvitation

__all__ = [
    "UNKNOWN_OBJECT",
    "Access",
    "FlowInvitation",
    "Health",
    "Hindrance",
    "MetaApp",
    "RemoteFlow",
    "RemoteMedia",
    "RemoteTemplate",
    "Sender",
    "TemplateInvitation",
    "WhatsApp",
    "WhatsAppRefused",
]
