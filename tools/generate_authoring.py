"""Writes the classes of "Flows in Python" from the catalogue.

python tools/generate_authoring.py          writes src/headrace/flowjson/authoring/
python tools/generate_authoring.py --check  only says whether the files there are those it would write
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from authoring_docstrings import docstring, python_name
from authoring_tables import (
    ACTION_MEMBERS,
    ALIASES,
    CATALOGUE,
    IMPORTS,
    OVERRIDES,
    PACKAGE,
    REQUIRED_MEMBERS,
    SUMMARIES,
    WIDTH,
)

from headrace.flowjson.catalogue import (
    COMPONENTS,
    DATA_API_VERSIONS,
    VERSIONS,
    Component,
    Property,
    Shape,
    choices,
    containers,
    dates,
    inputs,
    media,
    text,
)
from headrace.flowjson.catalogue import actions as tapping
from headrace.flowjson.catalogue.actions import ACTION_NAMES, CLICK_ACTION, SELECT_ACTION

FOLDER = Path(__file__).parent.parent / "src" / "headrace" / "flowjson" / "authoring"


@dataclass(frozen=True)
class Source:
    """A class to write. `shape_source` is the expression that names its shape."""

    name: str
    base: str
    shape: Shape
    shape_source: str
    last: tuple[str, ...] = ()


@dataclass(frozen=True)
class Module:
    name: str
    summary: str
    sources: tuple[Source, ...]
    aliases: tuple[tuple[str, tuple[str, ...], str], ...] = ()


def modules() -> tuple[Module, ...]:
    """Every module, with its classes."""
    return (
        Module("texts", "Components that show text.", _components(text)),
        Module("inputs", "Inputs in which people type, and the opt-in.", _components(inputs)),
        Module(
            "choices",
            "Inputs with a list of choices, and the choices.",
            (_item("Option", choices.OPTION, "OPTION"), _item("Chip", choices.CHIP, "CHIP"), *_components(choices)),
        ),
        Module("dates", "Inputs for dates.", _components(dates)),
        Module(
            "media",
            "Pictures, and inputs for photos and files.",
            (_item("CarouselImage", media.CAROUSEL_IMAGE, "CAROUSEL_IMAGE"), *_components(media)),
            (("MimeType", media.MIME_TYPES, "The kinds of files a DocumentPicker takes."),),
        ),
        Module(
            "navigation",
            "Links, the button at the foot of a screen, and lists that lead on.",
            (
                _item("MainContent", tapping.MAIN_CONTENT, "MAIN_CONTENT"),
                _item("Start", tapping.START, "START"),
                _item("End", tapping.END, "END"),
                _item("NavigationItem", tapping.NAVIGATION_ITEM, "NAVIGATION_ITEM"),
                *_components(tapping),
            ),
        ),
        Module(
            "containers",
            "Components that hold components.",
            (
                Source("SingleColumnLayout", "Component", containers.LAYOUT, "LAYOUT"),
                *_components(containers),
            ),
        ),
        Module(
            "screens",
            "The screens of a Flow.",
            (Source("Screen", "Model", containers.SCREEN, "SCREEN", ("data", "layout")),),
        ),
        Module(
            "actions",
            "What happens on a tap or a choice.",
            (_item("Next", tapping.NEXT, "NEXT"), *(_action(name) for name in ACTION_NAMES)),
        ),
        Module(
            "flow",
            "The Flow itself.",
            (Source("Flow", "FlowDocument", containers.ROOT, "ROOT", ("screens",)),),
            (
                ("VersionName", tuple(map(str, VERSIONS)), "The public versions of Flow JSON."),
                ("DataApiVersion", tuple(DATA_API_VERSIONS), "The versions of the data exchange with an endpoint."),
            ),
        ),
    )


def write(module: Module) -> str:
    """The source of a module."""
    aliases = "\n\n".join(_alias(*alias) for alias in module.aliases)
    classes = "\n\n\n".join(_class(source) for source in module.sources)
    exported = sorted([*(alias[0] for alias in module.aliases), *(source.name for source in module.sources)])
    body = f"{aliases}\n\n{classes}" if aliases else classes
    return "\n".join(
        [
            f'"""{module.summary}',
            "",
            "Made from the catalogue by `tools/generate_authoring.py`; change the catalogue or that, not this file.",
            '"""',
            "",
            *_imports(body, exported),
            "",
            _bracketed("__all__ = [", list(map(_quoted, exported)), "]"),
            *(["", aliases] if aliases else []),
            "",
            "",
            classes,
            "",
        ]
    )


def _alias(name: str, values: tuple[str, ...], summary: str) -> str:
    return f'{_bracketed(f"{name}: TypeAlias = Literal[", list(map(_quoted, values)), "]")}\n"""{summary}"""\n'.rstrip(
        "\n"
    )


def _bracketed(opening: str, items: list[str], closing: str) -> str:
    """On one line where it fits, else an item a line."""
    line = f"{opening}{', '.join(items)}{closing}"
    return line if len(line) <= WIDTH else "\n".join([opening, *(f"    {item}," for item in items), closing])


def _components(family: object) -> tuple[Source, ...]:
    declared: tuple[Component, ...] = family.COMPONENTS  # type: ignore[attr-defined]
    return tuple(
        Source(one.name, "Input" if one.value_type else "Component", COMPONENTS[one.name], f'COMPONENTS["{one.name}"]')
        for one in declared
    )


def _item(name: str, shape: Shape, shape_source: str) -> Source:
    return Source(name, "Model", shape, shape_source)


def _action(name: str) -> Source:
    whole, whole_source = (SELECT_ACTION, "SELECT_ACTION") if name == "update_data" else (CLICK_ACTION, "CLICK_ACTION")
    members = ACTION_MEMBERS[name]
    listed = ", ".join(f'"{member}"' for member in members)
    shape = Shape(name, {member: whole.properties[member] for member in ("name", *members)}, ACTION_NAMES[name])
    return Source(_class_name(name), "Action", shape, f'action_shape("{name}", {whole_source}, {listed})')


def _class_name(action: str) -> str:
    return "".join(part.title() for part in action.split("_"))


def _class(source: Source) -> str:
    attributes = [f"    SHAPE = {source.shape_source}"]
    if source.last:
        attributes.append(f"    LAST = ({', '.join(map(_quoted, source.last))}{',' * (len(source.last) == 1)})")
    declared = source.shape.properties.values()
    kind = [_field(source, one) for one in declared if _constant(source, one)]
    required = [_field(source, one) for one in declared if _required(source, one)]
    optional = [_field(source, one) for one in declared if not _required(source, one) and not _constant(source, one)]
    head = ["@dataclass(kw_only=True, repr=False)", f"class {source.name}({source.base}):"]
    return "\n".join(
        [
            *head,
            *docstring(SUMMARIES[source.name], source.shape, [one for one in declared if not _constant(source, one)]),
            "",
            *attributes,
            "",
            *kind,
            *required,
            *optional,
        ]
    )


def _constant(source: Source, declared: Property) -> str | None:
    """The value of the member that tells the class."""
    return source.shape.name if source.base == "Action" and declared.name == "name" else declared.constant


def _required(source: Source, declared: Property) -> bool:
    if _constant(source, declared) or (source.name, declared.name) == ("Next", "type"):
        return False
    return declared.required or (source.name, declared.name) in REQUIRED_MEMBERS


def _field(source: Source, declared: Property) -> str:
    constant = _constant(source, declared)
    if constant:
        return f'    {declared.name}: Literal["{constant}"] = "{constant}"'
    name = python_name(declared.name)
    annotation = OVERRIDES.get((source.name, declared.name)) or _annotation(declared)
    if (source.name, declared.name) == ("Next", "type"):
        return '    type: str = "screen"'
    if _required(source, declared):
        return f"    {name}: {annotation.removesuffix(' | None')}"
    return f"    {name}: {annotation.removesuffix(' | None')} | None = None"


def _annotation(declared: Property) -> str:
    if declared.action:
        return " | ".join([*map(_class_name, declared.action.names), "Raw"])
    if declared.holds_components:
        return "Sequence[Component | Raw]"
    if declared.holds_cases:
        return "Mapping[str, Sequence[Component | Raw]]"
    if declared.shape:
        item = f"{_class_of(declared.shape)} | Raw"
        return _bindable(declared, f"Sequence[{item}]" if "array" in declared.types else item)
    return _plain(declared)


def _plain(declared: Property) -> str:
    types = declared.types
    scalar = next((one for one in types if one not in ("array", "object")), None)
    if scalar is None:
        return _bindable(declared, _collection(declared, types[0]))
    if declared.enum:
        return _bindable(declared, f"Literal[{', '.join(map(_quoted, declared.enum))}]")
    written = {"base64": "Picture", "date": "Date"}.get(declared.format or "", ALIASES[scalar, True])
    parts = [written if declared.dynamic else {"Picture": "str | bytes"}.get(written, ALIASES[scalar, False])]
    if declared.range_types:
        parts.append(f"Range[{written}]")
    elif "object" in types:
        parts.append("Mapping[str, str]")
    if "array" in types:
        parts.append("Sequence[str]")
    return " | ".join(parts)


def _collection(declared: Property, kind: str) -> str:
    if kind == "object":
        return "Mapping[str, Any]"
    if declared.enum:
        return f"Sequence[Literal[{', '.join(map(_quoted, declared.enum))}]]"
    return "Sequence[str | date]" if declared.format == "date" else "Sequence[str]"


def _bindable(declared: Property, annotation: str) -> str:
    return f"{annotation} | Bound" if declared.dynamic else annotation


def _class_of(shape: Shape) -> str:
    for module in modules():
        for source in module.sources:
            if source.shape.properties is shape.properties:
                return source.name
    raise LookupError(f"the shape {shape.name} has no class")


def _imports(body: str, own: list[str]) -> Iterator[str]:
    """The import lines of a module, in the order ruff gives them."""
    code = re.sub(r'""".*?"""|"[^"\n]*"', "", body, flags=re.DOTALL)
    words = set(re.findall(r"\b\w+\b", code)) - set(own)
    origins: dict[str, list[str]] = {}
    for word in words & IMPORTS.keys():
        origins.setdefault(IMPORTS[word], []).append(word)
    sections = [[name for name in origins if not name.startswith("headrace")], [PACKAGE, CATALOGUE]]
    for origin in sorted(sections[0]):
        yield _import(origin, origins[origin])
    yield ""
    for origin in sorted(set(origins) - set(sections[0])):
        yield _import(origin, origins[origin])


def _import(origin: str, words: list[str]) -> str:
    ordered = sorted(words, key=lambda word: (0 if word.isupper() else 1 if word[0].isupper() else 2, word.lower()))
    line = f"from {origin} import {', '.join(ordered)}"
    return line if len(line) <= WIDTH else _bracketed(f"from {origin} import (", ordered, ")")


def _quoted(text: str) -> str:
    return f'"{text}"'


def main(arguments: list[str]) -> int:
    """Writes the files, or compares them; the exit status is 1 when a file is not what it should be."""
    stale = []
    for module in modules():
        path, written = FOLDER / f"{module.name}.py", write(module)
        if path.is_file() and path.read_text(encoding="utf-8") == written:
            continue
        stale.append(path.name)
        if "--check" not in arguments:
            path.write_text(written, encoding="utf-8")
    if stale:
        print(f"{'Stale' if '--check' in arguments else 'Written'}: {', '.join(stale)}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
