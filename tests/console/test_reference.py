"""The reference: components by version, errors with remedies, and the versions with the Flows they touch."""

import json
from datetime import date

import httpx
import pytest
from tests.console.drawn import Drawn

from headrace.console.reference.samples import UnknownSample, sample
from headrace.flowjson.catalogue import COMPONENTS, NEWEST, VERSIONS
from headrace.flowjson.checks import RULES, check
from headrace.flowjson.document import parse
from headrace.phone.engine.program import Program
from headrace.protocol.graph_errors import GRAPH_ERRORS

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("name", COMPONENTS)
def test_the_sample_of_a_component_is_clean_and_has_it(name: str) -> None:
    found = sample(name)
    report = check(parse(found.text), today=TODAY)
    assert (report.errors, report.warnings) == ([], [])
    assert Program.compile(json.loads(found.text)).entry_screen == "SAMPLE"
    component = json.loads(found.component)
    assert component["type"] == name
    assert component in json.loads(found.text)["screens"][0]["layout"]["children"]


@pytest.mark.parametrize("name", ["", "Nothing", "screen", "<b>"])
def test_there_is_no_sample_of_anything_else(name: str) -> None:
    with pytest.raises(UnknownSample):
        sample(name)


@pytest.mark.anyio
async def test_components_are_listed_as_a_version_has_them(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/reference")).headers["location"] == "/reference/components"
    newest = (await browser.get("/reference/components")).text
    oldest = (await browser.get("/reference/components?version=2.1")).text
    for name, declared in COMPONENTS.items():
        assert f'href="/reference/components/{name}"' in newest
        assert (f"/reference/components/{name}?version=2.1" in oldest) is (declared.since == min(VERSIONS))
    assert (await browser.get("/reference/components?version=nine")).text == newest


@pytest.mark.anyio
async def test_a_component_has_its_rules_by_version(browser: httpx.AsyncClient) -> None:
    for name in COMPONENTS:
        shown = await browser.get(f"/reference/components/{name}")
        assert shown.status_code == 200
        assert sample(name).component.splitlines()[1].strip() in shown.text.replace("&#34;", '"')
    newest = Drawn((await browser.get("/reference/components/Dropdown")).text).one("table").text
    assert "at least 1 items" not in newest
    assert "on-unselect-action" in newest
    older = Drawn((await browser.get("/reference/components/Dropdown?version=5.0")).text).one("table").text
    assert "on-unselect-action" not in older
    assert "does not have it yet" in (await browser.get("/reference/components/RichText?version=3.0")).text
    missing = await browser.get("/reference/components/%3Cscript%3E")
    assert missing.status_code == 404
    assert "<script>alert" not in missing.text


@pytest.mark.anyio
async def test_errors_are_found_by_words_and_explained(browser: httpx.AsyncClient) -> None:
    everything = (await browser.get("/reference/errors")).text
    for name in RULES:
        assert f'href="/reference/errors/{name}"' in everything
    for error in GRAPH_ERRORS:
        assert f'href="/reference/errors/{error.code}"' in everything
    found = (await browser.get("/reference/errors?q=LOOP+routing")).text
    assert 'href="/reference/errors/routing/loop"' in found
    assert 'href="/reference/errors/139002"' not in found
    assert "Nothing has all of these words" in (await browser.get("/reference/errors?q=zebra%00")).text
    rule = Drawn((await browser.get("/reference/errors/routing/loop")).text)
    assert [one.text.startswith("{") for one in rule.all("pre")] == [True, True]
    assert "To mend it" in (await browser.get("/reference/errors/139002")).text
    assert "routing/loop" in (await browser.get("/reference/errors/INVALID_ROUTING_MODEL")).text
    for nothing in ("1", "9" * 400, "routing/lop", "²"):
        answer = await browser.get(f"/reference/errors/{nothing}")
        assert (answer.status_code == 404) is (nothing != "1"), nothing
    assert "routing/loop" in (await browser.get("/reference/errors/routing/lop")).text


@pytest.mark.anyio
async def test_versions_name_the_flows_they_touch(browser: httpx.AsyncClient) -> None:
    shown = Drawn((await browser.get("/reference/versions")).text)
    rows = {row.text.split()[0]: row.text for row in shown.all("tr") if row.text.split()[0] != "Version"}
    assert list(rows) == [str(version) for version in sorted(VERSIONS, reverse=True)]
    assert "Book an eye test" in rows[str(NEWEST)]
    assert "09 Sep 2025" in rows["5.0"]
    assert "Newsletter sign-up" not in rows["5.0"], "it is deprecated, so nothing is to be done"
    assert "NavigationList" in rows["6.2"]
