"""Taking components out of their Form, which from 4.0 on they need no more."""

from collections.abc import Iterator, Mapping
from typing import Any

from headrace.flowjson.diagnostics import Path
from headrace.flowjson.traversal import Placed, components_of
from headrace.flowjson.upgrading.work import Work, declared, label_of

_OWN = {"init-values": "init-value", "error-messages": "error-message"}


def unwrap_forms(work: Work, screen: Placed) -> None:
    """Unwraps every Form of a screen that can be; of one that cannot, a note says why."""
    for form in reversed([placed for placed in components_of(screen) if placed.value.get("type") == "Form"]):
        obstacle = _obstacle(screen, form)
        if obstacle:
            work.did(screen, f"{label_of(form)} stays: {obstacle}.")
        else:
            _unwrap(work, screen, form)


def _obstacle(screen: Placed, form: Placed) -> str:
    """Why the components cannot do without the Form; empty when they can."""
    if not isinstance(form.value.get("children"), list):
        return "it has no components"
    for key in _OWN:
        values = form.value.get(key)
        if isinstance(values, str) and _members_of(screen, values) is None:
            return f"its {key} come as one object, and the data model does not say what is in it"
        if values is not None and not isinstance(values, str | dict):
            return f"its {key} are no object"
    return ""


def _unwrap(work: Work, screen: Placed, form: Placed) -> None:
    draft = work.draft
    named = _inputs(form)
    for key, own in _OWN.items():
        for name, value in _given(screen, form.value.get(key)):
            component = named.get(name)
            known = declared(component) if component else None
            if component is None or known is None:
                work.did(screen, f'{key} of "{name}" left out: the Form has no such component.')
            elif own not in known.properties:
                work.did(screen, f'{key} of "{name}" left out: {known.name} has none.')
            elif own not in component.value:
                draft.set((*component.path, own), value)
    holder, index = form.path[:-1], int(form.path[-1])
    children: list[Any] = draft.get((*form.path, "children"))
    for offset in range(len(children)):
        draft.move((*form.path[:-1], index + offset, "children", 0), (*holder, index + offset))
    draft.remove((*holder, index + len(children)))
    work.did(screen, f"{label_of(form)} unwrapped: its components stand on the screen itself.")


def _inputs(form: Placed) -> dict[str, Placed]:
    """The components within a Form by name. Moving them changes their paths, setting a property does not."""
    inputs: dict[str, Placed] = {}
    for component in components_of(Placed(form.path, {"layout": {"children": form.value.get("children")}})):
        name = component.value.get("name")
        if isinstance(name, str):
            path: Path = (*form.path, *component.path[len(form.path) + 1 :])
            inputs.setdefault(name, Placed(path, component.value))
    return inputs


def _given(screen: Placed, values: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(values, dict):
        yield from values.items()
    elif isinstance(values, str):
        for name in _members_of(screen, values) or ():
            yield name, f"{values[:-1]}.{name}}}"


def _members_of(screen: Placed, binding: str) -> list[str] | None:
    """The members of the object a binding leads to; None where the data model does not say."""
    if not binding.startswith("${data.") or not binding.endswith("}"):
        return None
    schema: Any = {"properties": screen.value.get("data")}
    for step in binding[len("${data.") : -1].split("."):
        members = schema.get("properties") if isinstance(schema, Mapping) else None
        schema = members.get(step) if isinstance(members, Mapping) else None
    members = schema.get("properties") if isinstance(schema, Mapping) else None
    return list(members) if isinstance(members, Mapping) else None
