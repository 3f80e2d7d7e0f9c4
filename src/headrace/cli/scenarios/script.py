"""A scenario as it is written: read from a file, with a sentence for every mistake."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent
_LARGEST = 1024 * 1024
_STEPS = ("say", "send", "open", "ask", "pass", "break", "expect")
_MOST_TIMES = 100
_NUMBERS = {"send", "ask"}


class UnusableScenario(ValueError):
    """A scenario that cannot be played. The words say where and why."""


@dataclass(frozen=True)
class Step:
    """One step: what is done (`say`, `send`, `open`, `ask`, `pass`, `break`, `expect`), with what, and the refusal that
    has to come of it: a code of the Graph API, True for any, None for none.
    """

    act: str
    value: Any
    refused: int | bool | None = None


@dataclass(frozen=True)
class Script:
    """A story. `flow` says what is sent and how its endpoint answers, `press` what the person presses to ask it."""

    title: str
    flow: Mapping[str, Any]
    person: str
    press: str
    steps: tuple[Step, ...]


def names() -> list[str]:
    """The scenarios that come with the box."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def read_script(name: str) -> Script:
    """A scenario by its name, or by its file. Raises `UnusableScenario`."""
    path = _FOLDER / f"{name}.yaml" if name in names() else Path(name)
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise UnusableScenario(f"{name} is larger than 1 MB.")
        value = yaml.safe_load(content)
    except OSError as error:
        known = ", ".join(names())
        raise UnusableScenario(
            f"There is no scenario {name} ({error.strerror}). Known are {known}; or name a file."
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise UnusableScenario(f"{name} is not YAML: {str(error).splitlines()[0]}") from None
    return _script(name, value)


def _script(name: str, value: Any) -> Script:
    if not isinstance(value, dict):
        raise UnusableScenario(f"{name} is no object with title, flow, person, press and steps.")
    flow = value.get("flow")
    if not isinstance(flow, dict):
        raise UnusableScenario(f"{name}: flow is an object with name, json and answers.")
    for member in ("name", "json", "answers"):
        if not flow.get(member):
            raise UnusableScenario(f"{name}: flow.{member} is missing.")
    if not isinstance(flow["answers"], dict) or "INIT" not in flow["answers"]:
        raise UnusableScenario(f"{name}: flow.answers is an object of answers by screen, with INIT for the first.")
    steps = value.get("steps")
    if not isinstance(steps, list) or not steps:
        raise UnusableScenario(f"{name}: steps is a list of what happens.")
    return Script(
        title=str(value.get("title") or name),
        flow=flow,
        person=str(value.get("person") or ""),
        press=str(value.get("press") or ""),
        steps=tuple(_step(name, number, step) for number, step in enumerate(steps, 1)),
    )


def _step(name: str, number: int, step: Any) -> Step:
    where = f"{name}, step {number}"
    acts = [act for act in _STEPS if isinstance(step, dict) and act in step]
    if len(acts) != 1 or set(step) - {acts[0], "refused"}:
        raise UnusableScenario(f"{where}: a step is one of {', '.join(_STEPS)}, and may say what is refused.")
    act, value = acts[0], step[acts[0]]
    if act in _NUMBERS and (isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_TIMES):
        raise UnusableScenario(f"{where}: {act} is how often, from 1 to {_MOST_TIMES}.")
    if act in {"break", "expect"} and not isinstance(value, dict):
        raise UnusableScenario(f"{where}: {act} is an object.")
    refused = step.get("refused")
    if refused is not None and not isinstance(refused, int):
        raise UnusableScenario(f"{where}: refused is the code of the refusal, or yes.")
    return Step(act, value, refused)
