"""Plain conditions of If."""

import re
from collections.abc import Iterator

from headrace.flowjson.checks.fixes.broken import Broken, Proposal, mends, shown
from headrace.flowjson.checks.fixes.formulas import candidates

_REFERENCE = r"\$\{[^{}]*\}"
_OPERATORS = r"&&|\|\||==|!=|<=|>=|<|>"


@mends(
    *[
        f"conditions/{name}"
        for name in (
            "empty-parentheses", "parenthesis-not-opened", "parenthesis-after-operator", "parenthesis-not-closed",
            "open-quote", "missing-operator", "half-operator", "bad-operand", "odd-character",
            "operator-without-operand", "chained-comparison", "wrong-position", "types-differ", "unknown-word",
            "missing-operand", "lone-minus", "leading-zero", "not-boolean", "unknown-data", "lone-literal",
            "literals-only",
        )
    ]
)  # fmt: skip
def rewritten(broken: Broken) -> Iterator[Proposal]:
    path = broken.path
    text = broken.get(path)
    if not isinstance(text, str):
        return
    for changed in dict.fromkeys(_changed(text, broken)):
        if changed == text:
            continue
        draft = broken.draft()
        for one in broken.paths:
            draft.set(one, changed)
        yield f"Write {shown(changed)}", draft


def _changed(text: str, broken: Broken) -> Iterator[str]:
    rule = broken.rule.partition("/")[2]
    if rule == "half-operator":
        yield re.sub(r"(?<!&)&(?!&)", "&&", re.sub(r"(?<!\|)\|(?!\|)", "||", re.sub(r"(?<![=!<>])=(?!=)", "==", text)))
    elif rule in ("parenthesis-not-opened", "parenthesis-not-closed", "empty-parentheses"):
        yield from _balanced(text)
    elif rule == "open-quote":
        yield text.rstrip() + "'"
    elif rule == "unknown-word":
        word = str(broken.values["word"])
        for literal in ("true", "false"):
            if word.lower().startswith(literal[:2]):
                yield text.replace(word, literal)
        yield re.sub(rf"(?<![\w'.]){re.escape(word)}(?![\w'])", f"'{word}'", text)
    elif rule == "odd-character":
        yield text.replace('"', "'")
        yield re.sub(r"\s+", " ", text.replace(str(broken.values["character"]), " ")).strip()
        yield re.sub(rf"\s*{re.escape(str(broken.values['character']))}.*$", "", text)
    elif rule == "bad-operand":
        yield from _references(text)
    elif rule == "leading-zero":
        yield re.sub(r"(?<![\w.'-])(-?)0+(?=\d)", r"\1", text).replace("-0", "0")
    elif rule == "lone-minus":
        yield re.sub(r"-\s*(?=[^\d\s])", "", text)
        yield re.sub(r"-\s+(?=\d)", "-", text)
        yield re.sub(r"-\s*(\w+)", r"'\1'", text)
    elif rule == "missing-operator":
        yield re.sub(r"(\}|'|\)|\w)\s+(?=[$'(\w!])", r"\1 && ", text)
        yield re.sub(r"(\}|'|\)|\w)\s+(?=[$'(\w!])", r"\1 == ", text)
    elif rule == "chained-comparison":
        yield re.sub(rf"^\s*(\S+)\s*({_OPERATORS})\s*(\S+)\s*({_OPERATORS})\s*(\S+)\s*$", r"\1 \2 \3 && \1 \4 \5", text)
    yield from _without_loose_operators(text)
    yield from candidates(text)
    if match := re.search(_REFERENCE, text):
        yield match.group()
        yield f"{match.group()} != ''"
        yield f"{match.group()} != 0"


def _balanced(text: str) -> Iterator[str]:
    bare = re.sub(rf"\s*(?:{_OPERATORS})?\s*\(\s*\)", "", text)
    if bare != text:
        yield bare
    surplus = text.count(")") - text.count("(")
    if surplus > 0:
        yield text[::-1].replace(")", "", surplus)[::-1].strip()
        yield "(" * surplus + text
    elif surplus < 0:
        yield text.rstrip() + ")" * -surplus


def _without_loose_operators(text: str) -> Iterator[str]:
    bare = re.sub(rf"^(?:\s*(?:{_OPERATORS}))+\s*|\s*(?:(?:{_OPERATORS})\s*)+$", "", text)
    bare = re.sub(rf"\s*(?:{_OPERATORS})\s*(?=\))", "", bare)
    yield re.sub(rf"(\(|{_OPERATORS})\s*(?:&&|\|\||==|!=)\s*", r"\1 ", bare)


def _references(text: str) -> Iterator[str]:
    yield re.sub(r"\$\{\s*(?!data\.|form\.|screen\.)(?:\w+\.)?([\w.]+)\s*\}", r"${data.\1}", text)
    yield re.sub(r"\$\{\s*(?!data\.|form\.|screen\.)(?:\w+\.)?([\w.]+)\s*\}", r"${form.\1}", text)
    yield re.sub(r"\$\{\s*([\w.]+)\s*\}?", r"${\1}", text)
    yield re.sub(r"\{\{\s*([\w.]+)\s*\}\}", r"${\1}", text)
