"""Expressions in backticks."""

import re
from collections.abc import Iterator

from headrace.flowjson.checks.fixes.broken import Broken, Proposal, mends, shown

_REFERENCE = r"\$\{[^{}]*\}"
_LITERAL = re.compile(rf"({_REFERENCE})\s*(==|!=)\s*('(?:[^'\\]|\\.)*'|-?\d+(?:\.\d+)?|true|false)")
_LOGIC = re.compile(rf"(!?)({_REFERENCE})")


def in_backticks(text: str) -> str:
    """Words with references among them as an expression that joins them."""
    parts: list[str] = []
    for part in re.split(rf"({_REFERENCE})", text):
        if part.startswith("${"):
            parts.append(part)
        elif part:
            quoted = part.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
            parts.append(f"'{quoted}'")
    return f"`{' '.join(parts)}`"


@mends(
    "expressions/syntax", "expressions/unsupported", "expressions/null", "expressions/not-a-number",
    "expressions/not-a-boolean", "expressions/types-differ", "expressions/result-type", "payloads/bad-expression",
)  # fmt: skip
def rewritten(broken: Broken) -> Iterator[Proposal]:
    """The expression with what it most likely means."""
    path = broken.path
    text = broken.get(path)
    if not isinstance(text, str):
        return
    for changed in candidates(text.strip("`")):
        draft = broken.draft()
        for one in broken.paths:
            draft.set(one, f"`{changed}`")
        yield f"Write `{shown(changed)}`", draft


def candidates(text: str) -> Iterator[str]:
    """What an expression may have been meant to be."""
    if re.search(r"\bnull\b|\bundefined\b", text):
        yield re.sub(r"\bnull\b|\bundefined\b", "''", text)
    plain = re.sub(r"\s+and\s+|\s*(?<!&)&(?!&)\s*", " && ", text.replace("===", "==").replace("!==", "!="))
    yield re.sub(r"\s+or\s+|\s*(?<!\|)\|(?!\|)\s*", " || ", plain)
    yield re.sub(r"[\s+\-*/%&|=<>!]+$", "", text)
    if text.count("(") > text.count(")"):
        yield text + ")" * (text.count("(") - text.count(")"))
    if text.count(")") > text.count("("):
        yield text[::-1].replace(")", "", 1)[::-1]
    yield re.sub(r"\s*\+\s*", " ", text)
    yield _LITERAL.sub(lambda match: f"{match[1]} {match[2]} {_requoted(match[3])}", text)
    yield f"'' ({text})"
    yield _LOGIC.sub(lambda match: f"({match[2]} {'==' if match[1] else '!='} '')", text)
    yield f"{text} != ''"
    yield f"{text} != 0"
    if call := re.fullmatch(rf"\w+\(\s*({_REFERENCE})\s*\)", text):
        yield call[1]
    if negative := re.fullmatch(rf"[-+]({_REFERENCE})", text):
        yield negative[1]


def _requoted(literal: str) -> str:
    if literal.startswith("'"):
        return literal[1:-1]
    return f"'{literal}'"
