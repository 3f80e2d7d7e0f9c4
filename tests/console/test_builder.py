"""The Builder's server side: opening a Flow, saving it with its history, and leading it through its life."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from tests.business.workspace import Member, make_member
from tests.console.conftest import browser_of
from tests.console.drawn import Drawn
from tests.console.whatsapp_server import EYE_TEST, WhatsAppServer

from headrace.business.context import BusinessContext
from headrace.business.flows.versions import digest
from headrace.business.team import Role
from headrace.business.team.audit import list_entries
from headrace.console.builder.pages import line_changes
from headrace.console.context import Console

pytestmark = pytest.mark.anyio

WAS = json.dumps(EYE_TEST)


async def facts(browser: httpx.AsyncClient, flow_id: str = "902") -> dict[str, Any]:
    answer = await browser.get(f"/flows/{flow_id}/edit")
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.text.partition('id="builder-facts">')[2].partition("</script>")[0])
    return found


async def save(browser: httpx.AsyncClient, text: str, base: str, note: str = "") -> httpx.Response:
    return await browser.post("/flows/902/save", json={"text": text, "base": base, "note": note})


async def log(business: BusinessContext, member: Member) -> list[tuple[str, str, str]]:
    async with business.database.reading() as session:
        return [(one.act, one.subject, one.details) for one in await list_entries(session, member.caller)]


@pytest.mark.both_stores
async def test_a_text_is_saved_at_whatsapp_first_and_then_as_a_version(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer, business: BusinessContext, member: Member
) -> None:
    opened = await facts(browser)
    assert (opened["text"], opened["editable"], opened["base"]) == (WAS, True, digest(WAS))
    saved = await save(browser, '{"version":\r\n "7.3"}', opened["base"], "A smaller one")
    assert saved.json() | {"at": ""} == {
        "base": digest('{"version":\r\n "7.3"}'), "number": 2, "errors": 0, "by": member.caller.user.name, "at": "",
    }  # fmt: skip
    assert whatsapp_server.texts["902"] == '{"version":\r\n "7.3"}'
    page = Drawn((await browser.get("/flows/902/versions")).text)
    lines = [element.text for element in page.all("li")]
    assert "Version 2 now at WhatsApp" in lines[0]
    assert "A smaller one" in lines[0]
    assert "Version 1" in lines[1]
    assert "Elsewhere" in lines[1]
    assert (await browser.get("/flows/902/versions/1")).json() == {"text": WAS}
    assert "- " in (await browser.get("/flows/902/versions/2/changes")).text
    assert (await browser.get("/flows/902/versions/9")).status_code == 404
    assert (await log(business, member))[0] == ("saved a Flow", "Refer a friend", "version 2")


async def test_what_somebody_else_saved_is_not_overwritten_unseen(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer
) -> None:
    opened = await facts(browser)
    assert (await save(browser, "{}", opened["base"])).status_code == 200
    refused = await save(browser, "[]", opened["base"])
    assert refused.status_code == 409
    assert refused.json()["theirs"] == "{}"
    assert "changed this Flow since you opened it" in refused.json()["error"]
    assert whatsapp_server.texts["902"] == "{}"
    assert (await save(browser, "[]", refused.json()["base"])).json()["number"] == 3
    whatsapp_server.texts["902"] = '"elsewhere"'
    assert "Somebody outside of Headrace" in (await save(browser, "{}", digest("[]"))).json()["error"]
    notice = (await browser.get("/flows/902/versions")).text
    assert "saved elsewhere" in notice


@pytest.mark.both_stores
async def test_two_who_save_at_once_have_a_version_each(browser: httpx.AsyncClient) -> None:
    base = (await facts(browser))["base"]
    saved = await asyncio.gather(*(save(browser, "{}", base, f"note {number}") for number in range(6)))
    assert [one.status_code for one in saved] == [200] * 6
    assert len({one.json()["number"] for one in saved}) == 6


async def test_what_cannot_be_saved_is_told_and_changes_nothing(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer
) -> None:
    base = digest(WAS)
    assert "NUL" in (await save(browser, "\0", base)).json()["error"]
    assert "note has at most 200" in (await save(browser, "{}", base, "x" * 201)).json()["error"]
    assert (await browser.post("/flows/902/save", content=b"[1")).status_code == 413
    assert "902" not in whatsapp_server.texts
    whatsapp_server.refuse(131000, "Something went wrong")
    assert "Something went wrong" in (await save(browser, "{}", base)).json()["error"]


async def test_language_refuses_in_words(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/language", json={"ask": "check", "text": "{}"})).json()["problems"]
    assert (await browser.post("/language", content=b"x")).status_code == 400
    half = await browser.post("/language", content=b'{"ask": "check", "text": "\\ud800"}')
    assert half.status_code == 400
    assert "names what it asks" in (await browser.post("/language", json={"ask": "x"})).json()["error"]
    broken = await browser.post("/language", json={"ask": "format", "text": "{"})
    assert (broken.status_code, "mended first" in broken.json()["error"]) == (422, True)


async def test_publishing_shows_every_check_and_wants_the_reminder_ticked(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer, business: BusinessContext, member: Member
) -> None:
    flow = next(one for one in whatsapp_server.flows if one["id"] == "902")
    errors = [{"error_code": 131000, "error_description": "flow_json: The Flow JSON has 1 validation error.",
               "possible_solution": "https://example.org"}]  # fmt: skip
    flow["health_status"] = {"entities": [{"entity_type": "FLOW", "can_send_message": "BLOCKED", "errors": errors}]}
    page = Drawn((await browser.get("/flows/902/publish")).text)
    checks = [element for element in page.all("li") if element.attributes.get("class") in ("fails", "passes")]
    assert [element.text for element in checks if element.attributes["class"] == "fails"] == [
        "Fails: There is Flow JSON without validation errors The Flow JSON has 1 validation error."
    ]
    assert len(checks) == 3  # a Flow without endpoint is asked no more
    assert not page.all("button", type="submit")
    flow["health_status"] = {"entities": [{"entity_type": "FLOW", "can_send_message": "AVAILABLE"}]}
    assert "Tick that you have read" in (await browser.post("/flows/902/publish", data={})).text
    assert flow["status"] == "DRAFT"
    done = await browser.post("/flows/902/publish", data={"reminded": "on"})
    assert done.headers["hx-redirect"] == "/flows/902?done=published"
    assert flow["status"] == "PUBLISHED"
    assert (await log(business, member))[0][0] == "published a Flow"
    page = Drawn((await browser.get("/flows/902/edit")).text)
    assert "stays as it is" in page.one("div", class_="builder-note").text
    assert not page.all("button", data_save="")
    assert "Create a new Flow from this one" in page.all("div", class_="acts")[0].text


async def test_acts_ask_first_and_say_what_whatsapp_says(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer
) -> None:
    assert "cannot be undone" in (await browser.get("/flows/901/deprecate")).text
    assert (await browser.post("/flows/901/deprecate")).headers["hx-redirect"] == "/flows/901?done=deprecated"
    assert "Refer a friend" in (await browser.get("/flows/902/delete")).text
    copied = await browser.post("/flows/902/copy", data={"name": "Refer two friends"})
    made = whatsapp_server.flows[-1]
    assert copied.headers["hx-redirect"] == f"/flows/{made['id']}/edit"
    assert (made["name"], made["status"], made["categories"]) == ("Refer two friends", "DRAFT", ["LEAD_GENERATION"])
    assert "not unique" in (await browser.post("/flows/902/copy", data={"name": "Repair status"})).text
    assert "1 to 200 characters" in (await browser.post("/flows/902/copy", data={"name": " "})).text
    settings = {"name": "Tell a friend", "categories": ["SURVEY", "OTHER"], "endpoint_uri": "https://example.org/f"}
    assert (await browser.post("/flows/902/settings", data=settings)).headers["hx-refresh"] == "true"
    flow = next(one for one in whatsapp_server.flows if one["id"] == "902")
    assert {name: flow[name] for name in settings} == settings
    for wrong, words in (({"endpoint_uri": "file:///x"}, "begins with https"), ({"categories": []}, "at least one"),
                         ({"categories": ["NOPE"]}, "no category"), ({"name": ""}, "1 to 200")):  # fmt: skip
        assert words in (await browser.post("/flows/902/settings", data={**settings, **wrong})).text
    assert (await browser.post("/flows/902/delete")).headers["hx-redirect"] == "/flows?done=deleted"
    assert (await browser.get("/flows/902/edit")).status_code == 404
    assert "There is no such Flow" in (await browser.get("/flows/902/edit")).text


async def test_a_viewer_may_look_and_change_nothing(
    console: Console, business: BusinessContext, whatsapp_server: WhatsAppServer
) -> None:
    viewer = await make_member(business, "Viewing", base_url=whatsapp_server.url, waba_ids=("100",), role=Role.VIEWER)
    before = json.dumps(whatsapp_server.flows)
    async with browser_of(console, viewer) as browser:
        assert (await facts(browser))["editable"] is False
        assert (await save(browser, "{}", digest(WAS))).status_code == 403
        for act in ("publish", "deprecate", "delete", "copy", "settings"):
            assert (await browser.get(f"/flows/902/{act}")).status_code == 403
            assert (await browser.post(f"/flows/902/{act}", data={"name": "x", "reminded": "on"})).status_code == 403
    assert json.dumps(whatsapp_server.flows) == before


async def test_another_workspace_sees_neither_flow_nor_versions(
    console: Console, browser: httpx.AsyncClient, business: BusinessContext, whatsapp_server: WhatsAppServer
) -> None:
    await save(browser, "{}", digest(WAS))
    other = await make_member(business, "Other", base_url=whatsapp_server.url, waba_ids=("200",))
    async with browser_of(replace(console), other) as elsewhere:
        for address in ("edit", "download"):
            assert (await elsewhere.get(f"/flows/902/{address}")).status_code == 404
        assert (await elsewhere.get("/flows/902/versions/1")).status_code == 404
        assert (await elsewhere.post("/flows/902/save", json={"text": "[]", "base": digest("{}")})).status_code == 502


async def test_a_download_is_the_text_byte_for_byte(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer
) -> None:
    whatsapp_server.texts["902"] = '\ufeff{"x":\r\n "</script>é🕶"}'
    next(one for one in whatsapp_server.flows if one["id"] == "902")["name"] = 'Réfer "a/friend'
    answer = await browser.get("/flows/902/download")
    assert answer.content == whatsapp_server.texts["902"].encode()
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''R%C3%A9fer%20-a-friend.json"
    assert (await facts(browser))["text"] == whatsapp_server.texts["902"]


def test_changes_of_lines_have_three_lines_around_them() -> None:
    before = "\n".join(map(str, range(20)))
    lines = line_changes(before, before.replace("10", "ten"))
    assert lines == [("…", ""), *((" ", str(n)) for n in (7, 8, 9)), ("-", "10"), ("+", "ten"),
                     *((" ", str(n)) for n in (11, 12, 13))]  # fmt: skip
    assert line_changes(before, before) == []
