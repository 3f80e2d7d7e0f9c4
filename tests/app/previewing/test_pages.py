"""The page of a preview: what it shows of the file, and what its acts do."""

import copy
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.app.previewing.stage import ASKING, CHECK, NAME, STATIC, Bench
from tests.phone.flows import flow, footer, screen, text_input

from headrace.simulator.previewing.flow_text import UnreadableText
from headrace.simulator.previewing.session import OpeningWishes


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, STATIC)
    with made.client:
        yield made


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, ASKING)
    with made.client:
        yield made


def flaw() -> dict[str, object]:
    """The static Flow with a component that does not exist, at the top of its second screen."""
    edited = copy.deepcopy(STATIC)
    edited["screens"][1]["layout"]["children"].insert(0, {"type": "Headline", "text": "x"})
    return edited


def line_of(path: Path, text: str) -> int:
    return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if text in line)


def test_the_page_shows_the_flow_and_its_file(bench: Bench) -> None:
    page = bench.page()
    assert "<title>flow.json – preview</title>" in page
    assert "Version 7.3" in page
    assert "Mock data" in page
    assert "Draft: only for testing" in page
    assert 'data-screen="NAME"' in page


def test_every_screen_stands_in_the_strip_in_the_order_of_routing(tmp_path: Path) -> None:
    last = screen("A_LAST", footer("complete"), terminal=True)
    middle = screen("MIDDLE", footer("navigate", to="A_LAST"))
    bench = Bench(tmp_path, flow(last, screen("START", footer("navigate", to="MIDDLE")), middle))
    page = bench.page()
    assert re.findall(r'mono name">(\w+)<', page) == ["START", "MIDDLE", "A_LAST"]
    urls = re.findall(r'data-url="([^"]+)"', page)
    drawn = [bench.client.get(url.replace("&amp;", "&")).text for url in urls]
    assert [re.findall(r'data-screen="(\w+)"', one) for one in drawn] == [["START"], ["MIDDLE"], ["A_LAST"]]


def test_a_miniature_changes_its_address_only_with_its_look(bench: Bench) -> None:
    before = re.findall(r'data-url="([^"]+)"', bench.page())
    edited = copy.deepcopy(STATIC)
    edited["screens"][1]["title"] = "Another"
    bench.save(edited)
    after = re.findall(r'data-url="([^"]+)"', bench.page())
    assert before[0] == after[0]
    assert before[1] != after[1]


def test_a_problem_is_told_with_its_place_and_drawn_there(tmp_path: Path) -> None:
    bench = Bench(tmp_path, flaw())
    page = bench.page()
    line = line_of(bench.path, '"Headline"')
    assert "1 error" in page
    assert f">{line}:" in page
    assert f'data-copy="INVALID_PROPERTY_VALUE flow.json:{line}"' in page
    assert "finding-1" not in page  # it stands on the other screen
    changed = bench.post("/jump", screen="CHECK")
    placeholder, note = changed.index("There is no component"), changed.index('id="sheet-1-finding-1"')
    assert placeholder < note < changed.index("Size")


def test_a_problem_of_a_part_that_is_not_drawn_stands_on_top_of_its_screen(tmp_path: Path) -> None:
    hidden = text_input("name", visible=False, wrong=1)
    bench = Bench(tmp_path, flow(screen("ONLY", text_input("other"), hidden, footer("complete"), terminal=True)))
    page = bench.page()
    assert page.index('class="findings on-screen"') < page.index("Other")


def test_warnings_are_shown_in_a_draft(tmp_path: Path) -> None:
    end = footer("complete", {"a": "${form.a}"}, label="A label that goes on and on, much longer than a button")
    page = Bench(tmp_path, flow(screen("ONLY", text_input("a"), end, terminal=True))).page()
    assert "1 warning" in page
    note, button = page.index('class="finding warning"'), page.index('class="flow-footer"')
    assert note < button


def test_saving_keeps_the_screen_and_what_still_fits(bench: Bench) -> None:
    bench.act("tap", values={"name": "Bea"}, target="Continue")
    bench.act("keep", values={"size": "m"})
    edited = flow(NAME, screen("CHECK", text_input("notes"), *CHECK["layout"]["children"][1:], data=CHECK["data"]))
    bench.save(edited)
    changed = bench.post("/changes", revision="1")
    assert 'hx-target="#sheet-1-body"' in changed
    assert "Notes" in changed
    assert (bench.screen, bench.form) == ("CHECK", {"notes": "", "size": "m"})
    assert 'hx-target="#sheet-1-body"' not in bench.post("/changes")


def test_what_was_typed_and_not_yet_stored_is_kept_too(bench: Bench) -> None:
    edited = copy.deepcopy(STATIC)
    edited["screens"][0]["title"] = "Another"
    bench.save(edited)
    visit = re.search(r'name="visit" value="(\d+)"', bench.page())
    assert visit is not None
    again = copy.deepcopy(edited)
    again["screens"][0]["title"] = "Yet another"
    bench.save(again)
    changed = bench.post("/changes", **{"revision": "2", "visit": visit[1], "in:name": "Bea"})
    assert "Yet another" in changed
    assert bench.form == {"name": "Bea"}


def test_what_is_dropped_is_said(bench: Bench) -> None:
    bench.act("keep", values={"name": "Bea"})
    bench.save(flow(screen("NAME", text_input("full_name"), footer("complete"), terminal=True)))
    page = bench.page()
    assert "What was entered in &#34;name&#34; on NAME is set aside" in page


def test_a_slip_costs_nothing_and_its_problem_is_told_as_check_tells_it(bench: Bench) -> None:
    bench.act("keep", values={"name": "Bea"})
    slip = copy.deepcopy(STATIC)
    slip["screens"][0]["layout"]["children"][0]["type"] = "TextInptu"
    bench.save(slip)
    page = bench.page()
    assert "Did you mean &#39;TextInput&#39;?" in page
    assert "Fix: Write" in page
    assert "headrace explain structure/" in page
    late = {"visit": "1", "in:name": "Bea"}
    assert bench.client.post("/sheet/1/keep", data=late).status_code == 204
    bench.save(STATIC)
    assert bench.form == {"name": "Bea"}
    assert "Refused" not in bench.page()


def test_without_any_known_screen_another_sheet_opens(bench: Bench) -> None:
    bench.page()
    bench.save(flow(screen("START", text_input("other"), footer("complete"), terminal=True)))
    changed = bench.post("/changes", shown="1", revision="1")
    assert 'data-screen="START"' in changed
    assert "NAME is gone. The Flow opened anew." in changed
    assert 'data-screen="START"' in bench.page()


def test_a_broken_save_leaves_the_last_good_picture(bench: Bench) -> None:
    bench.act("tap", values={"name": "Bea"}, target="Continue")
    bench.save('{"version": "7.3",\n "screens": [')
    page = bench.page()
    assert "The phone shows it as it was before" in page
    assert ">2:" in page
    assert 'data-screen="CHECK"' in page
    assert bench.form == {"size": ""}
    bench.save(STATIC)
    assert "as it was before" not in bench.page()
    assert bench.screen == "CHECK"


def test_a_file_that_goes_leaves_the_last_picture(bench: Bench) -> None:
    bench.preview.lose("flow.json does not exist.")
    page = bench.page()
    assert "flow.json does not exist. The phone shows it as it was." in page
    assert 'data-screen="NAME"' in page


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '"screens"', "{", "\x00", '{"screens": 3}'])
def test_a_file_without_a_screen_waits_for_one(tmp_path: Path, content: str) -> None:
    bench = Bench(tmp_path, content)
    assert "No screen to show yet" in bench.page()
    bench.save(STATIC)
    assert 'data-screen="NAME"' in bench.post("/changes", shown="", revision="0")


def test_text_that_breaks_off_is_shown_as_far_as_it_goes_when_there_is_nothing_better(tmp_path: Path) -> None:
    with_footer = (
        '{"version": "7.3", "screens": [{"id": "A", "layout": {"children": [{"type": "TextHeading", "text": "Hi"'
    )
    bench = Bench(tmp_path, with_footer)
    assert "Hi" in bench.page()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe{\x00}\x00", "not UTF-8"),
        (b'{"a": "\xe9"}', "not UTF-8"),
        (b" " * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    bench = Bench(tmp_path, STATIC)
    bench.path.write_bytes(content)
    with pytest.raises(UnreadableText, match=words):
        bench.read()


def test_the_flow_runs_to_its_end_and_begins_anew(bench: Bench) -> None:
    bench.act("tap", values={"name": "Bea"}, target="Continue")
    bench.act("tap", target="Send")
    page = bench.page()
    assert "Completed" in page
    assert "&#34;who&#34;: &#34;Bea&#34;" in page
    changed = bench.post("/reopen")
    assert 'data-screen="NAME"' in changed
    assert bench.form == {"name": ""}


def test_a_closed_flow_opens_again_where_it_was(bench: Bench) -> None:
    bench.act("keep", values={"name": "Bea"})
    bench.act("close")
    assert "No response goes out" in bench.page()
    bench.post("/reopen")
    assert (bench.screen, bench.form) == ("NAME", {"name": "Bea"})


def test_a_screen_of_the_strip_is_shown_with_its_examples(bench: Bench) -> None:
    changed = bench.post("/jump", screen="CHECK")
    assert "Ada" in changed
    assert re.search(r'id="go-2"[^>]* aria-current="true"', changed)
    bench.act("back")
    assert bench.screen == "NAME"


def test_how_the_flow_opens_can_be_wished(tmp_path: Path) -> None:
    bench = Bench(tmp_path, STATIC, wishes=OpeningWishes("CHECK", {"who": "Cleo"}, "t-1"))
    assert "Cleo" in bench.page()
    bench.act("tap", target="Send")
    assert "t-1" in bench.page()


# Without an endpoint


def wait_for_question(bench: Bench) -> str:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        page = bench.page()
        if "The Flow asks its endpoint" in page:
            return page
    raise AssertionError("nothing was asked")


def choices(page: str) -> list[str]:
    return re.findall(r'id="choice-\d"[^>]*>([^<]+)<', page)


def test_a_person_answers_for_the_endpoint(asking: Bench) -> None:
    told = asking.act("tap", values={"name": "Bea"}, target="Continue")
    assert told["status"] == "loading"
    page = wait_for_question(asking)
    assert choices(page) == ["Show CHECK", "Stay on NAME", "Stay on NAME with a message", "No answer within 10 s"]
    assert "&#34;name&#34;: &#34;Bea&#34;" in page
    asking.post("/answer", choice="0")
    told = asking.act("outcome")
    assert told["screen"] == "CHECK"
    assert "mock answer" in asking.page()


def test_a_person_may_write_the_answer(asking: Bench) -> None:
    asking.act("tap", target="Continue")
    wait_for_question(asking)
    assert "The answer is not JSON" in asking.post("/answer", body="{")
    assert "has to be an object" in asking.post("/answer", body="3")
    asking.post("/answer", body='{"screen": "CHECK", "data": {"who": "Written"}}')
    assert asking.act("outcome")["screen"] == "CHECK"
    assert "Written" in asking.page()


def test_no_answer_looks_like_a_slow_endpoint(asking: Bench) -> None:
    asking.act("tap", target="Continue")
    wait_for_question(asking)
    asking.post("/answer", choice="3")
    told = asking.act("outcome")
    assert told["screen"] == "NAME"
    assert "10 seconds" in str(told)


def test_starting_over_takes_the_question_back(asking: Bench) -> None:
    asking.act("tap", target="Continue")
    wait_for_question(asking)
    changed = asking.post("/restart")
    assert "The Flow asks its endpoint" not in changed
    assert asking.act("tap", target="Continue")["status"] == "loading"
    wait_for_question(asking)


def test_saving_while_the_flow_waits_keeps_the_question(asking: Bench) -> None:
    asking.act("tap", values={"name": "Bea"}, target="Continue")
    wait_for_question(asking)
    edited = copy.deepcopy(ASKING)
    edited["screens"].append(screen("LATER", footer("complete"), terminal=True))
    edited["routing_model"] = {"NAME": ["LATER", "CHECK"], "CHECK": [], "LATER": []}
    asking.save(edited)
    assert choices(asking.page())[:2] == ["Show LATER", "Show CHECK"]
    asking.post("/answer", choice="0")
    assert asking.act("outcome")["screen"] == "LATER"


# What it gives out, and to whom


@pytest.mark.parametrize(
    "path", ["/flow.json", "/static/../preview.py", "/static/preview/../preview.py", "/etc/passwd"]
)
def test_no_other_file_is_served(bench: Bench, path: str) -> None:
    assert bench.client.get(path).status_code == 404


def test_only_this_machine_and_only_our_page_is_answered(bench: Bench) -> None:
    assert bench.client.get("/", headers={"host": "evil.example"}).status_code == 421
    assert bench.client.post("/restart", headers={"origin": "https://evil.example"}).status_code == 403
    assert bench.client.post("/sheet/1/tap", headers={"origin": "null"}).status_code == 403


def test_hostile_posts_are_refused(bench: Bench) -> None:
    assert bench.client.post("/changes", content=b"x" * (5 * 1024 * 1024)).status_code == 413
    assert bench.client.post("/changes", content=b"{", headers={"content-type": "application/json"}).status_code == 400
    assert "NOWHERE" not in bench.post("/jump", screen="NOWHERE")
    assert bench.client.get("/screens?screen=NOWHERE").status_code == 404
    assert bench.client.get("/sheet/99/").status_code == 404
