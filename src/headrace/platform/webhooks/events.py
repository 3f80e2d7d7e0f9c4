"""The envelope around every event, and its exact text on the wire.

WhatsApp signs the text as it is sent, and writes it in its own way (`headrace.protocol.meta_json`). So a value is
written once, stored as text, and never written anew; the envelope around it follows from a few columns.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headrace.clock import unix_seconds
from headrace.protocol.meta_json import webhook_json

OBJECT = "whatsapp_business_account"

# Events about messages carry their moments inside; all others have one on the envelope.
_FIELDS_WITHOUT_TIME = frozenset({"messages", "message_echoes", "smb_message_echoes"})

FIELDS = frozenset(
    {
        "account_alerts",
        "account_review_update",
        "account_update",
        "automatic_events",
        "business_capability_update",
        "calls",
        "flows",
        "history",
        "message_echoes",
        "message_template_components_update",
        "message_template_quality_update",
        "message_template_status_update",
        "messages",
        "partner_solutions",
        "payment_configuration_update",
        "phone_number_name_update",
        "phone_number_quality_update",
        "security",
        "smb_app_state_sync",
        "smb_message_echoes",
        "template_category_update",
        "tracking_events",
        "user_preferences",
    }
)
"""What an app can subscribe to."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that happened on a WABA. `value` is as documented for the field.

    `subject` is whom or what it is about: events about the same are told in order. `phone_number_id` says whose event
    it is, so that an app's callback for that number can be used; `wamid` lets a message's webhooks be found again.
    `except_app_id` is the app that did it itself and need not be told.
    """

    waba_id: str
    field: str
    value: dict[str, Any]
    subject: str = ""
    phone_number_id: str | None = None
    wamid: str | None = None
    except_app_id: str | None = None


def write_value(value: dict[str, Any]) -> str:
    """The text of an event's value, in ASCII."""
    return webhook_json(value)


def write_body(waba_id: str, field: str, value: str, moment: datetime) -> str:
    """The body of one POST: one entry with one change, around the text of its value."""
    time = "" if field in _FIELDS_WITHOUT_TIME else f',"time":{unix_seconds(moment)}'
    change = f'{{"value":{value},"field":"{field}"}}'
    return f'{{"object":"{OBJECT}","entry":[{{"id":"{waba_id}"{time},"changes":[{change}]}}]}}'
