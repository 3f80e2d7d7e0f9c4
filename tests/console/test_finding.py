"""Finding: what fits a few words, as far as whoever looks may see it."""

import httpx
import pytest
from tests.business.webhooks import deliver, envelope, reply
from tests.business.workspace import Member
from tests.console.drawn import Drawn

from headrace.business.context import BusinessContext

pytestmark = pytest.mark.anyio


async def found(browser: httpx.AsyncClient, words: str) -> dict[str, str]:
    """Kind and name of what is found, with its address."""
    answer = await browser.get("/find", params={"q": words})
    assert answer.status_code == 200
    page = Drawn(answer.text)
    names = [one.text for one in page.all("strong")]
    links = [one for one in page.all("a") if one.text.split()[0] in KINDS]
    assert len(names) == len(links)
    pairs = zip(links, names, strict=True)
    return {f"{link.text.split()[0]} {name}": link.attributes["href"] for link, name in pairs}


KINDS = {"Page", "Flow", "Person", "Message", "Response", "Component", "Error"}


async def test_pages_stand_there_at_once(browser: httpx.AsyncClient) -> None:
    pages = await found(browser, "")
    assert pages["Page Flows"] == "/flows"
    assert set(await found(browser, "CREATE flow")) == {"Page Create a Flow"}
    for address in pages.values():
        assert (await browser.get(address)).status_code == 200, address


async def test_flows_components_and_errors_are_found_by_name_and_number(browser: httpx.AsyncClient) -> None:
    assert await found(browser, "eye TEST") == {"Flow Book an eye test": "/flows/901"}
    assert (await found(browser, "903"))["Flow Send your prescription"] == "/flows/903"
    assert (await found(browser, "date picker"))["Component DatePicker"] == "/reference/components/DatePicker"
    assert [*(await found(browser, "139002")).values()] == ["/reference/errors/139002"]


@pytest.mark.parametrize("words", ["zebra", "%", "' OR 1=1", "<script>", "9" * 500])
async def test_nothing_is_found_by_what_nothing_is_called(browser: httpx.AsyncClient, words: str) -> None:
    answer = await browser.get("/find", params={"q": words})
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert "Nothing is called" in answer.text


async def test_a_nought_in_what_is_looked_for_is_nothing(browser: httpx.AsyncClient) -> None:
    assert await found(browser, "\0") == await found(browser, "")


async def test_people_and_messages_are_found_by_whoever_may_see_them(
    browser: httpx.AsyncClient, business: BusinessContext, member: Member
) -> None:
    await deliver(business, member.connection, envelope(reply('{"a":"1"}', "wamid.answer")))
    assert "Person Amara" in await found(browser, "amar")
    assert "Person Amara" in await found(browser, "+44 7700 900101")
    address = (await found(browser, "amar"))["Person Amara"]
    page = (await browser.get(address)).text
    assert "Responses by Amara" in page
    assert (
        "Amara"
        not in (await browser.get("/responses?person=15550001")).text.partition("<main")[2].partition("</main")[0]
    )
    assert (await found(browser, "wamid.answer"))["Response wamid.answer"].startswith("/responses/")
