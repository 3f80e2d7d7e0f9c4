"""What a person is to do, as a list of steps: read from JSON or YAML, checked before anything runs."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import yaml

from headrace.simulator.expectations import EXPECTABLE

LONGEST_SCRIPT = 2 * 1024 * 1024


class UnusableSteps(ValueError):
    """The steps cannot be read; the text says where and what is wrong."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `kind` is fill, tap, select, upload, back, close or expect; `content` what goes with it.

    That of an upload maps pickers to the paths of files that exist.
    """

    number: int
    kind: str
    content: Any

    def __str__(self) -> str:
        return f"step {self.number} ({self.kind})"


def read_steps(text: bytes, folder: Path = Path()) -> list[Step]:
    """Reads a list of steps from JSON or YAML. Files to upload are looked for from `folder` on. Raises
    `UnusableSteps`.
    """
    if len(text) > LONGEST_SCRIPT:
        raise UnusableSteps("The steps are longer than 2 MB.")
    listed = parsed(text)
    if not isinstance(listed, list):
        raise UnusableSteps("The steps have to be a list, such as [{fill: {name: Ada}}, {tap: Continue}].")
    return [_with_files(_step(number, one), folder) for number, one in enumerate(listed, 1)]


def _with_files(step: Step, folder: Path) -> Step:
    if step.kind != "upload":
        return step
    files: dict[str, tuple[Path, ...]] = {}
    for name, given in step.content.items():
        paths = tuple(folder / path for path in ([given] if isinstance(given, str) else given))
        files[name] = paths
        for path in paths:
            try:
                is_there = path.is_file()
            except (OSError, ValueError):
                is_there = False
            if not is_there:
                raise UnusableSteps(f"Step {step.number}: there is no file {str(path)!r}.")
    return Step(step.number, step.kind, files)


def parsed(text: bytes) -> Any:
    """The values of a JSON or YAML text. Raises `UnusableSteps`."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:
        found = yaml.load(text.decode(), Loader=_FormLoader)  # noqa: S506 - a SafeLoader that guesses less
        orjson.dumps(found)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        raise UnusableSteps(f"The steps are neither JSON nor YAML: {' '.join(str(error).split())[:300]}") from error
    return found


class _FormLoader(yaml.SafeLoader):
    """Takes for a number only what JSON takes for one: `2026-11-25`, `12:30`, `007` and `yes` are texts.

    Aliases are refused, so that a short document cannot become a huge one.
    """

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML fills the table of each loader class

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not used in steps")
        return super().compose_node(parent, index)


for _tag, _shape, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)(?:[eE][-+]?[0-9]+)?", "-0123456789"),
):
    _FormLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_shape})$"), list(_first))


def _step(number: int, declared: Any) -> Step:
    if declared == "back":
        return Step(number, "back", True)
    if not isinstance(declared, dict) or len(declared) != 1:
        raise UnusableSteps(f"Step {number} has to be an object with one member, such as {{tap: Continue}}.")
    (kind, content) = next(iter(declared.items()))
    check = _CHECKS.get(kind)
    if check is None:
        raise UnusableSteps(f"Step {number} is {kind!r}. There are: {', '.join(_CHECKS)}.")
    fault = check(content)
    if fault:
        raise UnusableSteps(f"Step {number}: {fault}")
    return Step(number, kind, content)


def _values(content: Any) -> str | None:
    if isinstance(content, dict) and content and all(isinstance(name, str) for name in content):
        return None
    return "it has to name inputs and their values, such as {name: Ada}."


def _files(content: Any) -> str | None:
    wanted = "it has to name pickers and the files to upload, such as {photos: [mill.png]}."
    if _values(content):
        return wanted
    for given in content.values():
        paths = [given] if isinstance(given, str) else given
        if not isinstance(paths, list) or not paths or not all(isinstance(path, str) and path for path in paths):
            return wanted
    return None


def _target(content: Any) -> str | None:
    if isinstance(content, str) and content:
        return None
    return "it has to be the label of a button, the text of a link or the name of a component."


def _expected(content: Any) -> str | None:
    if not isinstance(content, dict) or not content:
        return "it has to be an object, such as {screen: CONFIRM}."
    unknown = [name for name in content if name not in EXPECTABLE]
    return f"nothing called {unknown[0]!r} can be expected. There are: {', '.join(EXPECTABLE)}." if unknown else None


def _true(content: Any) -> str | None:
    return None if content is True else "it has to be true."


_CHECKS: Mapping[str, Callable[[Any], str | None]] = {
    "fill": _values,
    "tap": _target,
    "select": _values,
    "upload": _files,
    "back": _true,
    "close": _true,
    "expect": _expected,
}
