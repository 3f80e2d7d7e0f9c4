"""A page for every rule: what it means, why it exists, a wrong and a right example.

The pages are Markdown files beside this module, one for each family of rules. Below the family's heading stands why its
rules exist, below each rule what it means and its examples. They are read when somebody asks.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from headrace.flowjson.checks import RULES
from headrace.flowjson.checks.pages.server import SERVER_ONLY
from headrace.flowjson.checks.spelling import meant_by
from headrace.flowjson.diagnostics import Diagnostic, Severity

__all__ = ["Explanation", "Page", "UnknownRule", "explain", "explained", "page_of"]

_FOLDER = Path(__file__).parent
_SECTION = re.compile(r"^## (\S+)\n", re.MULTILINE)
_EXAMPLE = re.compile(r"^```json (wrong|right)\n(.*?)\n?^```$", re.MULTILINE | re.DOTALL)
_REPEATED = re.compile(r"\{\{(\d{1,6}) \* (.)\}\}")

_TODAY = date(2024, 10, 1)
_DAYS = {
    "version/frozen": date(2026, 11, 22),
    "version/not-publishable": date(2026, 11, 22),
    "version/freezes-soon": date(2025, 3, 1),
}


class UnknownRule(LookupError):
    """There is no such rule. `meant` is the one that is spelt most alike, if any."""

    def __init__(self, name: str, meant: str | None) -> None:
        super().__init__(f"There is no rule '{name}'." + (f" Did you mean '{meant}'?" if meant else ""))
        self.name = name
        self.meant = meant


@dataclass(frozen=True, slots=True)
class Page:
    """The page of one rule. `wrong` and `right` are whole files; empty for the few that no small file can show.

    `wrong` breaks this rule and no other when it is checked on `today`, `right` is clean. In `wrong_shown` very long
    values are abridged.
    """

    rule: str
    code: str
    severity: Severity
    meaning: str
    why: str
    wrong_shown: str = ""
    right: str = ""
    today: date = _TODAY

    @property
    def wrong(self) -> str:
        return _REPEATED.sub(lambda match: match[2] * int(match[1]), self.wrong_shown)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of a name: the page of a rule, or those of all rules that report a code.

    `note` says of a code that no file alone can raise who raises it.
    """

    name: str
    pages: tuple[Page, ...]
    note: str = ""

    @property
    def page(self) -> Page | None:
        """The first page."""
        return self.pages[0] if self.pages else None


def explain(name: str) -> Explanation:
    """Explains a rule such as `routing/loop` or a code such as `INVALID_ROUTING_MODEL`; raises UnknownRule."""
    wanted = name.strip()
    if wanted in RULES:
        return Explanation(wanted, (page_of(wanted),))
    code = wanted.upper().replace("-", "_")
    rules = [rule.name for rule in RULES.values() if rule.code == code]
    if rules or code in SERVER_ONLY:
        return Explanation(code, tuple(page_of(rule) for rule in rules), SERVER_ONLY.get(code, ""))
    known = {**dict.fromkeys(RULES), **{rule.code: None for rule in RULES.values()}, **dict.fromkeys(SERVER_ONLY)}
    ends = [rule for rule in RULES if rule.partition("/")[2] == wanted]
    raise UnknownRule(name, ends[0] if ends else meant_by(wanted[:100], known) or meant_by(wanted[:100], _by_end()))


def page_of(rule: str) -> Page:
    """The page of a rule that exists."""
    declared = RULES[rule]
    why, sections = _family(rule.partition("/")[0])
    text = sections[rule]
    examples = {match[1]: match[2] for match in _EXAMPLE.finditer(text)}
    meaning = " ".join(_EXAMPLE.sub("", text).split())
    if rule in _LONG:
        screens, fewer = _LONG[rule]
        examples = {"wrong": _chain(screens), "right": _chain(fewer)}
    return Page(
        rule,
        declared.code,
        declared.severity,
        meaning,
        why,
        examples.get("wrong", ""),
        examples.get("right", ""),
        _DAYS.get(rule, _TODAY),
    )


def explained(diagnostic: Diagnostic) -> str:
    """What a finding means and why it is one, in a few sentences; what is known of this case comes last."""
    page = page_of(diagnostic.rule)
    return " ".join(filter(None, (page.meaning, page.why, diagnostic.explanation)))


@lru_cache(maxsize=64)
def _family(name: str) -> tuple[str, dict[str, str]]:
    """Why the rules of a family exist, and the text of each."""
    text = (_FOLDER / f"{name}.md").read_text(encoding="utf-8")
    head, *rest = _SECTION.split(text)
    why = " ".join(head.partition("\n")[2].split())
    return why, dict(zip(rest[::2], rest[1::2], strict=True))


def _by_end() -> list[str]:
    return [rule.partition("/")[2] for rule in RULES]


_LONG = {"limits/screens": (101, 2)}
"""Examples that are only long, by rule: a number of screens that is too large, and one that is right."""


def _chain(count: int) -> str:
    """A Flow of `count` screens, each leading to the next."""
    import json

    from headrace.flowjson.document import parse
    from headrace.flowjson.formatting import formatted

    names = [chr(65 + index // 26) + chr(65 + index % 26) for index in range(count)]
    screens = []
    for index, name in enumerate(names):
        last = index == count - 1
        following = {"name": "navigate", "next": {"type": "screen", "name": names[-1 if last else index + 1]}}
        action: dict[str, Any] = {"name": "complete"} if last else following
        footer = {"type": "Footer", "label": "Finish the tour" if last else "Go on", "on-click-action": action}
        action["payload"] = {}
        layout = {"type": "SingleColumnLayout", "children": [{"type": "TextBody", "text": "Bread"}, footer]}
        screens.append({"id": name, "title": name, **({"terminal": True} if last else {}), "layout": layout})
    return formatted(parse(json.dumps({"version": "7.3", "screens": screens}))).strip()
