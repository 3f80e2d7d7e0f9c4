"""A WhatsApp that answers the console's calls over real HTTP, with Flows a test puts there."""

import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

WABAS = {"100": "Millrace Opticians", "200": "Millrace staging"}
SENDERS = {
    "100": [
        {"id": "501", "display_phone_number": "+44 20 7946 0101", "verified_name": "Shops"},
        {"id": "502", "display_phone_number": "+44 20 7946 0102", "verified_name": "Workshop"},
    ],
    "200": [{"id": "503", "display_phone_number": "+44 20 7946 0199", "verified_name": "Staging"}],
}

EYE_TEST: dict[str, Any] = {
    "version": "7.3",
    "screens": [
        {
            "id": "VISIT",
            "title": "Your visit",
            "data": {},
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {
                        "type": "RadioButtonsGroup",
                        "name": "service",
                        "label": "Which service?",
                        "data-source": [
                            {"id": "0_lenses", "title": "Contact lenses"},
                            {"id": "1_test", "title": "Eye test"},
                        ],
                    },
                    {"type": "TextInput", "name": "note", "label": "Anything we should know?"},
                    {
                        "type": "Footer",
                        "label": "Continue",
                        "on-click-action": {
                            "name": "navigate",
                            "next": {"type": "screen", "name": "ABOUT_YOU"},
                            "payload": {"service": "${form.service}", "note": "${form.note}"},
                        },
                    },
                ],
            },
        },
        {
            "id": "ABOUT_YOU",
            "title": "About you",
            "terminal": True,
            "data": {
                "service": {"type": "string", "__example__": "0_lenses"},
                "note": {"type": "string", "__example__": "-"},
            },
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {"type": "TextInput", "name": "first_name", "label": "First name"},
                    {
                        "type": "Footer",
                        "label": "Send",
                        "on-click-action": {
                            "name": "complete",
                            "payload": {
                                "service": "${data.service}",
                                "note": "${data.note}",
                                "first_name": "${form.first_name}",
                            },
                        },
                    },
                ],
            },
        },
    ],
}


def flow(id: str, name: str, status: str = "PUBLISHED", waba: str = "100", **more: Any) -> dict[str, Any]:
    """One Flow as the Graph API lists it."""
    return {
        "id": id,
        "name": name,
        "status": status,
        "categories": ["APPOINTMENT_BOOKING"],
        "validation_errors": [],
        "json_version": "7.3",
        "updated_at": "2026-11-22T13:10:00+0000",
        "whatsapp_business_account": {"id": waba, "name": WABAS[waba]},
        **more,
    }


def _error(code: int, message: str, details: str) -> dict[str, Any]:
    error: dict[str, Any] = {"code": code, "message": message, "type": "OAuthException", "fbtrace_id": "A1"}
    if details:
        error["error_data"] = {"messaging_product": "whatsapp", "details": details}
    return error


@dataclass
class WhatsAppServer:
    """`sent` holds the messages it accepted, `asked` what was asked of Flows. While told to, it refuses every call, or
    only messages. `before_answer` is called with a message and its wamid before the sender hears of it.
    """

    url: str = ""
    flows: list[dict[str, Any]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    templates: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    before_answer: Callable[[dict[str, Any], str], Awaitable[None]] | None = None
    refusal: dict[str, Any] | None = None
    refused_messages: dict[str, Any] | None = None

    def refuse(self, code: int, message: str, details: str = "") -> None:
        self.refusal = _error(code, message, details)

    def refuse_messages(self, code: int, message: str, details: str = "") -> None:
        self.refused_messages = _error(code, message, details)

    async def list_flows(self, request: web.Request) -> web.Response:
        waba = request.match_info["id"]
        return web.json_response({"data": [f for f in self.flows if f["whatsapp_business_account"]["id"] == waba]})

    async def senders(self, request: web.Request) -> web.Response:
        return web.json_response({"data": SENDERS[request.match_info["id"]]})

    async def list_templates(self, request: web.Request) -> web.Response:
        self.asked.append(f"{request.match_info['id']}/message_templates")
        # The second account has none.
        return web.json_response({"data": [] if request.match_info["id"] == "200" else self.templates})

    async def create_template(self, request: web.Request) -> web.Response:
        made = {**await request.json(), "id": str(700 + len(self.templates)), "status": "PENDING"}
        self.templates.append(made)
        return web.json_response({"id": made["id"], "status": "PENDING", "category": made["category"]})

    async def delete_template(self, request: web.Request) -> web.Response:
        wanted = request.query["hsm_id"]
        self.templates = [one for one in self.templates if one["id"] != wanted]
        return web.json_response({"success": True})

    async def one(self, request: web.Request) -> web.Response:
        if request.match_info["id"] in WABAS:
            waba = {"id": request.match_info["id"], "name": WABAS[request.match_info["id"]]}
            return web.json_response({**waba, "business_verification_status": "not_verified"})
        self.asked.append(request.match_info["id"])
        for entry in self.flows:
            if entry["id"] == request.match_info["id"]:
                return web.json_response(entry)
        error = {"code": 100, "message": "Unsupported get request.", "type": "GraphMethodException"}
        return web.json_response({"error": error}, status=400)

    async def assets(self, request: web.Request) -> web.Response:
        self.asked.append(f"{request.match_info['id']}/assets")
        asset = {"name": "flow.json", "asset_type": "FLOW_JSON"}
        return web.json_response(
            {"data": [{**asset, "download_url": f"{self.url}/download/{request.match_info['id']}"}]}
        )

    async def download(self, request: web.Request) -> web.Response:
        id = request.match_info["id"]
        self.asked.append(f"download/{id}")
        return web.Response(text=self.texts.get(id, json.dumps(EYE_TEST)))

    async def messages(self, request: web.Request) -> web.Response:
        if self.refused_messages is not None:
            return web.json_response({"error": self.refused_messages}, status=400)
        message = {**await request.json(), "from": request.match_info["id"]}
        self.sent.append(message)
        wamid = f"wamid.sent{len(self.sent)}"
        if self.before_answer is not None:
            await self.before_answer(message, wamid)
        return web.json_response({"messages": [{"id": wamid}]})

    async def key(self, request: web.Request) -> web.Response:
        pem = self.keys.get(request.match_info["id"])
        found = [{"business_public_key": pem, "business_public_key_signature_status": "VALID"}] if pem else [{}]
        return web.json_response({"data": found})

    async def put_key(self, request: web.Request) -> web.Response:
        self.keys[request.match_info["id"]] = (await request.json())["business_public_key"]
        return web.json_response({"success": True})

    def _find(self, request: web.Request) -> dict[str, Any]:
        return next(entry for entry in self.flows if entry["id"] == request.match_info["id"])

    async def upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        assert form["asset_type"] == "FLOW_JSON"
        self.texts[request.match_info["id"]] = file.file.read().decode()
        return web.json_response({"success": True, "validation_errors": []})

    async def create(self, request: web.Request) -> web.Response:
        wanted = await request.json()
        if any(entry["name"] == wanted["name"] for entry in self.flows):
            error = _error(100, "Invalid parameter", "Choose another name: it is unique within an account.")
            return web.json_response({"error": {**error, "error_user_title": "Flow name is not unique"}}, status=400)
        made = flow(str(950 + len(self.flows)), wanted["name"], "DRAFT", request.match_info["id"])
        made["categories"] = wanted["categories"]
        self.flows.append(made)
        self.texts[made["id"]] = wanted.get("flow_json") or self.texts.get(wanted.get("clone_flow_id", ""), "")
        return web.json_response({"id": made["id"], "success": True, "validation_errors": []})

    async def change(self, request: web.Request) -> web.Response:
        template = next((one for one in self.templates if one["id"] == request.match_info["id"]), None)
        (self._find(request) if template is None else template).update(await request.json())
        return web.json_response({"success": True})

    async def publish(self, request: web.Request) -> web.Response:
        self._find(request)["status"] = "PUBLISHED"
        return web.json_response({"success": True})

    async def deprecate(self, request: web.Request) -> web.Response:
        self._find(request)["status"] = "DEPRECATED"
        return web.json_response({"success": True})

    async def delete(self, request: web.Request) -> web.Response:
        self.flows.remove(self._find(request))
        return web.json_response({"success": True})

    def application(self) -> web.Application:
        @web.middleware
        async def refusing(request: web.Request, handler: Any) -> web.StreamResponse:
            if self.refusal is not None:
                return web.json_response({"error": self.refusal}, status=400)
            answer: web.StreamResponse = await handler(request)
            return answer

        application = web.Application(middlewares=[refusing])
        version = "/v23.0/{id}"
        application.router.add_get(f"{version}/flows", self.list_flows)
        application.router.add_get(f"{version}/phone_numbers", self.senders)
        application.router.add_get(f"{version}/message_templates", self.list_templates)
        application.router.add_post(f"{version}/message_templates", self.create_template)
        application.router.add_delete(f"{version}/message_templates", self.delete_template)
        application.router.add_get(f"{version}/assets", self.assets)
        application.router.add_post(f"{version}/messages", self.messages)
        application.router.add_get(f"{version}/whatsapp_business_encryption", self.key)
        application.router.add_post(f"{version}/whatsapp_business_encryption", self.put_key)
        application.router.add_get(version, self.one)
        application.router.add_get("/download/{id}", self.download)
        application.router.add_post(f"{version}/assets", self.upload)
        application.router.add_post(f"{version}/flows", self.create)
        application.router.add_post(f"{version}/publish", self.publish)
        application.router.add_post(f"{version}/deprecate", self.deprecate)
        application.router.add_post(version, self.change)
        application.router.add_delete(version, self.delete)
        return application


@contextlib.asynccontextmanager
async def serving(server: WhatsAppServer) -> AsyncIterator[WhatsAppServer]:
    """Serves it on a free port of this machine while the block runs."""
    async with TestServer(server.application()) as listening:
        server.url = str(listening.make_url("")).rstrip("/")
        yield server
