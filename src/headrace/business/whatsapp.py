"""The business's client of the Graph API: the box on this machine or Meta, told apart only by URL and token."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from headrace.outbound import Outbound, OutboundError

_FLOW_FIELDS = (
    "id,name,status,categories,validation_errors,json_version,data_api_version,endpoint_uri,updated_at,"
    "whatsapp_business_account"
)
_SUBSCRIBED_FIELDS = "messages,flows,message_echoes"
_TIMEOUT_SECONDS = 30.0


class WhatsAppRefused(Exception):
    """WhatsApp answered with an error, or not at all. The words are fit to be shown."""

    def __init__(self, code: int, message: str, details: str | None = None, title: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
        self.title = title


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


@dataclass(frozen=True)
class Sender:
    """A phone number of the business."""

    id: str
    display_number: str
    verified_name: str
    waba_id: str


@dataclass(frozen=True)
class RemoteMedia:
    """A file that WhatsApp keeps: `url` can be fetched for five minutes, `size` is in bytes."""

    id: str
    url: str
    mime_type: str
    size: int


@dataclass(frozen=True)
class Connection:
    """Where WhatsApp is and in whose name: `base_url` without a version, `version` like `v23.0`."""

    base_url: str
    access_token: str
    waba_ids: tuple[str, ...]
    version: str = "v23.0"


class WhatsApp:
    """Calls the Graph API over HTTP, also when it is served by this very process."""

    def __init__(self, connection: Connection, outbound: Outbound) -> None:
        self.connection = connection
        self._outbound = outbound

    async def list_flows(self) -> list[RemoteFlow]:
        """Every Flow of every WABA of the connection, newest first within a WABA."""
        flows: list[RemoteFlow] = []
        for waba_id in self.connection.waba_ids:
            flows.extend(_flow(entry) for entry in await self._pages(f"{waba_id}/flows", {"fields": _FLOW_FIELDS}))
        return flows

    async def get_flow(self, flow_id: str) -> RemoteFlow:
        return _flow(await self.get(quote(flow_id, safe=""), {"fields": _FLOW_FIELDS}))

    async def flow_text(self, flow_id: str) -> str:
        """The Flow JSON as last uploaded, byte for byte."""
        listing = await self.get(f"{quote(flow_id, safe='')}/assets")
        for asset in listing.get("data", []):
            if asset.get("asset_type") == "FLOW_JSON":
                answer = await self._send("GET", asset["download_url"], {}, None)
                return answer.decode("utf-8")
        raise WhatsAppRefused(100, f"The Flow {flow_id} has no Flow JSON yet.")

    async def senders(self) -> list[Sender]:
        found: list[Sender] = []
        for waba_id in self.connection.waba_ids:
            entries = await self._pages(f"{waba_id}/phone_numbers", {"fields": "id,display_phone_number,verified_name"})
            found.extend(
                Sender(entry["id"], entry.get("display_phone_number", ""), entry.get("verified_name", ""), waba_id)
                for entry in entries
            )
        return found

    async def send_flow(
        self,
        flow_id: str,
        to_wa_id: str,
        *,
        phone_number_id: str,
        cta: str,
        body: str,
        mode: str = "published",
        flow_token: str | None = None,
        action: str | None = None,
    ) -> str:
        """Sends an interactive Flow message and returns its wamid. `action` is `navigate` or `data_exchange`."""
        parameters: dict[str, Any] = {
            "flow_message_version": "3",
            "flow_id": flow_id,
            "flow_cta": cta,
            "mode": mode,
        }
        if flow_token is not None:
            parameters["flow_token"] = flow_token
        if action is not None:
            parameters["flow_action"] = action
        message = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": to_wa_id,
            "type": "interactive",
            "interactive": {
                "type": "flow",
                "body": {"text": body},
                "action": {"name": "flow", "parameters": parameters},
            },
        }
        answer = await self.post(f"{quote(phone_number_id, safe='')}/messages", message)
        return str(answer["messages"][0]["id"])

    async def media(self, media_id: str) -> RemoteMedia:
        """What WhatsApp says about a file; ids that came in a webhook are good for 7 days."""
        entry = await self.get(quote(media_id, safe=""))
        try:
            return RemoteMedia(
                str(entry["id"]), str(entry["url"]), str(entry["mime_type"]), int(entry.get("file_size", 0))
            )
        except (KeyError, ValueError, TypeError) as error:
            raise WhatsAppRefused(1, f"WhatsApp described the media {media_id} without its address.") from error

    async def media_content(self, media: RemoteMedia) -> bytes:
        """The file itself."""
        return await self._send("GET", media.url, {}, None)

    async def subscribe(self, app_id: str, app_secret: str, callback_url: str, verify_token: str) -> None:
        """Registers the app's webhook and subscribes the app to every WABA of the connection."""
        await self.post(
            f"{app_id}/subscriptions",
            {
                "object": "whatsapp_business_account",
                "callback_url": callback_url,
                "verify_token": verify_token,
                "fields": _SUBSCRIBED_FIELDS,
            },
            access_token=f"{app_id}|{app_secret}",
        )
        for waba_id in self.connection.waba_ids:
            await self.post(f"{waba_id}/subscribed_apps", {})

    async def get(self, path: str, query: dict[str, str] | None = None) -> dict[str, Any]:
        suffix = f"?{urlencode(query)}" if query else ""
        return _object(await self._send("GET", self._url(path) + suffix, {}, None))

    async def post(self, path: str, body: dict[str, Any], access_token: str | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        return _object(await self._send("POST", self._url(path), headers, orjson.dumps(body), access_token))

    async def _pages(self, path: str, query: dict[str, str]) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = []
        page = await self.get(path, {**query, "limit": "100"})
        while True:
            entries.extend(page.get("data", []))
            following = page.get("paging", {}).get("next")
            if not following:
                return entries
            page = _object(await self._send("GET", following, {}, None))

    def _url(self, path: str) -> str:
        return f"{self.connection.base_url}/{self.connection.version}/{path}"

    async def _send(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, access_token: str | None = None
    ) -> bytes:
        authorized = {**headers, "Authorization": f"Bearer {access_token or self.connection.access_token}"}
        try:
            answer = await self._outbound.request(method, url, headers=authorized, body=body, timeout=_TIMEOUT_SECONDS)
        except OutboundError as error:
            raise WhatsAppRefused(2, f"WhatsApp cannot be reached: {error}") from error
        if answer.status >= 400:
            raise _refusal(answer.status, answer.body)
        return answer.body


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise WhatsAppRefused(1, "WhatsApp answered with something that is not JSON.") from error
    if not isinstance(value, dict):
        raise WhatsAppRefused(1, "WhatsApp answered with something that is not an object.")
    return value


def _refusal(status: int, body: bytes) -> WhatsAppRefused:
    try:
        error = orjson.loads(body)["error"]
        data = error.get("error_data")
        details = data.get("details") if isinstance(data, dict) else error.get("error_user_msg")
        return WhatsAppRefused(int(error["code"]), str(error["message"]), details, error.get("error_user_title"))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return WhatsAppRefused(1, f"WhatsApp answered with HTTP status {status}.")


def _flow(entry: dict[str, Any]) -> RemoteFlow:
    account = entry.get("whatsapp_business_account", {})
    updated = entry.get("updated_at")
    return RemoteFlow(
        id=str(entry["id"]),
        name=entry.get("name", ""),
        status=entry.get("status", "DRAFT"),
        categories=tuple(entry.get("categories", ())),
        json_version=entry.get("json_version"),
        data_api_version=entry.get("data_api_version"),
        endpoint_uri=entry.get("endpoint_uri"),
        waba_id=str(account.get("id", "")),
        waba_name=account.get("name", ""),
        updated_at=datetime.strptime(updated, "%Y-%m-%dT%H:%M:%S%z") if updated else None,
        validation_error_count=len(entry.get("validation_errors", ())),
    )
