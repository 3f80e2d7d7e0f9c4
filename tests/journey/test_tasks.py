"""What people do in the Builder, found by its visible labels: twenty tasks with their number of actions, a whole Flow
without touching its JSON, and forty edits of every kind that are undone and redone to the byte.
"""

import base64
import json
import os
import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browsers import wait_until
from tests.journey.conftest import ROOT, Box
from tests.journey.test_builder import held, typed, upload
from tests.simulator.browser import chromium_page

pytestmark = [pytest.mark.box, pytest.mark.browser]

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
START = """{
  "version": "7.3",
  "screens": [
    {
      "id": "ASK", "title": "Ask us",
      "layout": {
        "type": "SingleColumnLayout",
        "children": [
          {"type": "TextHeading", "text": "Welcome"},
          {"type": "TextInput", "name": "name", "label": "Your name"},
          {"type": "OptIn", "name": "mail", "label": "Write to me"},
          {"type": "Dropdown", "name": "topic", "label": "Topic", "data-source": [
            {"id": "1", "title": "Frames"}, {"id": "2", "title": "Lenses"}
          ]},
          {
            "type": "Footer", "label": "Go on",
            "on-click-action": {
              "name": "navigate", "next": {"type": "screen", "name": "END"}, "payload": {"name": "${form.name}"}
            }
          }
        ]
      }
    },
    {
      "id": "END", "title": "Thank you", "terminal": true,
      "data": {"name": {"type": "string", "__example__": "Ada"}},
      "layout": {
        "type": "SingleColumnLayout",
        "children": [
          {"type": "TextBody", "text": "Thank you, ${data.name}"},
          {"type": "Footer", "label": "Send", "on-click-action": {"name": "complete", "payload": {}}}
        ]
      }
    }
  ]
}
"""
ALL = os.environ.get("HEADRACE_TASKS") == "all"
"""Every task and forty edits, as `make tasks` does; else every fifth task and each kind of edit once."""

_NUMBERS = count(1)
_REPLACE = """text => {
  const view = document.querySelector('.cm-content').cmTile.view;
  view.dispatch({changes: {from: 0, to: view.state.doc.length, insert: text}, selection: {anchor: 0}});
}"""


class Hands:
    """What a person does, each act counted: pressing, choosing from a list, filling in, dragging."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0

    def press(self, name: str | re.Pattern[str], role: Any = "button", *, exact: bool = True) -> None:
        self.actions += 1
        self.page.get_by_role(role, name=name, exact=exact).first.click()

    def choose(self, label: str, option: str) -> None:
        self.actions += 1
        self.page.get_by_label(label, exact=True).last.select_option(label=option)

    def fill(self, label: str, words: str) -> None:
        """Typing into a field, and leaving it."""
        self.actions += 1
        field = self.page.get_by_label(re.compile(rf"^{re.escape(label)}(,|$)")).first
        field.fill(words)
        field.press("Tab")

    def file(self, label: str, name: str, content: bytes) -> None:
        self.actions += 1
        files = {"name": name, "mimeType": "image/png", "buffer": content}
        self.page.get_by_label(label).set_input_files(files)  # type: ignore[arg-type]

    def drag(self, source: Locator, target: Locator, **where: Any) -> None:
        self.actions += 1
        source.drag_to(target, **where)

    def component(self, kind: str) -> None:
        """Choosing a component of the screen in Design, until its properties are there."""
        self.actions += 1
        self.page.locator(".design-name", has_text=kind).first.click()
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).capitalize()
        expect(self.page.locator(".inspector-head h2")).to_have_text(words)


@pytest.fixture(scope="module")
def page(box: Box) -> Iterator[Page]:
    flow_id = upload(box, "Tasks", START)
    with chromium_page(bypass_csp=True) as opened:
        opened.set_viewport_size({"width": 1280, "height": 900})
        opened.on("dialog", lambda dialog: dialog.accept())
        opened.goto(f"{box.url}/flows/{flow_id}/edit")
        expect(opened.locator(".screen-row")).to_have_count(2)
        yield opened


def begin(page: Page, text: str = START, tab: str = "JSON") -> None:
    """The text as a task finds it, at its first screen."""
    page.get_by_role("tab", name=tab).click()
    # The title of the last screen tells when it is this text that is checked and drawn.
    title = f"Thank you, {next(_NUMBERS)}"
    page.evaluate(_REPLACE, text.replace('"title": "Thank you"', f'"title": "{title}"'))
    expect(page.locator(".screen-row").last).to_contain_text(title)


def becomes(page: Page, *path: str | int, value: Any) -> None:
    """Waits until the text says this at a path."""

    def says() -> bool:
        found = json.loads(typed(page))
        try:
            for step in path:
                found = found[step]
        except (KeyError, IndexError):
            found = None
        return bool(found(value) if callable(found) else value(found) if callable(value) else found == value)

    wait_until(page, says)


CHILDREN = ("screens", 0, "layout", "children")


def add_a_field(hands: Hands, page: Page) -> None:
    hands.press("Design", "tab")
    hands.choose("Add a component", "TextInput")
    expect(page.locator(".inspector-head h2")).to_have_text("Text input")
    hands.fill("label", "Your street")
    becomes(page, *CHILDREN, 4, "label", value="Your street")


def reorder_screens(hands: Hands, page: Page) -> None:
    rows = page.locator(".screen-row")
    hands.drag(rows.nth(0), rows.nth(1), target_position={"x": 40, "y": 90})
    becomes(page, "screens", 0, "id", value="END")


def depend_on_another(hands: Hands, page: Page) -> None:
    hands.press("Design", "tab")
    hands.component("TextInput")
    hands.choose("Bind visible to", "form.mail")
    becomes(page, *CHILDREN, 1, "visible", value="${form.mail}")


def rename_a_screen(hands: Hands, page: Page) -> None:
    hands.press("Design", "tab")
    hands.press("END", exact=False)
    expect(page.locator(".inspector-head h2")).to_have_text("Screen END")
    hands.fill("id", "DONE")
    becomes(page, *CHILDREN, 4, "on-click-action", "next", "name", value="DONE")


def bind_a_list(hands: Hands, page: Page) -> None:
    hands.press("Design", "tab")
    hands.component("Dropdown")
    hands.choose("Where the items come from", "New data of this screen")
    becomes(page, *CHILDREN, 3, "data-source", value="${data.topic_options}")


def add_a_photo(hands: Hands, page: Page) -> None:
    hands.press("Design", "tab")
    hands.choose("Add a component", "Image")
    expect(page.locator(".inspector-head h2")).to_have_text("Image")
    hands.file("Choose a file for src", "glasses.png", PIXEL)
    becomes(page, *CHILDREN, 4, "src", value=base64.b64encode(PIXEL).decode())


def add_an_option(hands: Hands, page: Page) -> None:
    hands.press("Design", "tab")
    hands.component("Dropdown")
    hands.press("Add an item to data-source")
    row = page.get_by_role("listitem", name="Option 3")
    hands.actions += 1
    row.get_by_label("title").fill("Cases")
    row.get_by_label("title").press("Tab")
    becomes(page, *CHILDREN, 3, "data-source", 2, "title", value="Cases")


def reorder_options(hands: Hands, page: Page) -> None:
    hands.press("Design", "tab")
    hands.component("Dropdown")
    hands.press("Move Lenses up")
    becomes(page, *CHILDREN, 3, "data-source", 0, "title", value="Lenses")


def hand_over_a_value(hands: Hands, page: Page) -> None:
    hands.press("Design", "tab")
    hands.press("END", exact=False)
    expect(page.locator(".inspector-head h2")).to_have_text("Screen END")
    hands.fill("New field", "topic")
    hands.press("Add the field")
    becomes(page, *CHILDREN, 4, "on-click-action", "payload", "topic", value="${form.topic}")


def rename_data(hands: Hands, page: Page) -> None:
    hands.press("Design", "tab")
    hands.press("END", exact=False)
    expect(page.locator(".inspector-head h2")).to_have_text("Screen END")
    hands.fill("Name", "person")
    becomes(page, "screens", 1, "layout", "children", 0, "text", value="Thank you, ${data.person}")


def change_an_example(hands: Hands, page: Page) -> None:
    hands.press("Design", "tab")
    hands.press("END", exact=False)
    expect(page.locator(".inspector-head h2")).to_have_text("Screen END")
    hands.fill("Example", "Grace")
    becomes(page, "screens", 1, "data", "name", "__example__", value="Grace")


def add_a_screen_between(hands: Hands, page: Page) -> None:
    hands.press("+ Add a screen")
    expect(page.locator(".screen-row")).to_have_count(3)
    hands.press("Graph", "tab")
    node = page.locator('[data-graph] .screen[data-screen="SCREEN"]')
    hands.drag(page.locator('[data-graph] .screen[data-screen="ASK"]'), node)
    hands.press('Footer "Go on"')
    becomes(page, *CHILDREN, 4, "on-click-action", "next", "name", value="SCREEN")


def move_a_component(hands: Hands, page: Page) -> None:
    hands.press("Design", "tab")
    lines = page.locator(".design-line")
    hands.drag(lines.nth(1), lines.nth(0), target_position={"x": 40, "y": 4})
    becomes(page, *CHILDREN, 0, "type", value="TextInput")


def delete_a_component(hands: Hands, page: Page) -> None:
    hands.press("Design", "tab")
    hands.component("OptIn")
    hands.press("Delete this OptIn")
    becomes(page, *CHILDREN, 2, "type", value="Dropdown")


def bind_a_text(hands: Hands, page: Page) -> None:
    hands.press("Design", "tab")
    hands.press("END", exact=False)
    expect(page.locator(".inspector-head h2")).to_have_text("Screen END")
    hands.component("TextBody")
    hands.choose("Bind text to", "screen.ASK.form.name")
    becomes(page, "screens", 1, "layout", "children", 0, "text", value="${screen.ASK.form.name}")


def mend_what_stops_it(hands: Hands, page: Page) -> None:
    begin(page, START.replace('"label": "Your name"', '"label": "Your name", "helper_text": "In full"'))
    hands.press(re.compile("^1 error"))
    hands.press("Write 'helper-text'")
    becomes(page, *CHILDREN, 1, "helper-text", value="In full")
    page.locator("[data-problems-toggle]").click()


def see_why_it_will_not_publish(hands: Hands, page: Page) -> None:
    begin(page, START.replace('"name": "END"}', '"name": "NOWHERE"}'))
    hands.press("More")
    hands.press("Publish", "menuitem")
    expect(page.locator(".checks .fails").first).to_contain_text("NOWHERE")
    page.get_by_role("button", name="Keep as a draft").click()


def try_it_out(hands: Hands, page: Page) -> None:
    hands.press("Run")
    expect(page.frame_locator("[data-preview]").get_by_text("Welcome").first).to_be_visible()
    page.locator("[data-run-close]").click()


def save_with_a_note(hands: Hands, page: Page) -> None:
    begin(page, START.replace("Welcome", "Good day"))
    hands.press("More")
    hands.press("Save with a note", "menuitem")
    hands.fill("What changed", "A warmer word")
    hands.actions += 1
    page.get_by_role("dialog", name="Save with a note").get_by_role("button", name="Save").click()
    expect(page.locator("[data-saved]")).to_contain_text("saved just now by You")


def compare_and_go_back(hands: Hands, page: Page) -> None:
    begin(page, START.replace("Welcome", "Hello there"))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-saved]")).to_contain_text("saved just now by You")
    expect(page.locator("html[data-dirty]")).to_have_count(0)
    hands.press("More")
    hands.press("Versions", "menuitem")
    hands.press("What changed")
    expect(page.locator("#act-dialog")).to_contain_text("Hello there")
    hands.actions += 1
    page.get_by_role("button", name="Restore").last.click()
    becomes(page, *CHILDREN, 0, "text", value="Welcome")


TASKS: dict[str, Callable[[Hands, Page], None]] = {
    "Add a field": add_a_field,
    "Put screens into another order": reorder_screens,
    "Show a field only when another is ticked": depend_on_another,
    "Rename a screen everywhere": rename_a_screen,
    "Bind a list to data": bind_a_list,
    "Add a photo": add_a_photo,
    "Add an option to a list": add_an_option,
    "Put options into another order": reorder_options,
    "Hand an answer to a later screen": hand_over_a_value,
    "Rename a field of data everywhere": rename_data,
    "Change the example of data": change_an_example,
    "Put a new screen behind another": add_a_screen_between,
    "Move a component": move_a_component,
    "Delete a component": delete_a_component,
    "Show what somebody typed earlier": bind_a_text,
    "Mend a mistake": mend_what_stops_it,
    "Find why it will not publish": see_why_it_will_not_publish,
    "Try it out unsaved": try_it_out,
    "Save with a note": save_with_a_note,
    "Compare with an earlier version and go back": compare_and_go_back,
}


def told() -> dict[str, int]:
    """The tasks of the page in the documentation, with their numbers of actions."""
    rows = re.findall(r"^\| ([^|]+?) \| (\d+) \|", (ROOT / "docs" / "tasks.md").read_text(), re.MULTILINE)
    return {name: int(count) for name, count in rows}


def test_the_page_tells_every_task() -> None:
    assert list(told()) == list(TASKS)
    assert len(TASKS) == 20


@pytest.mark.parametrize("task", list(TASKS) if ALL else list(TASKS)[::5])
def test_a_task_takes_as_many_actions_as_the_page_says(page: Page, task: str) -> None:
    begin(page)
    hands = Hands(page)
    TASKS[task](hands, page)
    assert hands.actions == told()[task]


def test_a_flow_of_two_screens_is_made_and_published_by_its_labels_alone(box: Box, page: Page) -> None:
    page.goto(f"{box.url}/flows")
    hands = Hands(page)
    hands.press("Create a Flow", "link")
    hands.fill("Name, for you and your team; people do not see it", "A question by its labels")
    hands.press("Contact us", "checkbox")
    hands.press("Nothing", "radio", exact=False)
    hands.press("Create")
    hands.press("+ Add a screen")
    hands.press("Design", "tab")
    expect(page.locator(".inspector-head h2")).to_have_text("Screen SCREEN")
    hands.fill("id", "QUESTION")
    hands.fill("title", "Your question")
    hands.component("TextHeading")
    hands.fill("text", "What would you like to know?")
    hands.choose("Add a component", "TextArea")
    expect(page.locator(".inspector-head h2")).to_have_text("Text area")
    hands.fill("name", "question")
    hands.fill("label", "Your question")
    hands.press("+ Add a screen")
    expect(page.locator(".inspector-head h2")).to_have_text("Screen SCREEN")
    hands.fill("id", "CHECK")
    hands.fill("New field", "question")
    hands.press("Add the field")
    becomes(page, "screens", 1, "data", "question", "type", value="string")
    hands.component("TextHeading")
    hands.choose("Bind text to", "data.question")
    hands.press("Graph", "tab")
    hands.choose("Lead from", "QUESTION")
    hands.choose("to", "CHECK")
    hands.press("Connect")
    becomes(page, *CHILDREN, 2, "on-click-action", "payload", "question", value="${form.question}")
    expect(page.locator("[data-count]")).not_to_contain_text("error")
    hands.press("Save")
    expect(page.locator("[data-saved]")).to_contain_text("saved just now by You")
    hands.press("More")
    hands.press("Publish", "menuitem")
    hands.press("This Flow keeps to", "checkbox", exact=False)
    hands.press("Publish")
    expect(page.locator(".status").first).to_contain_text("Published")
    assert hands.actions < 40
    flow_id = page.url.split("/flows/")[1].split("?")[0].split("/")[0]
    assert [screen["id"] for screen in json.loads(held(box, flow_id))["screens"]] == ["QUESTION", "CHECK"]


def test_mixed_edits_are_undone_and_redone_to_the_byte(box: Box, page: Page) -> None:
    flow_id = upload(box, "Forty edits", START)
    page.goto(f"{box.url}/flows/{flow_id}/edit")
    expect(page.locator(".screen-row")).to_have_count(2)
    hands = Hands(page)
    texts = [typed(page)]

    def in_the_text(number: int) -> None:
        page.evaluate(
            """number => {
          const view = document.querySelector('.cm-content').cmTile.view;
          const at = view.state.doc.toString().indexOf('Welcome') + 'Welcome'.length;
          view.dispatch({selection: {anchor: at}});
          view.focus();
        }"""
        )
        page.keyboard.insert_text(f" {number}")

    def in_the_inspector(number: int) -> None:
        hands.component("TextInput")
        hands.fill("label", f"Your name, please {number}")

    def by_dragging(number: int) -> None:
        lines = page.locator(".design-line")
        hands.drag(lines.nth(0), lines.nth(2), target_position={"x": 40, "y": 4})

    def in_the_graph(number: int) -> None:
        hands.choose("Lead from", "ASK")
        hands.choose("to", "END" if number % 2 else "SCREEN")
        hands.press("Connect")
        hands.press('Footer "Go on"')

    def by_a_fix(number: int) -> None:
        page.evaluate(_REPLACE, texts[-1].replace('"OptIn", ', '"OptIn", "requird": true, '))
        texts.append(typed(page))
        hands.press("Fix everything")

    def by_its_data(number: int) -> None:
        hands.press("END", exact=False)
        expect(page.locator(".inspector-head h2")).to_have_text("Screen END")
        hands.fill("New field", f"more_{number}")
        hands.press("Add the field")

    hands.press("+ Add a screen")
    expect(page.locator(".screen-row")).to_have_count(3)
    texts.append(typed(page))
    kinds = (
        (in_the_text, "JSON"),
        (in_the_inspector, "Design"),
        (by_dragging, "Design"),
        (in_the_graph, "Graph"),
        (by_a_fix, "JSON"),
        (by_its_data, "Design"),
    )
    for number in range(6 if ALL else 1):
        for edit, tab in kinds:
            page.evaluate("document.querySelector('.cm-content').cmTile.view.dispatch({selection: {anchor: 0}})")
            page.get_by_role("tab", name=tab).click()
            edit(number)
            wait_until(page, lambda: typed(page) != texts[-1])
            texts.append(typed(page))
    assert len(texts) > 40 or not ALL
    page.get_by_role("tab", name="JSON").click()
    page.locator(".cm-content").focus()
    for text in reversed(texts[:-1]):
        page.keyboard.press("ControlOrMeta+z")
        assert typed(page) == text
    for text in texts[1:]:
        page.keyboard.press("ControlOrMeta+y")
        assert typed(page) == text
