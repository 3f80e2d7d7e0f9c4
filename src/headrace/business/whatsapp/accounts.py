"""WhatsApp Business Accounts."""

from dataclasses import dataclass
from urllib.parse import quote

from headrace.business.whatsapp.client import WhatsApp


@dataclass(frozen=True)
class Account:
    """A WhatsApp Business Account (WABA)."""

    id: str
    name: str


async def list_accounts(whatsapp: WhatsApp) -> list[Account]:
    """The accounts that the connection works for."""
    found = []
    for waba_id in whatsapp.access.waba_ids:
        entry = await whatsapp.get(quote(waba_id, safe=""), {"fields": "id,name"})
        found.append(Account(str(entry["id"]), str(entry.get("name", waba_id))))
    return found
