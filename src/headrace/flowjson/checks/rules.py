"""What a rule is, and the book of all rules.

Each family of checks declares its rules where it applies them. A rule has a stable name (`family/what`), the code of
Meta's validator, and the words of its message with the values to fill in.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from headrace.flowjson.diagnostics import Severity


class Rule(NamedTuple):
    """One rule. `message` is a template for `str.format`.

    `absence` says that the rule concludes from something not being there: it is silent about a text that could not be
    read to the end, where the missing thing may stand in the part that was lost.
    """

    name: str
    code: str
    message: str
    absence: bool = False
    severity: Severity = Severity.ERROR


_BOOK: dict[str, Rule] = {}
"""Filled while the modules of `headrace.flowjson.checks` are imported, and never afterwards."""

RULES: Mapping[str, Rule] = MappingProxyType(_BOOK)
"""Every rule by its name, once `headrace.flowjson.checks` is imported."""


def rule(name: str, code: str, message: str, *, absence: bool = False, severity: Severity = Severity.ERROR) -> Rule:
    """Declares a rule. A name is taken only once."""
    assert name not in _BOOK, name
    _BOOK[name] = Rule(name, code, message, absence, severity)
    return _BOOK[name]


def advice_rule(name: str, message: str) -> Rule:
    """Declares a warning of our own; its code is its name, since Meta's validator has none."""
    return rule(name, name, message, absence=True, severity=Severity.WARNING)
