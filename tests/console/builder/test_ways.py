"""Ways between screens: what can lead to another one is offered, and a way that is drawn keeps the Flow in order."""

import json

from tests.console.builder.test_design import FIRST, FLOW, TODAY, act, at, errors

from headrace.console.builder.language import answer
from headrace.flowjson.gallery import TEMPLATES


def ways(text: str, screen: str) -> list[tuple[str, bool]]:
    found = answer({"ask": "ways", "text": text, "screen": screen}, TODAY)["ways"]
    return [(one["words"], one["free"]) for one in found]


def test_what_can_lead_to_another_screen_is_offered_the_footer_first() -> None:
    text = act(FLOW, "insert", path=FIRST, type="EmbeddedLink", index=0)
    assert ways(text, "FIRST") == [('Footer "On"', False), ('Embedded link "Embedded link"', False)]
    assert ways(text, "LAST") == [('Footer "Send"', True)]
    listed = act(FLOW, "insert", path=FIRST, type="NavigationList", index=0)
    offered = {words for words, _ in ways(listed, "FIRST")}
    assert offered == {'Footer "On"', 'Item "First"', 'Item "Second"', 'Navigation list "navigation_list"'}
    assert ways(text, "NOWHERE") == ways("{", "FIRST") == []


def test_a_way_says_where_its_action_stands() -> None:
    (way,) = answer({"ask": "graph", "text": FLOW}, TODAY)["ways"]
    assert (way["source"], way["target"]) == ("FIRST", "LAST")
    at_place = FLOW.encode("utf-16-le")[way["at"] * 2 :].decode("utf-16-le")
    assert at_place.startswith('{\n              "name": "navigate"')
    for template in TEMPLATES.values():
        found = answer({"ask": "graph", "text": template.text()}, TODAY)
        assert {(one["source"], one["target"]) for one in found["ways"]} or "navigate" not in template.text()


def test_a_screen_that_goes_on_is_terminal_no_longer_and_one_that_ends_the_flow_is() -> None:
    added = act(FLOW, "add_screen")
    footer = ["screens", 1, "layout", "children", 1]
    led = act(added, "lead", path=footer, name="on-click-action", to="SCREEN")
    assert "terminal" not in at(led, ["screens", 1])
    assert errors(led) == []
    back = act(led, "lead", path=footer, name="on-click-action", to="action:complete")
    assert at(back, ["screens", 1, "terminal"]) is True
    # Another button still ends the Flow here.
    ended = {"name": "complete", "payload": {}}
    link = json.dumps({"type": "EmbeddedLink", "text": "End", "on-click-action": ended})
    twice = act(FLOW, "add_screen").replace(
        '{\n            "type": "TextBody"', link + ',{\n            "type": "TextBody"'
    )
    led = act(twice, "lead", path=["screens", 1, "layout", "children", 2], name="on-click-action", to="SCREEN")
    assert at(led, ["screens", 1, "terminal"]) is True
