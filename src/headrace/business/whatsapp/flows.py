"""Flows as WhatsApp lists them, and their Flow JSON."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from headrace.business.whatsapp.client import WhatsApp
from headrace.business.whatsapp.errors import UNKNOWN_OBJECT, WhatsAppRefused
from headrace.protocol import LISTED_ERRORS, FlowStatus

_FIELDS = (
    "id,name,status,categories,validation_errors,json_version,data_api_version,endpoint_uri,updated_at,"
    "whatsapp_business_account"
)
_FLOW_NODE = "FLOW"


@dataclass(frozen=True)
class Hindrance:
    """One entry of `health_status`: what keeps messages with a Flow from being sent, on which node.

    `check` is the publishing check that fails, where WhatsApp names one; `severity` is `BLOCKED` or `LIMITED`.
    """

    entity: str
    severity: str
    check: str | None
    words: str
    solution: str | None


@dataclass(frozen=True)
class Health:
    """`health_status` of a Flow: `can_send` is `AVAILABLE`, `LIMITED` or `BLOCKED`."""

    can_send: str
    hindrances: tuple[Hindrance, ...]

    def failed_checks(self) -> dict[str, Hindrance]:
        """The publishing checks that fail, by their names."""
        return {one.check: one for one in self.hindrances if one.check is not None}


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
    health: Health | None = None

    @property
    def errors_in_words(self) -> str:
        """How many validation errors it has, as far as WhatsApp lists them: "1 error", "50 errors or more"."""
        count = self.validation_error_count
        return "1 error" if count == 1 else f"{count} errors{' or more' if count >= LISTED_ERRORS else ''}"

    @property
    def has_endpoint(self) -> bool:
        return self.data_api_version is not None


async def list_flows(whatsapp: WhatsApp, *, with_health: bool = False) -> list[RemoteFlow]:
    """Every Flow of every WABA of the connection, newest first within a WABA."""
    flows: list[RemoteFlow] = []
    fields = f"{_FIELDS},health_status" if with_health else _FIELDS
    for waba_id in whatsapp.access.waba_ids:
        flows.extend(_flow(entry) for entry in await whatsapp.pages(f"{waba_id}/flows", {"fields": fields}))
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


async def create_flow(whatsapp: WhatsApp, waba_id: str, name: str, categories: list[str], **more: str) -> str:
    """Makes a draft and returns its id. `more` are further parameters: `flow_json`, `clone_flow_id`, `endpoint_uri`."""
    answer = await whatsapp.post(f"{quote(waba_id, safe='')}/flows", {"name": name, "categories": categories, **more})
    return str(answer["id"])


async def upload_json(whatsapp: WhatsApp, flow_id: str, text: str) -> int:
    """Uploads a Flow JSON, errors and all, and returns how many validation errors WhatsApp found."""
    fields = {"name": "flow.json", "asset_type": "FLOW_JSON"}
    answer = await whatsapp.upload(f"{quote(flow_id, safe='')}/assets", text.encode(), fields)
    return len(answer.get("validation_errors", ()))


async def change_flow(whatsapp: WhatsApp, flow_id: str, **facts: Any) -> None:
    """Changes `name`, `categories` or `endpoint_uri`."""
    await whatsapp.post(quote(flow_id, safe=""), facts)


async def publish_flow(whatsapp: WhatsApp, flow_id: str) -> None:
    await whatsapp.post(f"{quote(flow_id, safe='')}/publish", {})


async def deprecate_flow(whatsapp: WhatsApp, flow_id: str) -> None:
    await whatsapp.post(f"{quote(flow_id, safe='')}/deprecate", {})


async def delete_flow(whatsapp: WhatsApp, flow_id: str) -> None:
    await whatsapp.delete(quote(flow_id, safe=""))


async def flow_health(whatsapp: WhatsApp, flow_id: str) -> Health:
    """What keeps a Flow from being published or sent."""
    answer = await whatsapp.get(quote(flow_id, safe=""), {"fields": "health_status"})
    return health_of(answer.get("health_status", {}))


def health_of(status: dict[str, Any]) -> Health:
    """What `health_status` of a node says."""
    found = [one for entity in status.get("entities", ()) for one in _hindrances(entity)]
    return Health(str(status.get("can_send_message", "")), tuple(found))


def _hindrances(entity: dict[str, Any]) -> list[Hindrance]:
    kind, severity = str(entity.get("entity_type", "")), str(entity.get("can_send_message", ""))
    found = []
    for error in entity.get("errors", ()):
        name, colon, words = str(error.get("error_description", "")).partition(": ")
        is_check = kind == _FLOW_NODE and bool(colon) and name.replace("_", "").isalnum()
        sentence = words if is_check else str(error.get("error_description", ""))
        found.append(Hindrance(kind, severity, name if is_check else None, sentence, error.get("possible_solution")))
    return found + [Hindrance(kind, severity, None, str(words), None) for words in entity.get("additional_info", ())]


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
        health=health_of(entry["health_status"]) if "health_status" in entry else None,
    )
