"""Flows as WhatsApp lists them, and their Flow JSON."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from headrace.business.whatsapp.client import WhatsApp
from headrace.business.whatsapp.errors import UNKNOWN_OBJECT, WhatsAppRefused
from headrace.protocol import FlowStatus

_FIELDS = (
    "id,name,status,categories,validation_errors,json_version,data_api_version,endpoint_uri,updated_at,"
    "whatsapp_business_account"
)


@dataclass(frozen=True)
class RemoteFlow:
    """A Flow as WhatsApp lists it."""

    id: str
    name: str
    status: str
    categories: tuple[str, ...]
    json_version: str | None
    data_api_version: str | None
    endpoint_uri: str | None
    waba_id: str
    waba_name: str
    updated_at: datetime | None
    validation_error_count: int

    @property
    def has_endpoint(self) -> bool:
        return self.data_api_version is not None


async def list_flows(whatsapp: WhatsApp) -> list[RemoteFlow]:
    """Every Flow of every WABA of the connection, newest first within a WABA."""
    flows: list[RemoteFlow] = []
    for waba_id in whatsapp.access.waba_ids:
        flows.extend(_flow(entry) for entry in await whatsapp.pages(f"{waba_id}/flows", {"fields": _FIELDS}))
    return flows


async def get_flow(whatsapp: WhatsApp, flow_id: str) -> RemoteFlow:
    return _flow(await whatsapp.get(quote(flow_id, safe=""), {"fields": _FIELDS}))


async def flow_text(whatsapp: WhatsApp, flow_id: str) -> str:
    """The Flow JSON as last uploaded, byte for byte."""
    listing = await whatsapp.get(f"{quote(flow_id, safe='')}/assets")
    for asset in listing.get("data", []):
        if asset.get("asset_type") == "FLOW_JSON":
            return (await whatsapp.content(asset["download_url"])).decode("utf-8")
    raise WhatsAppRefused(UNKNOWN_OBJECT, f"The Flow {flow_id} has no Flow JSON yet.")


def _flow(entry: dict[str, Any]) -> RemoteFlow:
    account = entry.get("whatsapp_business_account", {})
    updated = entry.get("updated_at")
    return RemoteFlow(
        id=str(entry["id"]),
        name=entry.get("name", ""),
        status=entry.get("status", FlowStatus.DRAFT.value),
        categories=tuple(entry.get("categories", ())),
        json_version=entry.get("json_version"),
        data_api_version=entry.get("data_api_version"),
        endpoint_uri=entry.get("endpoint_uri"),
        waba_id=str(account.get("id", "")),
        waba_name=account.get("name", ""),
        updated_at=datetime.strptime(updated, "%Y-%m-%dT%H:%M:%S%z") if updated else None,
        validation_error_count=len(entry.get("validation_errors", ())),
    )
