"""What the docstrings of the written classes say: versions, limits and notes of the catalogue."""

import keyword
import textwrap
from collections.abc import Iterable, Iterator

from authoring_tables import WIDTH

from headrace.flowjson.catalogue import VERSIONS, Component, Property, Shape, Version, containers


def python_name(key: str) -> str:
    """`on-click-action` becomes `on_click_action`, `else` becomes `else_`."""
    name = key.replace("-", "_")
    return f"{name}_" if keyword.iskeyword(name) else name


def docstring(summary: str, shape: Shape, members: Iterable[Property]) -> Iterator[str]:
    """The lines of the docstring of a class: what it is, its rules, what there is to say of each member."""
    first = f"{summary}{_since(shape.since)}"
    notes = [note for note in (shape.note, _counts(shape)) if note]
    facts = [(python_name(declared.name), _facts(declared, shape.since)) for declared in members]
    lines = [f"{name}: {said}" for name, said in facts if said]
    if not notes and not lines:
        yield f'    """{first}"""'
        return
    yield f'    """{first}'
    if notes:
        yield ""
        yield from _wrapped(" ".join(notes), "    ")
    if lines:
        yield ""
        for line in lines:
            yield from _wrapped(line, "        ")
    yield '    """'


def _counts(shape: Shape) -> str:
    """How many may stand on a screen and in a Flow."""
    if not isinstance(shape, Component) or shape.name == containers.LAYOUT.name:
        return ""
    counts = [
        f"{most} {where}"
        for most, where in ((shape.max_per_screen, "on a screen"), (shape.max_per_flow, "in a Flow"))
        if most
    ]
    return f"At most {' and '.join(counts)}." if counts else ""


def _since(version: Version) -> str:
    return f" Since {version}." if version > min(VERSIONS) else ""


def _facts(declared: Property, owner_since: Version) -> str:
    """What the catalogue says of a member beside its type."""
    facts: list[str] = []
    if declared.since > owner_since:
        facts.append(f"since {declared.since}")
    if declared.until:
        facts.append(f"up to {declared.until}")
    if declared.required_since and declared.required_since > max(declared.since, owner_since):
        facts.append(f"needed since {declared.required_since}")
    if declared.array_since and declared.array_since > max(declared.since, owner_since):
        facts.append(f"a list of lines since {declared.array_since}")
    if declared.dynamic_since and declared.dynamic_since > max(declared.since, owner_since):
        facts.append(f"a reference since {declared.dynamic_since}")
    if declared.action:
        late = [f"{name} since {since}" for name, since in declared.action.names.items() if since > declared.since]
        facts.extend(late)
    facts.extend(_limits(declared))
    if declared.outside_form_only:
        facts.append("only outside a Form")
    if declared.default is not None:
        facts.append(f"by default {declared.default!r}".replace("'", "`"))
    said = f"{'; '.join(facts)}." if facts else ""
    return _sentence(f"{said} {declared.note}".strip())


def _sentence(words: str) -> str:
    """With a capital at its beginning, unless that is a name."""
    return words if "_" in words.partition(" ")[0] else words[:1].upper() + words[1:]


def _limits(declared: Property) -> Iterator[str]:
    if declared.max_length:
        yield f"up to {declared.max_length:,} characters"
    if declared.cut_at and declared.cut_at != declared.max_length:
        yield f"cut at {declared.cut_at}"
    yield from _between(declared.minimum, declared.maximum, "")
    yield from _between(declared.min_items, declared.max_items, " entries")
    if declared.pattern:
        yield f"of the form `{declared.pattern}`"


def _between(least: int | None, most: int | None, unit: str) -> Iterator[str]:
    if least is not None and most is not None:
        yield f"{least} to {most:,}{unit}"
    elif least is not None:
        yield f"at least {least}{unit if least != 1 or not unit else ' entry'}"
    elif most is not None:
        yield f"at most {most:,}{unit}"


def _wrapped(line: str, indent: str) -> list[str]:
    return textwrap.wrap(
        line,
        WIDTH,
        initial_indent="    ",
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
