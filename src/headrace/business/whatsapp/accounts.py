"""WhatsApp Business Accounts."""

from dataclasses import dataclass
from urllib.parse import quote

from headrace.business.whatsapp.client import WhatsApp
from headrace.business.whatsapp.flows import Hindrance, health_of


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


@dataclass(frozen=True)
class AccountHealth:
    """How an account stands. `verification` is Meta's word for its business's: `verified`, `not_verified` …

    `hindrances` are what keeps messages from being sent, or from being sent to many.
    """

    id: str
    name: str
    verification: str
    hindrances: tuple[Hindrance, ...]

    @property
    def is_verified(self) -> bool:
        return self.verification == "verified"


async def account_health(whatsapp: WhatsApp, waba_id: str) -> AccountHealth:
    """Whether the business behind an account is verified, and what holds the account back."""
    fields = "id,name,business_verification_status,health_status"
    entry = await whatsapp.get(quote(waba_id, safe=""), {"fields": fields})
    status = entry.get("health_status")
    health = health_of(status if isinstance(status, dict) else {})
    verification = str(entry.get("business_verification_status") or "")
    return AccountHealth(str(entry["id"]), str(entry.get("name", waba_id)), verification, health.hindrances)
