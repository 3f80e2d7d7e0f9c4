"""What a scripted person answers: rules, read from JSON or YAML and checked before any is kept. Pure.

A rule says for what message it is (`when`), how long the person takes (`after`) and what they do: fill in the Flow by
the steps of `headrace run` (`do`), tap a button (`tap`), write (`say`), react (`react`) or only read (`read`). The
first rule that fits decides; a message that fits none is not even looked at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

import orjson
import yaml

from headrace.simulator.steps import LONGEST_SCRIPT, Step, UnusableSteps, parsed, read_steps

_WHEN = ("flow", "template", "text")
_ACTS = ("do", "tap", "say", "react", "read")
_PLAYED = frozenset({"fill", "tap", "select", "back", "close"})
_MOST_RULES = 100
_LONGEST_TEXT = 4_096
_LONGEST_AFTER = timedelta(days=30)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?", re.ASCII)
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400, None: 1}


class UnusableScript(ValueError):
    """A script that cannot be kept; the words say where and what is wrong."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a rule knows of a message: the name of the Flow it opens, the template it came from, its words."""

    text: str
    flow: str | None = None
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `act` is one of do, tap, say, react, read, and `content` what goes with it; a `do` has its steps, one
    input each.
    """

    act: str
    content: Any
    when: Mapping[str, str] = field(default_factory=dict)
    after: timedelta = timedelta(0)

    def fits(self, heard: Heard) -> bool:
        """Whether the rule is for this message: patterns, in which `*` stands for anything, whatever the case."""
        known = {"flow": heard.flow, "template": heard.template, "text": heard.text}
        return all(
            (value := known[name]) is not None and fnmatchcase(value.lower(), pattern.lower())
            for name, pattern in self.when.items()
        )

    def as_json(self) -> dict[str, Any]:
        """The same as it is kept, and read again."""
        after = {"after": self.after.total_seconds()} if self.after else {}
        return {**({"when": dict(self.when)} if self.when else {}), **after, self.act: self.content}


def read_script(text: bytes) -> list[Rule]:
    """Reads the rules of a script. Raises `UnusableScript`."""
    if len(text) > LONGEST_SCRIPT:
        raise UnusableScript("The script is longer than 2 MB.")
    try:
        listed = parsed(text)
    except UnusableSteps as error:
        raise UnusableScript(str(error).replace("The steps are", "The script is")) from error
    return read_rules(listed)


def read_rules(listed: Any) -> list[Rule]:
    """The same for values that were read already. Raises `UnusableScript`."""
    if not isinstance(listed, list):
        raise UnusableScript("A script is a list of rules, such as [{when: {text: '*open*'}, say: 'Thank you'}].")
    if len(listed) > _MOST_RULES:
        raise UnusableScript(f"A script has at most {_MOST_RULES} rules.")
    return [_rule(number, declared) for number, declared in enumerate(listed, 1)]


def script_text(rules: list[dict[str, Any]] | None) -> str:
    """Rules as they are kept, in YAML, to be changed by hand."""
    return yaml.safe_dump(rules, sort_keys=False, allow_unicode=True, width=100) if rules else ""


def rule_for(rules: list[Rule], heard: Heard) -> Rule | None:
    """The first rule that fits."""
    return next((rule for rule in rules if rule.fits(heard)), None)


def _rule(number: int, declared: Any) -> Rule:
    here = f"Rule {number}"
    if not isinstance(declared, dict):
        raise UnusableScript(f"{here} has to be an object, such as {{say: Thank you}}.")
    unknown = [name for name in declared if name not in {"when", "after", *_ACTS}]
    if unknown:
        raise UnusableScript(
            f"{here}: there is no {str(unknown[0])[:40]!r}. There are: when, after, {', '.join(_ACTS)}."
        )
    acts = [name for name in _ACTS if name in declared]
    if len(acts) != 1:
        raise UnusableScript(f"{here} has to say what the person does, once: {', '.join(_ACTS)}.")
    (act,) = acts
    return Rule(act, _content(here, act, declared[act]), _when(here, declared.get("when")), _after(here, declared))


def _when(here: str, declared: Any) -> dict[str, str]:
    if declared is None:
        return {}
    if not isinstance(declared, dict) or not all(isinstance(value, str) and value for value in declared.values()):
        raise UnusableScript(f"{here}: when has patterns, such as {{flow: 'How was your visit?'}}.")
    unknown = [name for name in declared if name not in _WHEN]
    if unknown:
        raise UnusableScript(f"{here}: when knows no {str(unknown[0])[:40]!r}, but {', '.join(_WHEN)}.")
    return dict(declared)


def _after(here: str, declared: Mapping[str, Any]) -> timedelta:
    value = declared.get("after", 0)
    match = _DURATION.fullmatch(str(value).strip()) if isinstance(value, str | int | float) else None
    if match is None or isinstance(value, bool) or len(match[0]) > 20:
        raise UnusableScript(f"{here}: after is a length of time, such as 30s, 5m or 2h.")
    seconds = float(match[1]) * _UNITS[match[2]]
    if seconds > _LONGEST_AFTER.total_seconds():
        raise UnusableScript(f"{here}: after is at most {_LONGEST_AFTER.days} days.")
    return timedelta(seconds=seconds)


def _content(here: str, act: str, value: Any) -> Any:
    if act == "do":
        return _steps(here, value)
    if act == "read":
        if value is not True:
            raise UnusableScript(f"{here}: read has to be true.")
        return True
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_TEXT or "\0" in value:
        raise UnusableScript(f"{here}: {act} is a text of at most {_LONGEST_TEXT:,} characters.")
    return value


def _steps(here: str, declared: Any) -> list[dict[str, Any]]:
    """The steps as they are kept: those with several inputs become one for each, as any may ask the endpoint."""
    try:
        steps = read_steps(orjson.dumps(declared))
    except UnusableSteps as error:
        if "there is no file" in str(error):
            raise UnusableScript(f"{here}: {_unplayed('upload')}") from error
        raise UnusableScript(f"{here}: {error}") from error
    kept: list[dict[str, Any]] = []
    for step in steps:
        if step.kind not in _PLAYED:
            raise UnusableScript(f"{here}: {_unplayed(step.kind)}")
        if step.kind in {"fill", "select"}:
            kept += [{step.kind: {name: value}} for name, value in step.content.items()]
        else:
            kept.append({step.kind: step.content})
    return kept


def _unplayed(kind: str) -> str:
    return f"a person of the box does no {kind!r}. There are: {', '.join(sorted(_PLAYED))}."


def step_of(kept: Mapping[str, Any], number: int) -> Step:
    """A step of a `do` as it was kept."""
    ((kind, content),) = kept.items()
    return Step(number, kind, content)
