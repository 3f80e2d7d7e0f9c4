"""Registering where WhatsApp sends its webhooks."""

from dataclasses import dataclass

from headrace.business.whatsapp.client import WhatsApp

TEMPLATE_FIELDS = ("message_template_status_update", "message_template_quality_update", "template_category_update")
FIELDS = ("messages", "flows", "message_echoes", *TEMPLATE_FIELDS)


@dataclass(frozen=True)
class MetaApp:
    """The Meta app whose webhooks the business receives."""

    id: str
    secret: str
    verify_token: str


async def subscribe(whatsapp: WhatsApp, app: MetaApp, callback_url: str) -> None:
    """Registers the app's webhook and subscribes the app to every WABA of the connection."""
    await whatsapp.post(
        f"{app.id}/subscriptions",
        {
            "object": "whatsapp_business_account",
            "callback_url": callback_url,
            "verify_token": app.verify_token,
            "fields": ",".join(FIELDS),
        },
        access_token=f"{app.id}|{app.secret}",
    )
    for waba_id in whatsapp.access.waba_ids:
        await whatsapp.post(f"{waba_id}/subscribed_apps", {})
