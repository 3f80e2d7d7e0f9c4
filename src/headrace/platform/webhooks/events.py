"""The envelope around every event, and its exact text on the wire.

WhatsApp escapes everything outside ASCII as `\\uXXXX` and a slash as `\\/`, and signs the text as it is sent. So an
event is written once, stored as text, and never written anew.
"""

import json
from datetime import datetime
from typing import Any

from headrace.clock import unix_seconds

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


def write_event(waba_id: str, field: str, value: dict[str, Any], moment: datetime) -> str:
    """The body of one POST: one entry with one change, in ASCII."""
    entry: dict[str, Any] = {"id": waba_id}
    if field not in _FIELDS_WITHOUT_TIME:
        entry["time"] = unix_seconds(moment)
    entry["changes"] = [{"value": value, "field": field}]
    envelope = {"object": OBJECT, "entry": [entry]}
    # A slash can only stand inside a string, and a backslash before it means nothing to a JSON reader.
    return json.dumps(envelope, ensure_ascii=True, separators=(",", ":"), allow_nan=False).replace("/", "\\/")
