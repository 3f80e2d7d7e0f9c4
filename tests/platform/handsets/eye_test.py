"""A Flow with an endpoint and something sensitive: what inspector, summary and switches are tried with."""

import json
from dataclasses import replace
from typing import Any, cast

from tests.phone.flows import checkboxes, dropdown, flow, footer, heading, radio, screen, string, text_input
from tests.platform.messaging.stage import Stage

from headrace.exchange.endpoint import Endpoint, Request, Screen
from headrace.exchange.keys import generate_key_pair
from headrace.exchange.transport import AsgiTransport
from headrace.outbound import Outbound
from headrace.platform.accounts.encryption import set_key
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.flows.models import Flow

ADDRESS = "https://shop.example.org/flow"
HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>"

OPT_IN = {"type": "OptIn", "name": "news", "label": "Send me news"}
DAY = {"type": "DatePicker", "name": "day", "label": "Day"}
BODY = {"type": "TextBody", "text": "Tell us who you are, and we find a time that suits you."}
TIMES = {"type": "array", "items": {"type": "object"}, "__example__": []}

FLOW = flow(
    screen(
        "DETAILS",
        heading("Your details"),
        BODY,
        text_input("name", required=True, **{"helper-text": "As on your card"}),
        text_input("card", **{"input-type": "number"}),
        text_input("pin", **{"input-type": "passcode"}),
        dropdown("shop", "canal_street", "mill_road"),
        radio("lens", "glass", "plastic"),
        checkboxes("colours", "black", "brown"),
        DAY,
        OPT_IN,
        footer("data_exchange", {"name": "${form.name}", "card": "${form.card}"}),
        sensitive=["card", "colours"],
    ),
    screen(
        "TIMES",
        heading("${data.hello}"),
        {**radio("time"), "data-source": "${data.times}"},
        footer("complete", {"time": "${form.time}"}, label="Book"),
        data={"hello": string(), "times": TIMES, "note": string()},
        terminal=True,
    ),
    routing={"DETAILS": ["TIMES"], "TIMES": []},
)


def answer(request: Request) -> Screen:
    """What the endpoint says to everything but INIT."""
    times = [{"id": "t1", "title": "Monday 10:00"}, {"id": "t2", "title": "Tuesday 11:30"}]
    return Screen("TIMES", {"hello": f"Hello {request.data.get('name')}", "times": times, "note": HOSTILE})


async def sent(stage: Stage) -> tuple[str, Box]:
    """Sends the Flow to Amara. Returns the message's wamid, and a box whose calls out reach its endpoint."""
    flow, box = await prepared(stage)
    return await send(stage, flow), box


async def send(stage: Stage, flow: Flow) -> str:
    return await stage.send_flow(flow, flow_action="data_exchange", flow_token="token-1")


async def prepared(stage: Stage) -> tuple[Flow, Box]:
    """The Flow, ready to be sent, and a box whose calls out reach its endpoint. Amara has written."""
    pair = generate_key_pair()
    await stage.write()
    text = json.dumps(FLOW)
    flow = await stage.make_flow(endpoint=True, endpoint_uri=ADDRESS, json_text=text, name="Book an eye test")
    async with stage.box.database.transaction() as session:
        await set_key(session, await session.get_one(PhoneNumber, stage.sender.id), pair.public_pem)
        await stage.publish(session, flow, text, number=2)
    endpoint = Endpoint(private_key=pair.private_pem, app_secret=stage.app.secret)

    @endpoint.on_init
    def begin(request: Request) -> Screen:
        return Screen("DETAILS")

    @endpoint.on("DETAILS")
    def details(request: Request) -> Screen:
        return answer(request)

    return flow, replace(stage.box, outbound=cast("Outbound", AsgiTransport(cast("Any", endpoint))))
