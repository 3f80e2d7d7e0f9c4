"""Plain conditions of If.

A condition decides what people see. So it is only completed or written anew where that says the same, or what nobody
could have meant otherwise.
"""

import re
from collections.abc import Iterator

from headrace.flowjson.checks.types import Known, look_up
from headrace.flowjson.expressions.references import NESTED_SINCE, find_references
from headrace.flowjson.fixing.fix_context import Choice, FixContext, Proposal, mends, shown
from headrace.flowjson.fixing.proposals.expressions import (
    REFERENCE,
    as_conditions,
    balanced,
    bare_references_bound,
    outside_quotes,
    requoted,
)

_COMPARED = re.compile(r"^\s*(\S+)\s*(==|!=|<=|>=|<|>)\s*(\S+)\s*(==|!=|<=|>=|<|>)\s*(\S+)\s*$")
_ONE_OF_SEVERAL = re.compile(rf"\s*({REFERENCE})\s*==\s*('[^']*'|\d+)((?:\s*\|\|\s*(?:'[^']*'|\d+))+)\s*")
_ONE_SIGN = re.compile(r"(?<![=!<>])=(?![=<>])")
"""Half of `==`, but of `!=` as well, which says the opposite."""

_YES = {"yes", "on", "y", "wahr", "ja", "si", "sí", "sim", "oui"}
_NO = {"no", "off", "n", "falsch", "nein", "não", "non"}


@mends(
    *[
        f"conditions/{name}"
        for name in (
            "empty-parentheses", "parenthesis-not-opened", "parenthesis-after-operator", "parenthesis-not-closed",
            "open-quote", "half-operator", "bad-operand", "odd-character", "operator-without-operand",
            "chained-comparison", "wrong-position", "types-differ", "unknown-word", "missing-operand", "lone-minus",
            "leading-zero", "not-boolean", "unknown-data",
        )
    ]
)  # fmt: skip
def rewritten(context: FixContext) -> Iterator[Proposal]:
    path = context.path
    text = context.get(path)
    if not isinstance(text, str):
        return
    for changed in dict.fromkeys(_changed(text, context)):
        if changed == text:
            continue
        draft = context.draft()
        for one in context.paths:
            draft.set(one, changed)
        title = f"Write {shown(changed)}"
        yield Choice(title, draft) if _ONE_SIGN.search(text) else (title, draft)


def _changed(text: str, context: FixContext) -> Iterator[str]:
    rule = context.rule.partition("/")[2]
    if rule == "half-operator":
        yield _whole_operators(text)
    elif rule in ("parenthesis-not-opened", "parenthesis-not-closed", "empty-parentheses"):
        yield from _parentheses(text)
    elif rule == "open-quote":
        yield from _quote_closed(text)
    elif rule == "unknown-word":
        yield from _word(text, str(context.values["word"]), context)
    elif rule == "odd-character":
        yield from _without_odd(text, context)
    elif rule in ("bad-operand", "unknown-data"):
        yield from _references(text)
    elif rule == "leading-zero":
        yield outside_quotes(text, lambda part: re.sub(r"(?<![\w.'-])(-?)0+(?=\d)", r"\1", part).replace("-0", "0"))
    elif rule == "lone-minus":
        yield outside_quotes(text, lambda part: re.sub(r"-\s+(?=\d)", "-", part))
    elif rule == "chained-comparison":
        yield from _chain(text)
    elif rule in ("types-differ", "wrong-position", "not-boolean"):
        yield from _of_one_type(text)
    elif rule in ("operator-without-operand", "missing-operand", "parenthesis-after-operator"):
        yield _without_loose_operators(text)


def _whole_operators(text: str) -> str:
    """`&` is `&&`, `|` is `||`, `=` is `==`; and how other languages write the rest."""

    def written(part: str) -> str:
        for foreign, own in (("===", "=="), ("!==", "!="), ("<>", "!="), ("=>", ">="), ("=<", "<=")):
            part = part.replace(foreign, own)
        part = re.sub(r"(?<!&)&(?!&)", "&&", part)
        part = re.sub(r"(?<!\|)\|(?!\|)", "||", part)
        return re.sub(r"(?<![=!<>])=(?!=)", "==", part)

    return outside_quotes(text, written)


def _parentheses(text: str) -> Iterator[str]:
    bare = re.sub(r"\s*(?:&&|\|\|)\s*\(\s*\)|\(\s*\)\s*(?:&&|\|\|)\s*", "", text)
    if bare != text:
        yield bare
    else:
        yield from balanced(text)


def _quote_closed(text: str) -> Iterator[str]:
    """Before what can only be the rest of the condition, or at the end."""
    start = text.rfind("'") + 1
    rest = text[start:]
    following = re.search(r"\s*\)*\s*(?:&&|\|\|)\s*[!(]*\$\{.*$", rest)
    for at in (following.start() if following else len(rest.rstrip()), len(rest.rstrip(") "))):
        yield text[:start] + rest[:at] + "'" + rest[at:].rstrip()


def _word(text: str, word: str, context: FixContext) -> Iterator[str]:
    """A word that is no literal: yes and no, nothing, or a text without its quotes."""
    lower = word.lower()
    whole = rf"(?<![\w'.$]){re.escape(word)}(?![\w'.])"
    for literal, others in (("true", _YES), ("false", _NO)):
        if lower in others or literal.startswith(lower[:3]):
            yield re.sub(whole, literal, text)
    if lower in ("null", "undefined", "none", "nil"):
        yield re.sub(whole, "''", text)
    yield from _references(text)
    if _is_compared_with_a_text(text, word, context):
        yield re.sub(whole, lambda match: f"'{match[0]}'", text)


def _is_compared_with_a_text(text: str, word: str, context: FixContext) -> bool:
    match = re.search(rf"({REFERENCE})\s*[=!]=\s*{re.escape(word)}(?!\w)", text)
    reference = next(iter(find_references(match[1])), None) if match else None
    screen = context.screen()
    known = look_up(reference, screen, context.flow) if reference and screen else None
    return isinstance(known, Known) and known.types == {"string"}


def _without_odd(text: str, context: FixContext) -> Iterator[str]:
    yield re.sub(r'"([^"\']*)"', r"'\1'", text)
    yield outside_quotes(text, lambda part: re.sub(r"[\s\u00a0\u200b]+", " ", part)).strip()
    yield re.sub(r"[\u2018\u2019\u201c\u201d]", "'", text)
    yield re.sub(r"^`|`$", "", text)
    yield from _references(text)
    if context.version >= NESTED_SINCE and "`" not in text:
        # Decimals and calculations are known in backticks only; all else means the same there.
        yield f"`{text}`"


def _references(text: str) -> Iterator[str]:
    yield re.sub(r"\{\{\s*([\w.]+)\s*\}\}", r"${\1}", text)
    yield re.sub(r"\$\{\s*([\w.]+)\s*\}?", r"${\1}", text)
    yield outside_quotes(text, bare_references_bound)
    yield re.sub(r"\$\{\s*(?!data\.|form\.|screen\.)(?:\w+\.)?([\w.]+)\s*\}", r"${data.\1}", text)
    yield re.sub(r"\$\{\s*(?!data\.|form\.|screen\.)(?:\w+\.)?([\w.]+)\s*\}", r"${form.\1}", text)


def _chain(text: str) -> Iterator[str]:
    """`a > 1 == b` compares what the first comparison comes to; `1 < a < 5` means between."""
    match = _COMPARED.match(text)
    if not match:
        return
    first, operator, middle, following, last = match.groups()
    if following in ("==", "!="):
        yield f"({first} {operator} {middle}) {following} {last}"
    elif operator[0] == following[0] and middle.startswith("$"):
        yield f"{first} {operator} {middle} && {middle} {following} {last}"


def _of_one_type(text: str) -> Iterator[str]:
    """Each side of a comparison is of one type, and what is true or false by itself is compared."""
    if match := _ONE_OF_SEVERAL.fullmatch(text):
        values = [match[2], *re.findall(r"'[^']*'|\d+", match[3])]
        yield " || ".join(f"{match[1]} == {value}" for value in values)
    yield from requoted(text)
    yield from as_conditions(text)


def _without_loose_operators(text: str) -> str:
    """What is joined with nothing by `&&` or `||` stands alone."""
    bare = re.sub(r"^(?:\s*(?:&&|\|\|))+\s*|\s*(?:(?:&&|\|\|)\s*)+$", "", text)
    bare = re.sub(r"\s*(?:&&|\|\|)\s*(?=\))|(?<=\()\s*(?:&&|\|\|)\s*", "", bare)
    return re.sub(r"(&&|\|\|)\s*(?:&&|\|\|)\s*", r"\1 ", bare)
