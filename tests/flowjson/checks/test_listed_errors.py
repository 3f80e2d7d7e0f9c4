"""Every example of the list of errors yields its code and message, and nothing it may not."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from tests.contracts import contract

from headrace.flowjson.checks import check
from headrace.flowjson.document import SIZE_LIMIT

TODAY = date(2026, 11, 22)
FINISH = {"type": "Footer", "label": "Go", "on-click-action": {"name": "complete", "payload": {}}}
TEXT = {"type": "TextBody", "text": "x"}
NAMES = [first + second for first in "ABCDEFGHIJ" for second in "ABCDEFGHIJK"]


def screen(screen_id: str, *children: dict[str, Any], **more: Any) -> dict[str, Any]:
    layout = {"type": "SingleColumnLayout", "children": [*children]}
    return {"id": screen_id, "title": screen_id, "layout": layout, **more}


def go_to(target: str, **more: Any) -> dict[str, Any]:
    action = {"name": "navigate", "next": {"type": "screen", "name": target}, "payload": {}}
    return {"type": "Footer", "label": "Go", "on-click-action": action, **more}


def ends(*screens: dict[str, Any], **more: Any) -> str:
    return json.dumps({"version": "7.3", **more, "screens": [*screens]})


def exchanging(screen_id: str, *, terminal: bool) -> dict[str, Any]:
    return screen(screen_id, {**FINISH, "on-click-action": {"name": "data_exchange", "payload": {}}}, terminal=terminal)


def hundred_and_one_screens() -> str:
    chain = [screen(name, go_to(NAMES[index + 1])) for index, name in enumerate(NAMES[:100])]
    return ends(*chain, screen(NAMES[100], FINISH, terminal=True))


def eleven_routes() -> str:
    targets = list("BCDEFGHIJKL")
    model = {"A": targets, **{target: [] for target in targets}}
    screens = [exchanging("A", terminal=False), *[exchanging(target, terminal=True) for target in targets]]
    return ends(*screens, data_api_version="3.0", routing_model=model)


def eleven_targets() -> str:
    targets = list("BCDEFGHIJKL")
    choice = {"type": "Switch", "value": "${data.s}", "cases": {f"case-{one}": [go_to(one)] for one in targets}}
    data = {"s": {"type": "string", "__example__": "case-B"}}
    return ends(screen("A", choice, data=data), *[screen(one, FINISH, terminal=True) for one in targets])


def four_carousels() -> str:
    carousel = {"type": "ImageCarousel", "images": [{"src": "iVBORw0KGgo=", "alt-text": "x"}]}
    return ends(screen("A", carousel, carousel, go_to("B")), screen("B", carousel, carousel, FINISH, terminal=True))


DESCRIBED = {
    "any valid file padded above 10485760 bytes": lambda: ends(screen("A", FINISH, terminal=True)).ljust(
        SIZE_LIMIT + 1
    ),
    '"data_api_version":"9.9"': lambda: ends(
        exchanging("A", terminal=True), data_api_version="9.9", routing_model={"A": []}
    ),
    "101 screens": hundred_and_one_screens,
    "a screen with 101 TextBody": lambda: ends(screen("A", *[TEXT] * 101, FINISH, terminal=True)),
    '{"A":["B","C","D","E","F","G","H","I","J","K","L"]} with those screens': eleven_routes,
    "a screen whose components navigate to 11 different screens (If/Switch branches)": eleven_targets,
    "four ImageCarousels on two screens": four_carousels,
}
"""The files that the list only describes."""

ERRORS: list[dict[str, Any]] = contract("flow_json_errors")


def examples() -> Iterator[Any]:
    for number, entry in enumerate(ERRORS, start=1):
        if "example" in entry:
            source = json.dumps(entry["example"])
        else:
            source = entry["text"] if "text" in entry else DESCRIBED[entry["described"]]()
        yield pytest.param(source, entry, id=f"{number}-{entry['code']}")


def pattern(template: str) -> str:
    """A message's template as a pattern: `{…}` is filled in, `${…}` stands for itself, a sample path for any path."""
    template = template.replace("path_to_your_component", "{path}")
    return ".+".join(re.escape(part) for part in re.split(r"(?<!\$)\{[^{}]*\}", template))


@pytest.mark.parametrize(("source", "entry"), list(examples()))
def test_an_example_yields_its_code(source: str, entry: dict[str, Any]) -> None:
    found = check(source, today=TODAY).errors
    codes = [one.code for one in found]
    assert codes.count(entry["code"]) == 1, [one.message for one in found]
    assert set(codes) - {entry["code"]} <= set(entry.get("may_also_report", []))
    message = next(one.message for one in found if one.code == entry["code"])
    templates = entry.get("messages", [])
    # What is wrong with a text is told after the sentence that it is wrong.
    if entry["group"] == "file":
        assert not templates or message.startswith(tuple(templates))
    elif templates:
        assert any(re.fullmatch(pattern(one), message) for one in templates), message


def test_every_described_file_is_made() -> None:
    assert set(DESCRIBED) == {entry["described"] for entry in ERRORS if "described" in entry}
