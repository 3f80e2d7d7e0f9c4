"""Flows of every version, our own and those by others, travel the whole path, all over HTTP."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import corpus_documents
from tests.journey.conftest import Box
from tests.journey.filling import components_of, entry_screen, examples, fill_screen, generic_endpoint
from tests.serving import serving

from headrace.exchange.keys import generate_key_pair
from headrace.testing import Handset, OpenFlow

pytestmark = pytest.mark.box

DRAWN = {
    *("TextHeading", "TextSubheading", "TextBody", "TextCaption", "TextInput", "TextArea", "Dropdown"),
    *("RadioButtonsGroup", "CheckboxGroup", "DatePicker", "OptIn", "EmbeddedLink", "Image", "Footer"),
    *("Form", "If", "Switch", "SingleColumnLayout", "ChipsSelector", "RichText", "ImageCarousel", "CalendarPicker"),
    "NavigationList",
    *("PhotoPicker", "DocumentPicker"),
}
MOST_STEPS = 40


def documents() -> list[Any]:
    """Every document judged official or valid that is made of the components above and can be sent as it is."""
    found = [path for path in corpus_documents("official", "valid") if _is_drawn(json.loads(path.read_text()))]
    return [pytest.param(path, id=path.stem) for path in found]


def _is_drawn(flow: dict[str, Any]) -> bool:
    kinds = {component["type"] for screen in flow["screens"] for component in components_of(screen["layout"])}
    return kinds <= DRAWN and "pattern" not in json.dumps(flow)


@pytest.mark.parametrize("document", documents())
def test_a_flow_travels_the_whole_path(box: Box, document: Path) -> None:
    text = document.read_text()
    flow = json.loads(text)
    handset = Handset(box.credentials["handsets"][0]["url"])
    if "data_api_version" not in flow:
        flow_id = box.make_flow(document.name, text)
        entry = entry_screen(flow)
        data = examples(entry)
        payload = {"screen": entry["id"], **({"data": data} if data else {})}
        travel(handset, flow, box.send_flow(flow_id, handset.wa_id, flow_action_payload=payload))
        return
    pair = generate_key_pair()
    box.register_key(pair.public_pem)
    endpoint = generic_endpoint(flow, pair.private_pem, box.credentials["app_secret"])
    with serving(endpoint) as address:
        if "data_channel_uri" in flow:  # before 3.0 the address of the endpoint is written in the file
            flow_id = box.make_flow(document.name, json.dumps({**flow, "data_channel_uri": address}))
        else:
            flow_id = box.make_flow(document.name, text, endpoint_uri=address)
        wamid = box.send_flow(flow_id, handset.wa_id, flow_action="data_exchange")
        travel(handset, flow, wamid)


def travel(handset: Handset, flow: dict[str, Any], wamid: str) -> None:
    """Opens the message, fills in screen after screen, and compares what was sent with what the last screen sends."""
    open_flow = handset.open(wamid)
    last = open_flow.screen
    for _ in range(MOST_STEPS):
        last = open_flow.screen
        fill_screen(open_flow, flow)
        if open_flow.status != "completed":
            visit_links(open_flow, flow)
            go_on(open_flow)
        if open_flow.status == "completed":
            break
    assert open_flow.status == "completed", open_flow.state
    response = handset.wait_for_message(lambda message: message["quoted_id"] == wamid, "the response")["response"]
    assert set(response) - {"flow_token"} in ending_payloads(flow, str(last))


def go_on(open_flow: OpenFlow) -> None:
    """Taps the first row of a list, else the Footer."""
    rows = [row for part in open_flow.components if part["type"] == "NavigationList" for row in part["items"]]
    if rows:
        open_flow.tap(next(row["title"] for row in rows if row["enabled"]))
        return
    footer, here = open_flow.footer, open_flow.screen
    assert footer is not None, f"{here} has no Footer to go on with"
    assert footer["enabled"], f"the Footer of {here} stays shut: {footer['reason']}"
    open_flow.tap(footer["label"])


def visit_links(open_flow: OpenFlow, flow: dict[str, Any]) -> None:
    """Follows the links of a screen to screens that one only comes back from, and fills those in."""
    here = open_flow.screen
    for link in [component for component in open_flow.components if component["type"] == "EmbeddedLink"]:
        open_flow.tap(link["text"])
        if open_flow.screen == here:
            continue
        fill_screen(open_flow, flow)
        open_flow.back()
        assert open_flow.screen == here


def ending_payloads(flow: dict[str, Any], last: str) -> list[set[str]]:
    """The members of each payload that can end the Flow on its last screen."""
    screen = next(screen for screen in flow["screens"] if screen["id"] == last)
    found = []
    for component in components_of(screen["layout"]):
        for member in ("on-click-action", "on-select-action"):
            action = component.get(member, {})
            if action.get("name") in {"complete", "data_exchange"}:
                found.append(set(action.get("payload", {})))
    return found
