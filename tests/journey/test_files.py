"""A photo goes the whole way: chosen in a browser, opened by the endpoint, sent along, fetched by its id."""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from pywa import WhatsApp  # type: ignore[attr-defined]
from pywa.utils import flow_request_media_decryptor
from tests.cli.commands import headrace
from tests.journey.conftest import Box, wait_until
from tests.journey.installation import Subscriber
from tests.journey.pywa_business import ToBox
from tests.phone.attachments import documents, photos
from tests.phone.flows import flow, footer, heading, screen, string
from tests.pictures import png
from tests.serving import serving
from tests.simulator.browser import chromium_page
from tests.simulator.test_uploads_in_the_browser import CHOOSER

from headrace.exchange.endpoint import Endpoint, Request, Screen
from headrace.exchange.keys import generate_key_pair
from headrace.exchange.receiving import ReceivedFile
from headrace.testing import Handset, PhoneError

pytestmark = [pytest.mark.box, pytest.mark.browser]

FLOW = flow(
    screen(
        "FRAMES",
        photos(label="Photos of the frames", **{"min-uploaded-photos": 1, "max-uploaded-photos": 3}),
        footer("data_exchange", {"photos": "${form.photos}"}),
    ),
    screen(
        "PAPERS",
        heading("${data.seen}"),
        documents(**{"max-uploaded-documents": 2, "max-file-size-kb": 12_800}),
        footer("complete", {"photos": "${screen.FRAMES.form.photos}", "papers": "${form.documents}"}, label="Finish"),
        terminal=True,
        data={"seen": string("Nothing yet")},
    ),
    routing={"FRAMES": ["PAPERS"], "PAPERS": []},
)


@dataclass
class Business:
    """An endpoint that opens what it receives, and the webhook of the same business."""

    endpoint: Endpoint
    flow_id: str = ""
    received: list[ReceivedFile] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    webhook: Subscriber = field(default_factory=Subscriber)

    def responses(self) -> list[dict[str, Any]]:
        values = [event["entry"][0]["changes"][0]["value"] for event in self.webhook.told]
        sent = [message for value in values for message in value.get("messages", [])]
        return [
            json.loads(message["interactive"]["nfm_reply"]["response_json"])
            for message in sent
            if message["type"] == "interactive"
        ]


@pytest.fixture(scope="module")
def business(box: Box) -> Iterator[Business]:
    pair = generate_key_pair()
    box.register_key(pair.public_pem)
    secret = box.credentials["app_secret"]
    business = Business(Endpoint(private_key=pair.private_pem, app_secret=secret, private_networks=True))

    @business.endpoint.on_init
    def begin(_request: Request) -> Screen:
        return Screen("FRAMES")

    @business.endpoint.on("FRAMES")
    async def open_photos(request: Request) -> Screen:
        business.requests.append(request.data)
        files = await request.files("photos")
        business.received += files
        return Screen("PAPERS", {"seen": ", ".join(file.file_name for file in files)})

    with serving(business.endpoint) as address, serving(business.webhook.app) as callback:
        box.client.post(
            f"/v23.0/{box.credentials['app_id']}/subscriptions",
            data={
                "access_token": f"{box.credentials['app_id']}|{secret}",
                "object": "whatsapp_business_account",
                "callback_url": callback,
                "verify_token": "any",
                "fields": "messages",
            },
        ).raise_for_status()
        business.flow_id = box.make_flow("Photos", json.dumps(FLOW), endpoint_uri=address)
        yield business


def test_a_key_is_registered_from_the_command_line(box: Box, tmp_path: Path) -> None:
    sender = str(box.credentials["senders"][1]["id"])
    way = ("--folder", str(tmp_path), "--graph-url", box.url, "--phone-number-id", sender)
    token = {"HEADRACE_ACCESS_TOKEN": str(box.credentials["access_token"])}
    assert headrace("keys", "new", "--folder", str(tmp_path), "--no-password").status == 0
    shown = headrace("keys", "show", *way, environment=token)
    assert (shown.status, "has no key" in shown.output) == (1, True)
    registered = headrace("keys", "register", *way, environment=token)
    assert (registered.status, "its signature holds" in registered.output) == (0, True)
    assert headrace("keys", "rotate", "--folder", str(tmp_path), "--no-password").status == 0
    shown = headrace("keys", "show", *way, environment=token)
    assert (shown.status, "has another key" in shown.output) == (1, True)
    refused = headrace("keys", "register", *way, environment={"HEADRACE_ACCESS_TOKEN": "none"})
    assert (refused.status, refused.complaints != "") == (1, True)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium_page() as opened:
        yield opened


def pywa_client(box: Box) -> WhatsApp:
    return WhatsApp(
        phone_id=box.credentials["phone_number_id"],
        token=box.credentials["access_token"],
        session=httpx.Client(transport=ToBox(box.url)),
    )


def test_a_photo_and_a_paper_go_the_whole_way(box: Box, business: Business, page: Page, tmp_path: Path) -> None:
    photo, paper = png(600, 400, noise=1), b"%PDF-1.4 a prescription"
    (tmp_path / "frame é.png").write_bytes(photo)
    (tmp_path / "paper.pdf").write_bytes(paper)
    handset = Handset(box.credentials["handsets"][0]["url"])
    wamid = box.send_flow(business.flow_id, handset.wa_id, flow_action="data_exchange")
    handset.wait_for_message(lambda message: message["id"] == wamid)
    page.goto(handset.url)
    page.get_by_role("button", name="Open", exact=True).last.click()
    page.locator(CHOOSER).set_input_files(tmp_path / "frame é.png")
    thumbnail = page.locator(".file img")
    expect(thumbnail).to_be_visible()
    expect(thumbnail).to_have_js_property("naturalWidth", 600)
    page.reload()
    expect(page.locator(".file")).to_contain_text("frame é.png")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="frame é.png")).to_be_visible()

    assert [(file.file_name, file.content) for file in business.received] == [("frame é.png", photo)]
    (described,) = business.requests[-1]["photos"]
    opened = flow_request_media_decryptor(encrypted_media=described)
    assert (opened.media_id, opened.filename, opened.data) == (described["media_id"], "frame é.png", photo)
    assert httpx.get(described["cdn_url"]).headers["content-type"] == "application/octet-stream"
    assert photo not in httpx.get(described["cdn_url"]).content

    page.locator(CHOOSER).set_input_files(tmp_path / "paper.pdf")
    expect(page.locator(".file")).to_contain_text("paper.pdf")
    page.get_by_role("button", name="Finish").click()
    expect(page.locator(".flow-sheet")).to_have_count(0)
    response = wait_until(lambda: business.responses() or None, "the response's webhook")[-1]
    for name, file_name, mime_type, content in (
        ("photos", "frame é.png", "image/png", photo),
        ("papers", "paper.pdf", "application/pdf", paper),
    ):
        (sent,) = response[name]
        digest = hashlib.sha256(content)
        in_base64 = base64.b64encode(digest.digest()).decode()
        assert sent == {"file_name": file_name, "mime_type": mime_type, "sha256": in_base64, "id": sent["id"]}
        media = pywa_client(box).get_media_url(sent["id"])
        assert (media.id, media.mime_type, media.sha256, media.file_size) == (
            sent["id"],
            mime_type,
            digest.hexdigest(),
            len(content),
        )
        assert pywa_client(box).get_media_bytes(media.url) == content
        address = box.url + media.url[media.url.index("/whatsapp_business/") :]
        assert httpx.get(address, headers=token(box)).content == content
        assert httpx.get(address).status_code == 401
        assert httpx.get(address.replace("hash=", "hash=0"), headers=token(box)).status_code == 404


def token(box: Box) -> dict[str, str]:
    return {"Authorization": f"Bearer {box.credentials['access_token']}"}


def test_the_console_shows_what_was_received(box: Box, business: Business, page: Page, tmp_path: Path) -> None:
    photo = png(64, 64, noise=2)
    (tmp_path / "mill.png").write_bytes(photo)
    (tmp_path / "run.html.txt").write_text("<script>alert(1)</script>")
    person = box.credentials["handsets"][1]
    handset = Handset(person["url"])
    handset.write("Hello")
    opened = handset.open(box.send_flow(business.flow_id, handset.wa_id, flow_action="data_exchange"))
    opened.upload("photos", tmp_path / "mill.png")
    opened.tap("Continue")
    opened.upload("documents", tmp_path / "run.html.txt")
    opened.tap("Finish")

    def listed() -> str | None:
        page.goto(f"{box.url}/responses")
        row = page.locator("a[href^='/responses/']").filter(has_text=person["name"]).first
        return row.get_attribute("href") if row.count() else None

    address = wait_until(listed, "the response in the console")
    page.goto(f"{box.url}{address}")
    picture = page.get_by_role("img", name="mill.png")
    expect(picture).to_have_js_property("naturalWidth", 64)
    expect(page.get_by_text("text/plain, 25 bytes")).to_be_visible()
    href = page.get_by_role("link", name="run.html.txt").get_attribute("href")
    answer = box.client.get(str(href))
    assert answer.text == "<script>alert(1)</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''run.html.txt"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert box.client.get(f"{address}/files/123456").status_code == 404

    media_id = str(href).rsplit("/", 1)[1]
    assert pywa_client(box).delete_media(media_id).success
    assert box.graph_answer("GET", media_id).status_code == 400
    assert box.client.get(str(href)).status_code == 502
    page.reload()
    expect(page.get_by_text("WhatsApp no longer keeps it")).to_be_visible()


def test_what_a_picker_does_not_take_is_told_and_not_kept(box: Box, business: Business, tmp_path: Path) -> None:
    large, empty, text = tmp_path / "large.png", tmp_path / "empty.png", tmp_path / "text.png"
    large.write_bytes(png() + bytes(26 * 1024 * 1024))
    empty.write_bytes(b"")
    text.write_text("no picture at all")
    handset = Handset(box.credentials["handsets"][0]["url"])
    opened = handset.open(box.send_flow(business.flow_id, handset.wa_id, flow_action="data_exchange"))
    for path, words in ((large, "26.1 MB"), (empty, "is empty"), (text, "is not a photo")):
        with pytest.raises(PhoneError, match=words):
            opened.upload("photos", path)
    assert opened.input("photos")["value"] == []
    assert opened.footer is not None
    assert opened.footer["reason"] == "Photos of the frames: Add at least 1 photo"
    with pytest.raises(PhoneError, match="takes files"):
        opened.fill(photos=[{"media_id": "1"}])
    opened.close()
