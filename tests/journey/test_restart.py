"""A server that is killed comes back as it was: the same credentials, the same screen, the same values."""

import json
from pathlib import Path

import pytest
from tests.journey.conftest import ROOT, start_box

from headrace.testing import Handset, OpenFlow

pytestmark = pytest.mark.box


def test_a_killed_server_resumes_an_open_flow(tmp_path: Path) -> None:
    box = start_box(tmp_path / "data")
    try:
        text = (ROOT / "examples" / "feedback" / "flow.json").read_text()
        flow_id = box.make_flow("How was your visit?", text)
        handset = Handset(box.credentials["handsets"][0]["url"])
        wamid = box.send_flow(flow_id, handset.wa_id)
        open_flow = handset.open(wamid)
        first = open_flow.inputs[0]
        open_flow.select(first["name"], first["options"][1]["id"])
        before = open_flow.state
        session_url = open_flow.url
    finally:
        box.kill()

    again = start_box(tmp_path / "data", port=int(box.url.rsplit(":", 1)[1]))
    try:
        assert again.credentials == box.credentials
        resumed = OpenFlow(session_url)
        assert resumed.screen == before["screen"]
        assert resumed.components == before["components"]
        assert resumed.inputs[0]["value"] == first["options"][1]["id"]
    finally:
        again.stop()


def test_two_servers_cannot_share_a_folder(tmp_path: Path) -> None:
    box = start_box(tmp_path / "data")
    try:
        with pytest.raises(AssertionError, match="is in use by another headrace serve"):
            start_box(tmp_path / "data")
    finally:
        box.stop()


def test_what_serve_prints_is_one_line_for_scripts(tmp_path: Path) -> None:
    box = start_box(tmp_path / "data")
    try:
        printed = box.credentials
        expected = "base_url access_token waba_id phone_number_id app_id app_secret verify_token console_url"
        assert set(expected.split()) | {"wabas", "senders", "handsets"} <= set(printed)
        assert (len(printed["wabas"]), len(printed["senders"]), len(printed["handsets"])) == (2, 3, 5)
        assert {"id", "name", "wa_id", "url"} <= set(printed["handsets"][0])
        subscribed = box.graph("GET", f"{printed['waba_id']}/subscribed_apps")["data"]
        assert len(subscribed) == 2
        json.dumps(printed)
        message = {
            "messaging_product": "whatsapp",
            "to": printed["handsets"][0]["wa_id"],
            "text": {"body": "Inside the window"},
        }
        sent = box.graph("POST", f"{printed['phone_number_id']}/messages", json=message)["messages"][0]["id"]
        handset = Handset(printed["handsets"][0]["url"])
        arrived = handset.wait_for_message(lambda found: found["id"] == sent)
        assert arrived["failure"] is None
    finally:
        box.stop()
