"""Small Flows for the phone's tests, built from parts."""

from typing import Any

from headrace.phone.engine.effects import Effect
from headrace.phone.engine.events import Event, Open
from headrace.phone.engine.program import Program
from headrace.phone.session import Opening, Session

Json = dict[str, Any]


def screen(identifier: str, *children: Json, **more: Any) -> Json:
    return {"id": identifier, "title": identifier.title(), "layout": _layout(children), **more}


def _layout(children: tuple[Json, ...]) -> Json:
    return {"type": "SingleColumnLayout", "children": list(children)}


def flow(*screens: Json, version: str = "7.3", routing: dict[str, list[str]] | None = None) -> Json:
    """A Flow; with `routing` it has an endpoint."""
    document: Json = {"version": version, "screens": list(screens)}
    if routing is not None:
        document |= {"data_api_version": "3.0", "routing_model": routing}
    return document


def text_input(name: str, **more: Any) -> Json:
    return {"type": "TextInput", "name": name, "label": name.title(), **more}


def options(*identifiers: str) -> list[Json]:
    return [{"id": one, "title": one.title()} for one in identifiers]


def dropdown(name: str, *identifiers: str, **more: Any) -> Json:
    return {"type": "Dropdown", "name": name, "label": name.title(), "data-source": options(*identifiers), **more}


def checkboxes(name: str, *identifiers: str, **more: Any) -> Json:
    return {"type": "CheckboxGroup", "name": name, "label": name.title(), "data-source": options(*identifiers), **more}


def radio(name: str, *identifiers: str, **more: Any) -> Json:
    return {**dropdown(name, *identifiers, **more), "type": "RadioButtonsGroup"}


def footer(action: str, payload: Json | None = None, *, to: str | None = None, label: str = "Continue") -> Json:
    handler: Json = {"name": action, "payload": payload or {}}
    if to is not None:
        handler["next"] = {"type": "screen", "name": to}
    return {"type": "Footer", "label": label, "on-click-action": handler}


def link(text: str, action: Json) -> Json:
    return {"type": "EmbeddedLink", "text": text, "on-click-action": {"payload": {}, **action}}


def heading(text: str, **more: Any) -> Json:
    return {"type": "TextHeading", "text": text, **more}


def string(example: str = "x") -> Json:
    return {"type": "string", "__example__": example}


def session_of(document: Json, **opening: Any) -> Session:
    return Session.start(Program.compile(document), Opening(**opening))


def opened(document: Json, **opening: Any) -> Session:
    """A session that shows its first screen (or waits for the answer to INIT)."""
    session = session_of(document, **opening)
    session.handle(Open())
    return session


def after(session: Session, *events: Event) -> list[Effect]:
    """Hands over events one by one; gives the effects of the last."""
    effects: list[Effect] = []
    for event in events:
        effects = session.handle(event)
    return effects


def one_screen(
    *children: Json, version: str = "7.3", data: Json | None = None, given: Json | None = None, **opening: Any
) -> Session:
    """An open session on a single terminal screen with these components. `data` declares what is `given`."""
    declared: Json = {"data": data} if data else {}
    only = screen("ONLY", *children, terminal=True, **declared)
    return opened(flow(only, version=version), data=given, **opening)
