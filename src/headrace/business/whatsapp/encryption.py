"""The public key by which WhatsApp seals what it asks a sender's endpoint."""

from dataclasses import dataclass

from headrace.business.whatsapp.client import WhatsApp


@dataclass(frozen=True)
class RegisteredKey:
    """A sender's key as WhatsApp has it: PEM, empty when there is none, and whether WhatsApp's signature holds."""

    pem: str
    is_valid: bool


async def register_key(whatsapp: WhatsApp, phone_number_id: str, pem: str) -> None:
    """Uploads a sender's public key; WhatsApp signs it. Raises `WhatsAppRefused`."""
    await whatsapp.post(f"{phone_number_id}/whatsapp_business_encryption", {"business_public_key": pem})


async def read_key(whatsapp: WhatsApp, phone_number_id: str) -> RegisteredKey:
    """The key that is registered for a sender. Raises `WhatsAppRefused`."""
    body = await whatsapp.get(f"{phone_number_id}/whatsapp_business_encryption")
    data = body.get("data")
    entry = data[0] if isinstance(data, list) and data and isinstance(data[0], dict) else body
    pem = entry.get("business_public_key")
    status = entry.get("business_public_key_signature_status")
    return RegisteredKey(pem if isinstance(pem, str) else "", status == "VALID")
