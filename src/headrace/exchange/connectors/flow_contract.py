"""What a Flow expects of its endpoint, screen by screen: the data it shows, what it sends, and where that stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from headrace.exchange.connectors.types import BOOLEAN, NULL, STRING, UNKNOWN, Type, list_of, object_of, type_of
from headrace.exchange.connectors.types import type_of_schema as _type_of_schema
from headrace.flowjson.catalogue import COMPONENTS, NEWEST, Version
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.document import Document
from headrace.flowjson.expressions.references import read_binding
from headrace.flowjson.routing import Routing, routing_of
from headrace.flowjson.traversal import Placed, actions_within, components_of, screens_with_paths

_BY_VALUE: Final[dict[str, Type]] = {"string": STRING, "boolean": BOOLEAN, "array": list_of(STRING)}
_FILES: Final = list_of(object_of({"media_id": STRING, "cdn_url": STRING, "file_name": STRING}))
_BY_COMPONENT: Final[dict[str, Type]] = {"PhotoPicker": _FILES, "DocumentPicker": _FILES, "CalendarPicker": UNKNOWN}
_ENVELOPE: Final = frozenset({"screen", "action"})


@dataclass
class Field:
    """One field of a screen's data."""

    type: Type
    is_required: bool
    line: int
    schema: Mapping[str, Any]

    @property
    def example(self) -> Any:
        return self.schema.get("__example__")


@dataclass
class ScreenContract:
    """What one screen shows and sends. `asks` says that it sends data_exchange, `sent` the type of that data;
    `error_fields` are the inputs to which words about a mistake can be bound, None without such a Form.
    """

    name: str
    line: int
    fields: dict[str, Field] = field(default_factory=dict)
    inputs: dict[str, Type] = field(default_factory=dict)
    required_inputs: set[str] = field(default_factory=set)
    asks: bool = False
    ask_line: int = 0
    refreshes: bool = False
    sent: Type = UNKNOWN
    takes_errors: bool = False


class FlowContract:
    """A Flow, as a connector has to fit it. `document` is a Flow JSON that was read without problems."""

    def __init__(self, document: Document) -> None:
        self._document = document
        value = document.value if isinstance(document.value, dict) else {}
        self.version = _version(value)
        self.screens: dict[str, ScreenContract] = {}
        self._placed: dict[str, Placed] = {}
        for placed in screens_with_paths(value):
            name = placed.value.get("id")
            if isinstance(name, str) and name and name not in self.screens:
                self.screens[name] = self._screen(name, placed)
                self._placed[name] = placed
        for name, placed in self._placed.items():
            self._read_actions(self.screens[name], placed)
        self.routing: Routing = routing_of(value)

    @property
    def entry_screens(self) -> list[str]:
        return [name for name in self.screens if name in self.routing.entry_screens]

    def line(self, path: Path) -> int:
        return self._document.key_span(path).line_start

    def _screen(self, name: str, placed: Placed) -> ScreenContract:
        screen = ScreenContract(name, self.line((*placed.path, "id")))
        declared = placed.value.get("data")
        model: Mapping[str, Any] = declared if isinstance(declared, dict) else {}
        required = model.get("required")
        names = required if isinstance(required, list) else []
        for key, schema in model.items():
            if isinstance(schema, dict):
                line = self.line((*placed.path, "data", key))
                screen.fields[key] = Field(_type_of_schema(schema), key in names, line, schema)
        screen.refreshes = placed.value.get("refresh_on_back") is True
        for component in components_of(placed):
            kind, label = component.value.get("type"), component.value.get("name")
            if kind == "Form" and component.value.get("error-messages") == "${data.error_messages}":
                screen.takes_errors = True
            if isinstance(kind, str) and isinstance(label, str) and kind in COMPONENTS:
                value_type = COMPONENTS[kind].value_type
                if value_type is not None:
                    screen.inputs[label] = _BY_COMPONENT.get(kind, _BY_VALUE.get(value_type, UNKNOWN))
                    if component.value.get("required") is True and component.value.get("visible", True) is True:
                        screen.required_inputs.add(label)
        return screen

    def _read_actions(self, screen: ScreenContract, placed: Placed) -> None:
        made: Type | None = None
        for component in (*components_of(placed),):
            shallow = {key: inner for key, inner in component.value.items() if key.startswith("on-")}
            submits = component.value.get("type") == "Footer"
            for action in actions_within(shallow, component.path):
                if action.value.get("name") != "data_exchange":
                    continue
                screen.ask_line = screen.ask_line or self.line((*action.path, "name"))
                screen.asks = True
                payload = action.value.get("payload")
                members = {
                    name: self._type_of(value, screen, submits=submits)
                    for name, value in (payload.items() if isinstance(payload, dict) else ())
                    if name not in _ENVELOPE
                }
                one = object_of(members)
                made = one if made is None else made | one
        for action in actions_within(placed.value.get("layout"), (*placed.path, "layout")):
            if action.value.get("name") == "data_exchange" and not screen.asks:
                screen.asks, screen.ask_line = True, self.line((*action.path, "name"))
                made = object_of(None)  # sent by something deeper, such as an item of a list
        screen.sent = made or object_of({})

    def _type_of(self, value: Any, screen: ScreenContract, *, submits: bool) -> Type:
        if not isinstance(value, str):
            return type_of(value)
        reference = read_binding(value, self.version)
        if reference is None:
            return UNKNOWN if value.startswith("`") or "${" in value else STRING
        where = self.screens.get(reference.screen) if reference.screen else screen
        if where is None:
            return UNKNOWN
        name = reference.steps[0]
        if reference.source == "form":
            found = where.inputs.get(name, UNKNOWN)
            if len(reference.steps) > 1:
                return STRING.or_null()
            there = name in where.required_inputs and (submits or where is not screen)
            return found if there else found.or_null()
        found = where.fields[name].type if name in where.fields else UNKNOWN
        for step in reference.steps[1:]:
            found = (found.members or {}).get(step, UNKNOWN)
        return found


def unmatched(given: Type, wanted: Type) -> str | None:
    """Why a value of one type is not always one of another, in words; None when it is. What is not known is said so."""
    if not wanted.is_known:
        return None
    if not given.kinds:
        return "its type is not known; say it with gives"
    if given == NULL:
        return f"it is null, and {wanted} is wanted"
    extra = given.kinds - wanted.kinds
    if extra == {"null"}:
        return "it may be missing"
    if extra:
        return f"it is {replace(given, kinds=given.kinds - {'null'})}, and {wanted} is wanted"
    if "array" in given.kinds and wanted.items is not None and given.items is not None:
        inner = unmatched(given.items, wanted.items)
        return f"of its items {inner}" if inner else None
    if "object" in given.kinds and wanted.members:
        if given.members is None:
            return "its members are not known; say them with gives"
        for name, one in wanted.members.items():
            if name not in given.members:
                if name in {"id", "title"}:
                    return f"its '{name}' is missing"
                continue
            inner = unmatched(given.members[name], one)
            if inner:
                return f"of its '{name}' {inner}"
    return None


def _version(flow: Mapping[str, Any]) -> Version:
    try:
        return Version.parse(flow["version"])
    except (KeyError, TypeError, ValueError):
        return NEWEST
