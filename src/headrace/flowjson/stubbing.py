"""Writes Python for an endpoint from a Flow: Pydantic models of what screens show and send, and a first endpoint.

What a payload holds follows docs/phone.md: an input that was never touched has no member, so all that comes from inputs
and data may be missing.
"""

import json
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pprint import pformat
from typing import Any, NamedTuple, TypeGuard

from headrace.flowjson.catalogue import COMPONENTS, NEWEST, Version
from headrace.flowjson.expressions.references import read_binding
from headrace.flowjson.routing import routing_of
from headrace.flowjson.traversal import actions_within, components_of, screens_with_paths

MARK = "# Written by headrace stub."
"""The first line of a file of models; one with it may be written anew."""

_TYPES = {"string": "str", "number": "int | float", "boolean": "bool"}
_BY_VALUE = {"string": "str", "boolean": "bool", "array": "list[str]"}
_FILES = "list[dict[str, Any]]"
_KINDS: Mapping[str, str] = {"PhotoPicker": _FILES, "DocumentPicker": _FILES, "CalendarPicker": "str | dict[str, str]"}
_ENVELOPE = frozenset({"screen", "action"})
_RESERVED = frozenset(
    {
        *("construct", "copy", "dict", "from_orm", "json", "parse_file", "parse_obj", "parse_raw", "schema"),
        *("schema_json", "update_forward_refs", "validate"),
        *("str", "int", "float", "bool", "list"),
    }
)
"""Names that a Pydantic model has for itself, or that its annotations need."""

_DEEPEST = 12


class NothingToWrite(ValueError):
    """A Flow has no screens, or no endpoint to write for. The text says which."""


class _Member(NamedTuple):
    """A member of an object as the Flow names it, with its type in Python."""

    name: str
    annotation: str
    is_required: bool


@dataclass
class _Module:
    """Classes as they come, each under a name of its own."""

    blocks: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def name(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self.names:
            name, number = f"{wanted}{number}", number + 1
        self.names.add(name)
        return name

    def add(self, name: str, words: str, members: Iterable[_Member]) -> None:
        taken: set[str] = set()
        lines = [f'    """{words}"""', ""]
        for member in members:
            attribute = _attribute_name(member.name)
            while attribute in taken:
                attribute += "_"
            taken.add(attribute)
            lines.append(f"    {_written_member(member, attribute)}")
        self.blocks.append("\n".join([f"class {name}(Model):", *lines]))


def write_models(flow: Any) -> str:
    """The source of a module of models. Raises NothingToWrite."""
    module, _ = _models(flow)
    return f'{MARK} Write it anew when the Flow has changed.\n"""{_title()}"""\n{_imports(module)}\n\n\n' + (
        "\n\n\n".join([_BASE, *module.blocks]) + "\n"
    )


def write_endpoint(flow: Any, file_name: str) -> str:
    """The source of a whole endpoint: the models, and a handler for each screen that asks, which answers with the
    example data of a screen that may follow. Raises NothingToWrite.
    """
    module, screens = _models(flow)
    file_name = file_name if re.fullmatch(r"[\w.-]+", file_name) else "flow.json"
    if not any(screen.asks for screen in screens.values()) and not (
        isinstance(flow, dict) and isinstance(flow.get("data_api_version"), str)
    ):
        raise NothingToWrite("This Flow asks no endpoint: none of its screens has a data_exchange action.")
    handlers = _handlers(flow, screens)
    names = ", ".join(
        ["Endpoint", *(["Finish"] if any("Finish(" in one for one in handlers) else []), "Request", "Screen"]
    )
    head = f'''"""The endpoint of {file_name}.

    pip install "/path/to/headrace[models]"
    APP_SECRET=… uvicorn endpoint:endpoint --port 9000

private.pem and {file_name} lie beside this file.
"""

import os
from pathlib import Path
{_imports(module)}

from headrace.exchange.endpoint import {names}
from headrace.phone.answer_check import FlowAnswers

HERE = Path(__file__).parent

endpoint = Endpoint(
    private_key=HERE / "private.pem",
    password=os.environ.get("HEADRACE_KEY_PASSWORD"),
    app_secret=os.environ["APP_SECRET"],
    answers=FlowAnswers(HERE / {_text(file_name)}),
)'''
    return "\n\n\n".join([head, _BASE, *module.blocks, *handlers]) + "\n"


_BASE = '''class Model(BaseModel):
    """What all models share: members may be named as in Python or as in the Flow."""

    model_config = ConfigDict(populate_by_name=True)'''


def _title() -> str:
    return "What the screens of a Flow show, and what they send."


def _imports(module: _Module) -> str:
    source = "\n".join(module.blocks)
    typing = "from typing import Any\n" if re.search(r"\bAny\b", source) else ""
    names = ["BaseModel", "ConfigDict", *(["Field"] if "Field(" in source else [])]
    return f"{typing}\nfrom pydantic import {', '.join(names)}"


@dataclass
class _Screen:
    id: str
    value: Mapping[str, Any]
    data: str | None = None
    payload: str | None = None
    asks: bool = False
    refreshes: bool = False


def _models(flow: Any) -> tuple[_Module, dict[str, _Screen]]:
    module = _Module()
    module.names |= {"Model", "Any", "BaseModel", "ConfigDict", "Field", "Endpoint", "Finish", "Request", "Screen"}
    screens: dict[str, _Screen] = {}
    for placed in screens_with_paths(flow):
        name = placed.value.get("id")
        if isinstance(name, str) and name and name not in screens:
            screens[name] = _Screen(name, placed.value)
    if not screens:
        raise NothingToWrite("This is no Flow JSON with screens.")
    version = _version(flow)
    inputs = {name: dict(_inputs(screen.value)) for name, screen in screens.items()}
    for screen in screens.values():
        _write_screen(module, screen, screens, inputs, version)
    return module, screens


def _write_screen(
    module: _Module,
    screen: _Screen,
    screens: Mapping[str, _Screen],
    inputs: Mapping[str, Mapping[str, str]],
    version: Version,
) -> None:
    declared = screen.value.get("data")
    model = declared if _is_object(declared) else {}
    fields = {name: one for name, one in model.items() if isinstance(one, dict)}
    if fields:
        screen.data = module.name(_class_name(screen.id) + "Data")
        required = _names(model.get("required"))
        members = _members(module, screen.data, fields, required)
        module.add(screen.data, f"What the screen {_quoted(screen.id)} shows.", members)
    screen.refreshes = screen.value.get("refresh_on_back") is True
    sent: dict[str, set[str]] = {}
    certain: set[str] | None = None
    for action in actions_within(screen.value.get("layout")):
        if action.value.get("name") != "data_exchange":
            continue
        screen.asks = True
        payload = action.value.get("payload")
        written = (
            {name: value for name, value in payload.items() if name not in _ENVELOPE} if _is_object(payload) else {}
        )
        literal = {name for name, value in written.items() if _is_literal(value)}
        certain = literal if certain is None else certain & literal
        for name, value in written.items():
            sent.setdefault(name, set()).update(_types_of(value, screen, screens, inputs, version))
    if sent:
        screen.payload = module.name(_class_name(screen.id) + "Payload")
        always = certain or set()
        members = [
            _Member(name, " | ".join(sorted(types)) if "Any" not in types else "Any", name in always)
            for name, types in sent.items()
        ]
        module.add(screen.payload, f"What the screen {_quoted(screen.id)} sends.", members)


def _members(module: _Module, owner: str, fields: Mapping[str, Any], required: frozenset[str]) -> list[_Member]:
    return [
        _Member(name, _type_of_schema(module, owner, name, schema, 0), name in required)
        for name, schema in fields.items()
    ]


def _type_of_schema(module: _Module, owner: str, name: str, schema: Any, depth: int) -> str:
    if not _is_object(schema) or depth > _DEEPEST:
        return "Any"
    kind = schema.get("type")
    if kind == "array":
        return f"list[{_type_of_schema(module, owner, name, schema.get('items'), depth + 1)}]"
    inner = schema.get("properties")
    if kind == "object":
        if not _is_object(inner) or not inner:
            return "dict[str, Any]"
        made = module.name(owner.removesuffix("Data") + _class_name(name))
        required = _names(schema.get("required"))
        members = [
            _Member(one, _type_of_schema(module, made, one, part, depth + 1), one in required)
            for one, part in inner.items()
        ]
        module.add(made, f"One of {_quoted(name)}.", members)
        return made
    return _TYPES.get(kind, "Any") if isinstance(kind, str) else "Any"


def _types_of(
    value: Any,
    screen: _Screen,
    screens: Mapping[str, _Screen],
    inputs: Mapping[str, Mapping[str, str]],
    version: Version,
) -> set[str]:
    """The Python types that a member of a payload can have."""
    if isinstance(value, bool):
        return {"bool"}
    if isinstance(value, int | float):
        return {"int | float"}
    if isinstance(value, str):
        reference = read_binding(value, version)
        if reference is None:
            return {"Any"} if value.startswith("`") or "${" in value else {"str"}
        where = reference.screen or screen.id
        if reference.source == "form":
            kind = inputs.get(where, {}).get(reference.steps[0], "Any")
            return {"str"} if len(reference.steps) > 1 else set(kind.split(" | "))
        other = screens.get(where)
        return _types_of_field(other.value.get("data") if other else None, reference.steps)
    return {"Any"}


def _types_of_field(declared: Any, steps: tuple[str, ...]) -> set[str]:
    schema = declared.get(steps[0]) if _is_object(declared) else None
    for step in steps[1:]:
        inner = schema.get("properties") if _is_object(schema) else None
        schema = inner.get(step) if _is_object(inner) else None
    kind = schema.get("type") if _is_object(schema) else None
    return {_TYPES[kind]} if isinstance(kind, str) and kind in _TYPES else {"Any"}


def _inputs(screen: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The inputs of a screen with the types of their values."""
    for placed in screens_with_paths({"screens": [screen]}):
        for component in components_of(placed):
            kind, name = component.value.get("type"), component.value.get("name")
            if isinstance(kind, str) and isinstance(name, str) and kind in COMPONENTS:
                value_type = COMPONENTS[kind].value_type
                if value_type is not None:
                    yield name, _KINDS.get(kind, _BY_VALUE.get(value_type, "Any"))


def _handlers(flow: Any, screens: Mapping[str, _Screen]) -> list[str]:
    routing = routing_of(flow)
    entry = next((name for name in screens if name in routing.entry_screens), next(iter(screens)))
    handlers = [
        f"@endpoint.on_init\nasync def begin(request: Request) -> Screen:\n    return {_showing(screens[entry])}"
    ]
    taken = {"begin", "endpoint", "os"}
    for screen in screens.values():
        function = _function_name(screen.id, taken)
        if screen.asks:
            following = [name for name in routing.edges.get(screen.id, ()) if name != screen.id and name in screens]
            reads = f"    sent = request.parsed({screen.payload})\n" if screen.payload else ""
            if following:
                use = "    del sent  # the answer may depend on what was sent\n" if reads else ""
                body = f"{reads}{use}    return {_showing(screens[following[0]])}"
                handlers.append(_handler(f"on({_text(screen.id)})", function, "Screen", body))
            else:
                body = f"{reads}    return Finish({'sent' if reads else ''})"
                handlers.append(_handler(f"on({_text(screen.id)})", function, "Finish", body))
        if screen.refreshes:
            back = _function_name(f"back_from_{screen.id}", taken)
            before = next((name for name in screens if screen.id in routing.edges.get(name, ())), entry)
            handlers.append(
                _handler(
                    f'on({_text(screen.id)}, action="BACK")',
                    back,
                    "Screen",
                    f"    return {_showing(screens[before])}",
                )
            )
    return handlers


def _handler(decorator: str, function: str, answer: str, body: str) -> str:
    return f"@endpoint.{decorator}\nasync def {function}(request: Request) -> {answer}:\n{body}"


def _showing(screen: _Screen) -> str:
    if screen.data is None:
        return f"Screen({_text(screen.id)})"
    declared: Mapping[str, Any] = screen.value["data"]
    example = {
        name: one["__example__"] for name, one in declared.items() if isinstance(one, dict) and "__example__" in one
    }
    written = pformat(example, width=100, sort_dicts=False).replace("\n", "\n" + " " * 12)
    return f"Screen(\n        {_text(screen.id)},\n        {screen.data}.model_validate(\n" + (
        f"            {written}\n        ),\n    )"
    )


def _written_member(member: _Member, attribute: str) -> str:
    name, annotation, is_required = member
    optional = "" if is_required or annotation == "Any" else " | None"
    if attribute == name:
        return f"{name}: {annotation}{optional}" + ("" if is_required else " = None")
    default = "" if is_required else "default=None, "
    return f"{attribute}: {annotation}{optional} = Field({default}alias={_text(name)})"


def _text(value: str) -> str:
    """A text as Python writes it, in double quotes where it is a plain one."""
    whole = value.encode("utf-8", "replace").decode()
    return f'"{whole}"' if whole.isprintable() and not {'"', "\\"} & set(whole) else repr(whole)


def _attribute_name(name: str) -> str:
    made = re.sub(r"\W", "_", name, flags=re.ASCII).lstrip("_") or "member"
    made = f"member_{made}" if made[0].isdigit() or made.startswith("model_") else made
    return f"{made}_" if keyword.iskeyword(made) or made in _RESERVED else made


def _class_name(name: str) -> str:
    words = [word for word in re.split(r"[^A-Za-z0-9]+", name) if word]
    made = "".join(word[:1].upper() + (word[1:].lower() if word.isupper() else word[1:]) for word in words) or "Screen"
    return f"Screen{made}" if made[0].isdigit() else made


def _function_name(name: str, taken: set[str]) -> str:
    wanted = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "screen"
    wanted = f"screen_{wanted}" if wanted[0].isdigit() or keyword.iskeyword(wanted) else wanted
    made, number = wanted, 2
    while made in taken:
        made, number = f"{wanted}_{number}", number + 1
    taken.add(made)
    return made


def _quoted(name: str) -> str:
    return json.dumps(name).replace("\\", "/").strip('"') if name.isascii() and name.isprintable() else "screen"


def _names(value: Any) -> frozenset[str]:
    return frozenset(name for name in value if isinstance(name, str)) if isinstance(value, list) else frozenset()


def _is_literal(value: Any) -> bool:
    return isinstance(value, bool | int | float) or (isinstance(value, str) and "${" not in value and value[:1] != "`")


def _is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _version(flow: Any) -> Version:
    try:
        return Version.parse(flow["version"])
    except (KeyError, TypeError, ValueError):
        return NEWEST
