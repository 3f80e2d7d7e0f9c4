"""What stands around every page of the console."""

import httpx
import pytest
from tests.console.conftest import Answering
from tests.console.drawn import Drawn

pytestmark = pytest.mark.anyio

PAGES = {
    "/": "Start",
    "/flows": "Flows",
    "/flows/901": "Flows",
    "/flows/unknown": "Flows",
    "/flows/901/responses": "Responses",
    "/responses": "Responses",
    "/templates": "Templates",
    "/traffic": "Webhooks and calls",
    "/responses/1": "Responses",
    "/responses/99": "Responses",
}


@pytest.mark.parametrize(("address", "entry"), PAGES.items())
async def test_every_page_has_a_title_landmarks_and_one_heading(
    browser: httpx.AsyncClient, answer: Answering, address: str, entry: str
) -> None:
    await answer({"first_name": "Amara"})
    page = Drawn((await browser.get(address)).text)
    assert page.all("title")[0].text.endswith(" · Headrace")
    assert page.one("h1").text
    assert page.one("html").attributes["lang"] == "en"
    for landmark in ("header", "nav", "main", "aside"):
        page.one(landmark)
    assert page.one("a", aria_current="page").text == entry


async def test_the_rail_names_only_what_works(browser: httpx.AsyncClient) -> None:
    page = Drawn((await browser.get("/")).text)
    first, second = "Start Flows Templates Responses Channels and Numbers", "Webhooks and calls Reference Control room"
    assert page.one("nav").text == f"{first} {second}"


async def test_the_bar_says_whose_console_it_is_where_and_when(browser: httpx.AsyncClient) -> None:
    bar = Drawn((await browser.get("/")).text).one("header").text
    assert "Millrace Opticians" in bar
    assert "Box · this machine" in bar
    assert "Sun 22 Nov 14:00" in bar


async def test_the_dock_offers_every_phone_and_shows_the_first(browser: httpx.AsyncClient) -> None:
    page = Drawn((await browser.get("/")).text)
    assert page.one("iframe").attributes["src"] == "/handsets/1"
    assert [option.text for option in page.all("option")] == ["Amara · +447700900101", "Ben · +447700900102"]


@pytest.mark.parametrize("address", PAGES)
async def test_no_script_stands_in_a_page(browser: httpx.AsyncClient, address: str) -> None:
    """The content security policy allows scripts from our own files only."""
    page = Drawn((await browser.get(address)).text)
    data = page.all("script", type="application/json")
    assert all("src" in script.attributes or script in data for script in page.all("script"))
    assert not [name for element in page.elements for name in element.attributes if name.startswith("on")]


@pytest.mark.parametrize("address", PAGES)
async def test_ids_are_given_once(browser: httpx.AsyncClient, address: str) -> None:
    page = Drawn((await browser.get(address)).text)
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
