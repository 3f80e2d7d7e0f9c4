"""The log of a box: what it lists, by which filters, and an entry in full."""

import shlex
import urllib.error
import urllib.request
from typing import Any

import pytest
from tests.platform.control_room.test_acts import make_flow
from tests.platform.sample_flows import flow_json

from headrace.testing import BoxError, FreshBox


def entries(box: FreshBox, query: str = "") -> list[dict[str, Any]]:
    return list(box.world("GET", f"/log?{query}")["entries"])


def test_calls_are_found_by_flow_person_and_outcome(room: FreshBox) -> None:
    amara = room.handset("Amara")
    flow_id = make_flow(room, "Logged", flow_json())
    room.send(amara.wa_id, text={"body": "Good morning"})
    with pytest.raises(BoxError):
        room.graph("POST", f"{flow_id}/deprecate")
    newest = entries(room, "kind=call")
    assert [entry["what"].split(" ")[0] for entry in newest[:3]] == ["POST", "POST", "POST"]
    (refused,) = entries(room, f"flow={flow_id}&outcome=failed")
    assert (refused["what"], refused["status"], refused["error"]) == (f"POST /v23.0/{flow_id}/deprecate", 400, "139003")
    made = entries(room, f"kind=call&flow={flow_id}")[-1]
    assert (made["what"], made["flow_id"]) == (f"POST /v23.0/{room.credentials.waba_id}/flows", flow_id)
    (sent,) = entries(room, f"kind=call&person={amara.wa_id}")
    assert sent["flow_id"] is None
    found = room.world("GET", f"/log/call/{sent['id']}")
    assert '"Good morning"' in found["request"]
    assert "wamid." in found["response"]
    assert entries(room, "outcome=waiting") == []
    with pytest.raises(BoxError, match="kind is one of"):
        entries(room, "kind=all")
    with pytest.raises(BoxError, match="no such entry"):
        room.world("GET", "/log/call/999999")
    with pytest.raises(BoxError, match="no place in the log"):
        entries(room, "after=1")


def test_it_is_read_page_by_page(room: FreshBox) -> None:
    for _ in range(60):
        room.graph("GET", "me")
    first = room.world("GET", "/log?kind=call")
    second = room.world("GET", f"/log?kind=call&after={first['after']}")
    assert len(first["entries"]) == 50
    ids = [entry["id"] for entry in [*first["entries"], *second["entries"]]]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == len(ids) >= 60


def test_a_call_sent_again_by_curl_gives_the_same_answer(room: FreshBox) -> None:
    waba = room.credentials.waba_id
    with pytest.raises(BoxError):
        room.graph("POST", f"{waba}/flows", name="It's “one” of\nthose", categories=["NONE"])
    entry = entries(room, "kind=call")[0]
    found = room.world("GET", f"/log/call/{entry['id']}")
    words = shlex.split(found["curl"])
    assert words[:3] == ["curl", "-X", "POST"]
    headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
    body = words[words.index("--data-binary") + 1].encode()
    request = urllib.request.Request(words[3], data=body, headers=headers, method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    again = room.world("GET", f"/log/call/{entries(room, 'kind=call')[0]['id']}")
    trace = '"fbtrace_id"'
    assert refused.value.code == entry["status"]
    assert again["request"] == found["request"]
    assert [line for line in again["response"].split("\n") if trace not in line] == [
        line for line in found["response"].split("\n") if trace not in line
    ]


def test_it_can_be_switched_off(room: FreshBox) -> None:
    assert room.world("POST", "/log", keeps=False) == {"keeps": False}
    before = entries(room, "kind=call")[0]["id"]
    room.graph("GET", "me")
    assert entries(room, "kind=call")[0]["id"] == before
    room.world("POST", "/log", keeps=True)
    room.graph("GET", "me")
    assert entries(room, "kind=call")[0]["id"] > before


def test_the_pages_open_and_act_without_scripts(room: FreshBox) -> None:

    def page(path: str, method: str = "GET", body: bytes | None = None) -> str:
        headers = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
        request = urllib.request.Request(f"{room.url}/_world{path}", data=body, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            return error.read().decode()

    make_flow(room, "<script>alert(1)</script>", flow_json())
    shown = page("")
    assert "<h1>Control room</h1>" in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown
    assert "1:00:00 ahead of the machine&#39;s time" in page("/clock", "POST", b"by=1h")
    assert "That was not done." in page("/clock", "POST", b"by=never")
    page("/clock", "POST", b"reset=true")
    entry = entries(room, "kind=call")[0]
    assert "The same with curl" in page(f"/log/call/{entry['id']}")
    assert "no such entry" in page("/log/call/999999")
