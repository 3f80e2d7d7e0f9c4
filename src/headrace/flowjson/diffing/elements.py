"""The components of a screen as people meet them.

A Form has no picture, so its children count as the screen's own, with their part of `init-values` and `error-messages`.
If and Switch count as the condition under which what they hold is shown. A property with its default value is the same
as none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from headrace.flowjson.catalogue import COMPONENTS, Component
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.traversal import Placed

LISTS = ("data-source", "list-items")
_FROM_FORM = {"init-values": "init-value", "error-messages": "error-message"}
_NO_PROPERTIES = frozenset({"type", "name", "children", "then", "else", "cases", "init-values", "error-messages"})


@dataclass(slots=True, eq=False)
class Element:
    """It is shown when all `conditions` hold. `properties` are those that are not the default, without actions."""

    kind: str
    name: str | None
    path: Path
    conditions: tuple[str, ...]
    properties: dict[str, Any] = field(default_factory=dict)
    actions: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def component(self) -> Component | None:
        return COMPONENTS.get(self.kind)

    @property
    def options(self) -> list[Mapping[str, Any]] | None:
        """The items of its list, where they stand in the Flow and have ids."""
        for key in LISTS:
            items = self.properties.get(key)
            if isinstance(items, list) and all(
                isinstance(item, dict) and isinstance(item.get("id"), str) for item in items
            ):
                return items
        return None

    @property
    def label(self) -> str:
        """How messages call it: `TextInput "email"`, `Footer "Next"`."""
        for text in (self.name, self.properties.get("label"), self.properties.get("text")):
            if isinstance(text, str) and text.strip():
                return f'{self.kind} "{text if len(text) <= 40 else text[:39] + "…"}"'
        return self.kind


def elements_of(screen: Placed) -> list[Element]:
    """The components of a screen in their order, without the containers."""
    layout = screen.value.get("layout")
    children = layout.get("children") if isinstance(layout, dict) else None
    return list(_elements((*screen.path, "layout", "children"), children, (), {}))


def _elements(path: Path, children: Any, conditions: tuple[str, ...], form: Mapping[str, Any]) -> Iterator[Element]:
    for index, child in enumerate(children if isinstance(children, list) else ()):
        if not isinstance(child, dict):
            continue
        here = (*path, index)
        match child.get("type"):
            case "Form":
                yield from _elements((*here, "children"), child.get("children"), conditions, child)
            case "If":
                condition = child.get("condition")
                yield from _elements((*here, "then"), child.get("then"), (*conditions, f"if {condition}"), form)
                yield from _elements((*here, "else"), child.get("else"), (*conditions, f"unless {condition}"), form)
            case "Switch":
                cases = child.get("cases")
                for case, held in (cases if isinstance(cases, dict) else {}).items():
                    guard = f'when {child.get("value")} is "{case}"'
                    yield from _elements((*here, "cases", case), held, (*conditions, guard), form)
            case kind:
                yield _element(str(kind), child, here, conditions, form)


def _element(
    kind: str, value: Mapping[str, Any], path: Path, conditions: tuple[str, ...], form: Mapping[str, Any]
) -> Element:
    name = value.get("name")
    element = Element(kind, name if isinstance(name, str) else None, path, conditions)
    declared = element.component
    for key, inner in value.items():
        if key.startswith("on-") and isinstance(inner, dict):
            element.actions[key] = inner
        elif key not in _NO_PROPERTIES and not _is_default(declared, key, inner):
            element.properties[key] = inner
    for of_form, own in _FROM_FORM.items():
        given = _of_form(form.get(of_form), element.name)
        if given is not None and own not in element.properties:
            element.properties[own] = given
    return element


def _of_form(values: Any, name: str | None) -> Any:
    """What the Form says about one component; of a binding to an object, the member of that name."""
    if name is None:
        return None
    if isinstance(values, dict):
        return values.get(name)
    if isinstance(values, str) and values.startswith("${") and values.endswith("}"):
        return f"{values[:-1]}.{name}}}"
    return None


def _is_default(declared: Component | None, key: str, value: Any) -> bool:
    prop = declared.properties.get(key) if declared else None
    return prop is not None and prop.default is not None and type(value) is type(prop.default) and value == prop.default
