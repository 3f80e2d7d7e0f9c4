"""Random valid Flows, and the good documents of the corpus, to plant mistakes into."""

import json
import random
from datetime import date
from functools import lru_cache
from typing import Any

from tests.conftest import corpus_documents

from headrace.flowjson.checks import check

TODAY = date(2024, 10, 1)
Flow = dict[str, Any]

WORDS = ("Rye", "Oat", "Spelt", "Barley", "Wheat", "Maize")


def valid_flow(luck: random.Random, version: str, *, endpoint: bool = False) -> Flow:
    """A Flow of two to five screens in a row, each with some texts and inputs, the last one terminal."""
    count = luck.randint(2, 5)
    ids = [f"BASE_{letter}" for letter in "ABCDE"[:count]]
    screens = [_screen(luck, ids, index, version, endpoint=endpoint) for index in range(count)]
    flow: Flow = {"version": version}
    if endpoint:
        flow["data_api_version"] = "3.0"
        flow["routing_model"] = {one: [ids[index + 1]] if index + 1 < count else [] for index, one in enumerate(ids)}
    return {**flow, "screens": screens}


def _screen(luck: random.Random, ids: list[str], index: int, version: str, *, endpoint: bool) -> Flow:
    last = index == len(ids) - 1
    components = [_component(luck, f"base_{index}_{number}") for number in range(luck.randint(1, 4))]
    names = [one["name"] for one in components if "name" in one]
    payload: Flow = {"passed": "${data.passed}"} if index else {"passed": luck.choice(WORDS)}
    action: Flow = {"name": "complete", "payload": {name: f"${{form.{name}}}" for name in names}}
    if not last:
        following = {"type": "screen", "name": ids[index + 1]}
        action = {"name": "navigate", "next": following, "payload": payload}
        if endpoint and luck.random() < 0.5:
            action = {"name": "data_exchange", "payload": {}}
    if index:
        components.insert(0, {"type": "TextBody", "text": "${data.passed}"})
    footer = {"type": "Footer", "label": "Order the bread" if last else "Choose more", "on-click-action": action}
    children = [*components, footer]
    if version < "4.0" and names:
        children = [{"type": "Form", "name": "form", "children": children}]
    screen: Flow = {"id": ids[index], "title": luck.choice(WORDS)}
    if index:
        screen["data"] = {"passed": {"type": "string", "__example__": luck.choice(WORDS)}}
    if last:
        screen["terminal"] = True
    return {**screen, "layout": {"type": "SingleColumnLayout", "children": children}}


def _component(luck: random.Random, name: str) -> Flow:
    options = [{"id": word.lower(), "title": word} for word in luck.sample(WORDS, luck.randint(2, 4))]
    title = luck.choice(WORDS)
    made: list[Flow] = [
        {"type": "TextBody", "text": f"{title} is baked in the morning."},
        {"type": "TextCaption", "text": f"{title} keeps for days."},
        {"type": "TextInput", "name": name, "label": title, "required": luck.random() < 0.5},
        {"type": "TextArea", "name": name, "label": title},
        {"type": "Dropdown", "name": name, "label": title, "data-source": options},
        {"type": "RadioButtonsGroup", "name": name, "label": title, "data-source": options},
        {"type": "CheckboxGroup", "name": name, "label": title, "data-source": options},
        {"type": "OptIn", "name": name, "label": f"Tell me about {title}"},
    ]
    return luck.choice(made)


@lru_cache(maxsize=32)
def corpus_flows(version: str) -> tuple[str, ...]:
    """The good documents of the corpus of this version that have nothing to report, as texts."""
    texts = []
    for path in corpus_documents("official", "valid"):
        report = check(path.read_bytes(), today=TODAY)
        if report.version == version and not report.errors and len(report.document.text) < 40_000:
            texts.append(json.dumps(report.document.value))
    return tuple(texts)


def base_flow(luck: random.Random, version: str, *, endpoint: bool = False) -> Flow:
    """A generated Flow or one of the corpus."""
    found = [text for text in corpus_flows(version) if ('"data_api_version"' in text) == endpoint]
    if found and luck.random() < 0.4:
        flow: Flow = json.loads(luck.choice(found))
        return flow
    return valid_flow(luck, version, endpoint=endpoint)
