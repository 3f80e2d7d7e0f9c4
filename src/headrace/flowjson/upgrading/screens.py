"""Screens and the ways between them: ids, layouts, labels, payloads, routes."""

import re
from collections.abc import Mapping
from typing import Any

from headrace.flowjson.catalogue import COMPONENTS
from headrace.flowjson.catalogue.containers import SCREEN_ID
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.editing.renames import rename_screen_in
from headrace.flowjson.traversal import Placed, actions_within, components_of, texts_within
from headrace.flowjson.upgrading.work import Work, label_of, name_of, words

_TEXTS = ("TextSubheading", "TextBody", "TextCaption")
_LONGEST_LABEL = 80
_SURELY_SHOWN = 30


def hand_over_channel_uri(work: Work) -> None:
    """From 3.0 on the address of the endpoint belongs to the Flow, not to the file."""
    if not isinstance(work.flow, dict) or "data_channel_uri" not in work.flow:
        return
    address = work.flow["data_channel_uri"]
    work.draft.remove(("data_channel_uri",))
    work.did(None, "data_channel_uri removed.")
    work.decide(None, f"Set endpoint_uri of the Flow to {address}.")


def settle_data_api_version(work: Work) -> None:
    """`3.0` goes with every version."""
    version = work.flow.get("data_api_version") if isinstance(work.flow, dict) else None
    if version is not None and version not in ("3.0", "4.0"):
        work.draft.set(("data_api_version",), "3.0")
        work.did(None, f"data_api_version {version!r} is 3.0 now.")
        work.decide(None, "Check that the endpoint speaks Data API 3.0.")


def label_groups(work: Work) -> None:
    """From 4.0 on groups have a label: the text just above, or else words made of the name."""
    while True:
        other = next(
            (
                (screen, group)
                for screen, group in work.components("CheckboxGroup", "RadioButtonsGroup")
                if "label" not in group.value
            ),
            None,
        )
        if other is None:
            return
        _label(work, *other)


def _label(work: Work, screen: Placed, group: Placed) -> None:
    holder, index = group.path[:-1], int(group.path[-1])
    above = work.draft.get((*holder, index - 1)) if index else None
    text = above.get("text") if isinstance(above, dict) and above.get("type") in _TEXTS else None
    alone = isinstance(above, dict) and set(above) == {"type", "text"}
    if alone and isinstance(text, str) and text.strip() and len(text) <= _LONGEST_LABEL:
        work.draft.set((*group.path, "label"), text)
        work.draft.remove((*holder, index - 1))
        work.did(screen, f"{label_of(group)}: the text above it is its label now.")
        work.decide(screen, f"{label_of(group)}: {_question_of(text)}")
        return
    made = words(str(group.value.get("name") or group.value.get("type")))
    work.draft.set((*group.path, "label"), made)
    work.did(screen, f'{label_of(group)}: label "{made}" made from its name.')
    work.decide(screen, f'{label_of(group)}: is "{made}" the right label?')


def _question_of(text: str) -> str:
    """What a person is asked about a text that became a label; a label is shorter than most texts."""
    if len(text) > _SURELY_SHOWN and not text.startswith("${"):
        return f'does its label "{text}" fit? It has {len(text)} characters; a phone shows {_SURELY_SHOWN} for sure.'
    return f'is "{text}", which stood above it, the right label?'


def ensure_layouts(work: Work) -> None:
    """From 6.0 on every screen has a layout."""
    for screen in work.screens():
        if "layout" not in screen.value:
            work.draft.set((*screen.path, "layout"), {"type": "SingleColumnLayout", "children": []})
            work.did(screen, "Empty layout added.")
            work.decide(screen, "The screen is empty. Put something on it or remove it.")


def rename_screens(work: Work) -> None:
    """From 7.0 on an id has no comma, and not only underscores."""
    taken = {name_of(screen) for screen in work.screens()}
    for screen in work.screens():
        old = screen.value.get("id")
        if not isinstance(old, str) or re.fullmatch(SCREEN_ID, old) or not re.fullmatch(r"[a-zA-Z,_]+", old):
            continue
        new = old.replace(",", "_")
        new = new if re.fullmatch(SCREEN_ID, new) else "SCREEN" + new
        while new in taken:
            new += "_X"
        taken.add(new)
        rename_screen_in(work.draft, old, new)
        work.did(screen, f'Its id is "{new}" now.')
        if work.has_endpoint:
            work.decide(screen, f'The endpoint must answer with "{new}" now.')


def match_payloads(work: Work) -> None:
    """From 7.3 on navigate sends exactly the fields of the screen it leads to."""
    fields = {
        name_of(screen): [name for name, schema in _data(screen).items() if isinstance(schema, dict)]
        for screen in work.screens()
    }
    for screen in work.screens():
        for action in list(actions_within(screen.value, screen.path)):
            following = action.value.get("next")
            target = following.get("name") if isinstance(following, dict) else None
            if action.value.get("name") == "navigate" and isinstance(target, str) and target in fields:
                _match(work, screen, action, target, fields[target])


def _match(work: Work, screen: Placed, action: Placed, target: str, fields: list[str]) -> None:
    payload = action.value.get("payload")
    sent = payload if isinstance(payload, dict) else {}
    path: Path = (*action.path, "payload")
    for name in [name for name in sent if name not in fields]:
        if _is_read(work, target, name):
            _declare(work, screen, target, name, sent[name])
            continue
        work.draft.remove((*path, name))
        work.did(screen, f'"{name}" is no longer sent to "{target}", which has no such field.')
    missing = [name for name in fields if name not in sent]
    if missing and not isinstance(payload, dict):
        work.draft.set(path, {})
    for name in missing:
        source = _source(screen, name)
        if source is None:
            work.decide(screen, f'"{target}" has a field "{name}". What is to be sent for it?')
            continue
        work.draft.insert((*path, name), source)
        work.did(screen, f'"{name}" is sent to "{target}": {source}.')
        work.decide(screen, f'Is {source} the right "{name}" for "{target}"? Nothing was sent so far.')


def _is_read(work: Work, target: str, name: str) -> bool:
    """Whether a screen reads a field of its own, declared or not, or another screen reads it there."""
    own = re.compile(rf"\$\{{data\.{re.escape(name)}[.}}]")
    foreign = re.compile(rf"\$\{{screen\.{re.escape(target)}\.data\.{re.escape(name)}[.}}]")
    return any(
        foreign.search(text) or (name_of(screen) == target and own.search(text))
        for screen in work.screens()
        for _, text in texts_within(screen.value)
    )


def _declare(work: Work, screen: Placed, target: str, name: str, value: Any) -> None:
    """Declares on a screen a field that is sent to it and that it reads, as what is sent; else a person must."""
    schema = _schema_of(screen, value)
    receiver = next(one for one in work.screens() if name_of(one) == target)
    if name in _data(receiver):
        return
    if schema is None:
        work.decide(screen, f'"{target}" reads "{name}" and does not declare it: say of which type it is.')
        return
    declared = receiver.value.get("data")
    if isinstance(declared, dict):
        work.draft.insert((*receiver.path, "data", name), schema)
    elif "data" not in receiver.value:
        work.draft.insert((*receiver.path, "data"), {name: schema})
    elif declared is None:
        work.draft.set((*receiver.path, "data"), {name: schema})
    else:
        work.decide(receiver, f'It reads "{name}", but its data is no object: declare "{name}" in one.')
        return
    work.did(receiver, f'"{name}", which it reads, is declared, as it is sent by "{name_of(screen)}".')


def _schema_of(screen: Placed, value: Any) -> dict[str, Any] | None:
    """The declaration of a field for what is sent; None where it cannot be made out."""
    if isinstance(value, bool):
        return {"type": "boolean", "__example__": value}
    if isinstance(value, int | float):
        return {"type": "number", "__example__": value}
    if not isinstance(value, str):
        return None
    reference = _WHOLE_REFERENCE.fullmatch(value)
    if reference is None:
        return None if "${" in value else {"type": "string", "__example__": value}
    source, name = reference[1], reference[2]
    if source == "data":
        declared = _data(screen).get(name)
        return dict(declared) if isinstance(declared, dict) else None
    kinds = [placed.value.get("type") for placed in components_of(screen) if placed.value.get("name") == name]
    component = COMPONENTS.get(str(kinds[0])) if kinds else None
    example = _EXAMPLES.get(component.value_type or "") if component else None
    return None if example is None or component is None else {"type": component.value_type, **example}


_WHOLE_REFERENCE = re.compile(r"\$\{(data|form)\.(\w+)\}")
_EXAMPLES: Mapping[str, dict[str, Any]] = {
    "string": {"__example__": "Example"},
    "boolean": {"__example__": True},
    "array": {"items": {"type": "string"}, "__example__": []},
}


def _source(screen: Placed, name: str) -> str | None:
    """What goes by that name on the screen."""
    if isinstance(_data(screen).get(name), dict):
        return f"${{data.{name}}}"
    named = [
        placed
        for placed in components_of(screen)
        if placed.value.get("name") == name and placed.value.get("type") != "Form"
    ]
    pickers = ("PhotoPicker", "DocumentPicker")
    return f"${{form.{name}}}" if named and named[0].value.get("type") not in pickers else None


def _data(screen: Placed) -> dict[str, Any]:
    data = screen.value.get("data")
    return data if isinstance(data, dict) else {}
