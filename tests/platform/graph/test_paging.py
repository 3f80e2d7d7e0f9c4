"""Lists in pages."""

import base64
from typing import Any

import httpx
import pytest
from tests.platform.graph.test_face import error_of

from headrace.clock import ManualClock
from headrace.platform.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.spec("graph-api.md §1.1")]


@pytest.fixture
async def path(graph: httpx.AsyncClient, world: World, clock: ManualClock) -> str:
    """The list of seven Flows, some of them made in the same moment."""
    path = f"/v23.0/{world.wabas[0].id}/flows"
    for number in range(7):
        if number % 2:
            clock.at = clock.at.replace(second=number)
        answer = await graph.post(path, json={"name": f"Flow {number}", "categories": ["OTHER"]})
        assert answer.status_code == 200
    return path


def names(page: dict[str, Any]) -> list[str]:
    return [flow["name"] for flow in page["data"]]


async def test_the_newest_comes_first(graph: httpx.AsyncClient, path: str) -> None:
    page = (await graph.get(path)).json()
    assert sorted(names(page)) == [f"Flow {number}" for number in range(7)]
    assert set(names(page)[:2]) == {"Flow 5", "Flow 6"}
    assert names(page)[-1] == "Flow 0"
    assert set(page["paging"]) == {"cursors"}


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7])
async def test_links_lead_forth_and_back_through_all(graph: httpx.AsyncClient, path: str, limit: int) -> None:
    whole = names((await graph.get(path)).json())
    pages = [(await graph.get(f"{path}?fields=name&limit={limit}")).json()]
    assert "previous" not in pages[0]["paging"]
    while "next" in pages[-1]["paging"]:
        pages.append((await graph.get(pages[-1]["paging"]["next"])).json())
    assert [name for page in pages for name in names(page)] == whole
    assert all(set(flow) == {"name", "id"} for page in pages for flow in page["data"])
    back = pages[-1]
    for page in reversed(pages[:-1]):
        back = (await graph.get(back["paging"]["previous"])).json()
        assert names(back) == names(page)
    assert "previous" not in back["paging"]


async def test_links_are_absolute_and_keep_the_query(graph: httpx.AsyncClient, path: str) -> None:
    answer = await graph.get(f"{path}?fields=name%2Cstatus&limit=2", headers={"Host": "graph.facebook.com"})
    following = httpx.URL(answer.json()["paging"]["next"])
    assert (following.host, following.path) == ("graph.facebook.com", path)
    assert (following.params["fields"], following.params["limit"]) == ("name,status", "2")
    assert following.params["after"] == answer.json()["paging"]["cursors"]["after"]


async def test_an_empty_list_has_no_paging(graph: httpx.AsyncClient, world: World, path: str) -> None:
    assert (await graph.get(f"/v23.0/{world.wabas[1].id}/flows")).json() == {"data": []}


async def test_a_page_behind_the_end_is_empty(graph: httpx.AsyncClient, path: str) -> None:
    cursor = (await graph.get(path)).json()["paging"]["cursors"]["after"]
    assert (await graph.get(path, params={"after": cursor})).json() == {"data": []}


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=-1", "limit=x", "after=x", "before=WyJhIiwiYiJd", "after=%C3%A9", "after=bnVsbA=="]
)
async def test_what_is_no_place_in_the_list(graph: httpx.AsyncClient, path: str, query: str) -> None:
    error_of(await graph.get(f"{path}?{query}"), 400, 100)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
@pytest.mark.parametrize("way", ["after", "before"])
async def test_a_cursor_at_an_end_of_time_is_refused(
    graph: httpx.AsyncClient, world: World, moment: str, way: str
) -> None:
    cursor = base64.urlsafe_b64encode(f'["{moment}", "1"]'.encode()).decode()
    refused = await graph.get(f"/v23.0/{world.wabas[0].id}/flows", params={way: cursor})
    assert refused.status_code == 400
    assert "Invalid cursors" in refused.json()["error"]["message"]
