"""A business written with pywa, run as a process of its own: nothing is patched but the address Graph calls go to.

It reads its settings as JSON from its first line of input, prints one JSON line for each thing that happens, and ends
when its input ends.
"""
# mypy: disable-error-code="attr-defined, misc"

import json
import sys
import threading
import time
from typing import Any

import httpx
from pywa import WhatsApp
from pywa.types import FlowButton, FlowCompletion, FlowRequest, FlowResponse, MessageStatus
from pywa.types.flows import FlowActionType


class ToBox(httpx.BaseTransport):
    """Sends what is meant for graph.facebook.com to the box."""

    def __init__(self, base_url: str) -> None:
        self._base = httpx.URL(base_url)
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "graph.facebook.com":
            request.url = request.url.copy_with(scheme=self._base.scheme, host=self._base.host, port=self._base.port)
        return self._inner.handle_request(request)


def tell(event: str, **members: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, **members}) + "\n")
    sys.stdout.flush()


def main() -> None:
    settings = json.loads(sys.stdin.readline())
    whatsapp = WhatsApp(
        phone_id=settings["phone_number_id"],
        token=settings["access_token"],
        session=httpx.Client(transport=ToBox(settings["base_url"])),
        waba_id=settings["waba_id"],
        app_id=settings["app_id"],
        app_secret=settings["app_secret"],
        callback_url=f"http://127.0.0.1:{settings['port']}",
        verify_token="pywa's own word",
        webhook_challenge_delay=1,
        business_private_key=settings.get("private_key"),
    )

    @whatsapp.on_flow_completion
    def completed(_: WhatsApp, completion: FlowCompletion) -> None:
        replied = completion.reply_to_message
        tell(
            "completed",
            token=completion.token,
            response=completion.response,
            person=completion.from_user.wa_id,
            name=completion.from_user.name,
            message=replied.message_id if replied else None,
        )

    @whatsapp.on_message_status
    def status(_: WhatsApp, update: MessageStatus[str]) -> None:
        tell("status", id=update.id, status=update.status.value)

    if settings.get("private_key"):

        @whatsapp.on_flow_request("/flow")
        def flow(_: WhatsApp, request: FlowRequest) -> FlowResponse:
            tell("request", action=request.action.value, screen=request.screen, data=request.data)
            if request.screen == "NAME" and request.data:
                return request.respond(screen="GREETING", data={"greeting": f"Hello {request.data['name']}"})
            if request.screen == "GREETING":
                return request.respond(data={"greeted": True}, close_flow=True)
            return request.respond(screen="NAME", data={"hint": "As on your card"})

    threading.Thread(target=lambda: whatsapp.run(port=settings["port"], log_level="error"), daemon=True).start()
    time.sleep(2.5)  # pywa registers its callback a second after its server has started
    walk(whatsapp, settings)
    sys.stdin.read()


def walk(whatsapp: WhatsApp, settings: dict[str, Any]) -> None:
    has_endpoint = bool(settings.get("private_key"))
    created = whatsapp.create_flow(
        name=settings["name"],
        categories=["OTHER"],
        endpoint_uri=f"http://127.0.0.1:{settings['port']}/flow" if has_endpoint else None,
    )
    tell("created", id=created.id)
    uploaded = whatsapp.update_flow_json(created.id, settings["flow_json"])
    tell("uploaded", success=uploaded.success, errors=[error.error for error in uploaded.validation_errors or []])
    if has_endpoint:
        tell("key set", success=bool(whatsapp.set_business_public_key(settings["public_key"])))
    tell("published", success=bool(whatsapp.publish_flow(created.id)))
    details = whatsapp.get_flow(created.id)
    tell("read", name=details.name, status=details.status.value, version=details.json_version)
    listed = [flow.id for flow in whatsapp.get_flows()]
    tell("listed", found=created.id in listed)
    text = whatsapp.send_message(to=settings["to"], text="Hello from pywa")
    tell("sent text", id=text.id)
    sent = whatsapp.send_message(
        to=settings["to"],
        text="Tell us who you are",
        buttons=FlowButton(
            title="Begin",
            flow_id=created.id,
            flow_token="pywa-token",
            flow_action_type=FlowActionType.DATA_EXCHANGE if has_endpoint else FlowActionType.NAVIGATE,
            flow_action_screen=None if has_endpoint else "NAME",
        ),
    )
    tell("sent", id=sent.id)


if __name__ == "__main__":
    main()
