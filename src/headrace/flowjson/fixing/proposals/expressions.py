"""Expressions in backticks, and what they have in common with conditions."""

import re
from collections.abc import Callable, Iterator

from headrace.flowjson.checks.spelling import is_slip
from headrace.flowjson.fixing.fix_context import Choice, FixContext, Proposal, mends, shown

REFERENCE = r"\$\{[^{}]*\}"
_SOURCES = ("form", "data", "screen")
_SOURCE = re.compile(r"(?<=\$\{)\w+(?=\.)")
_QUOTED = re.compile(rf"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|{REFERENCE})""")
_LITERAL = re.compile(rf"({REFERENCE})\s*(==|!=)\s*('(?:[^'\\]|\\.)*'|-?\d+(?:\.\d+)?|true|false)")
_ALONE = re.compile(rf"(!?)({REFERENCE})")
"""A condition that is only a reference, perhaps negated."""

_BARE = re.compile(r"(?<![\w.${'])((?:screen\.\w+\.)?(?:data|form)(?:\.\w+)+)(?![\w.(])")
"""A reference without its signs, as it stands in a calculation."""

_TRUTHS = {
    "'true'": "true", "'yes'": "true", "'1'": "true", "1": "true",
    "'false'": "false", "'no'": "false", "'0'": "false", "0": "false",
}  # fmt: skip


def in_backticks(text: str) -> str:
    """Words with references among them as an expression that joins them."""
    parts: list[str] = []
    for part in re.split(rf"({REFERENCE})", text):
        if part.startswith("${"):
            parts.append(part)
        elif part:
            quoted = part.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
            parts.append(f"'{quoted}'")
    return f"`{' '.join(parts)}`"


def slips_in_marks(text: str) -> Iterator[str]:
    """What a slip in a backtick at one end of the text, in a source or with a blank could have been before."""
    if text != text.strip() and re.fullmatch(REFERENCE, text.strip()):
        yield text.strip()
    sourced = _SOURCE.sub(lambda match: _source_meant(match[0]), text)
    if sourced != text:
        yield sourced
    if text.count("`") == 1:
        yield f"`{text}" if text.endswith("`") else f"{text}`"
        yield f"{text[1]}{text[0]}{text[2:]}"
        yield f"{text[:-2]}{text[-1]}{text[-2]}"
    elif text.count("`") == 3:
        yield text[1:]
        yield text[:-1]
    elif text.count("`") == 2:
        yield f"{text[1]}{text[0]}{text[2:]}"
        yield f"{text[:-2]}{text[-1]}{text[-2]}"


def _source_meant(word: str) -> str:
    """`form` for `from`; where only its end differs, the point behind it may have been swapped."""
    return next(
        (
            source
            for source in _SOURCES
            if is_slip(word, source) and not word.startswith(source) and not source.startswith(word)
        ),
        word,
    )


def has_stray_mark(text: str) -> bool:
    """Whether marks of a reference stand directly beside one, or the last letter of its name may stand behind it: which
    may be meant, or a slip."""
    return bool(re.search(rf"[{{$]{REFERENCE}|{REFERENCE}(?:[}}]|\w(?!\w))", text))


def outside_quotes(text: str, change: Callable[[str], str]) -> str:
    """The text with all changed but what stands in quotes and within references."""
    return "".join(part if _QUOTED.fullmatch(part) else change(part) for part in _QUOTED.split(text))


def bare_references_bound(text: str) -> str:
    """`data.name` as `${data.name}`."""
    return _BARE.sub(r"${\1}", text)


def unquoted(text: str) -> str:
    """The text without what stands in quotes and within references."""
    return "".join(part for part in _QUOTED.split(text) if not _QUOTED.fullmatch(part))


def balanced(text: str) -> Iterator[str]:
    """With as many parentheses closed as opened, where it does not matter which ones those are."""
    plain = unquoted(text)
    opened, closed = plain.count("("), plain.count(")")
    if ("&&" in plain and "||" in plain) or (opened, closed) != (text.count("("), text.count(")")):
        return
    if closed > opened:
        yield text[::-1].replace(")", "", closed - opened)[::-1].strip()
    elif opened > closed:
        yield text.rstrip() + ")" * (opened - closed)


def requoted(text: str) -> Iterator[str]:
    """A literal as one of the type it is compared with: as a text, as a number, as true or false."""
    yield _LITERAL.sub(lambda match: f"{match[1]} {match[2]} {_other_quotes(match[3])}", text)
    yield _LITERAL.sub(lambda match: f"{match[1]} {match[2]} {_TRUTHS.get(match[3].lower(), match[3])}", text)


def as_conditions(text: str) -> Iterator[str]:
    """References that stand for true or false, though they are texts or numbers: whether there is something."""
    alone = [match for match in _ALONE.finditer(text) if _stands_alone(text, match)]
    # Of several some may be fine as they are.
    for some in (alone, *([one] for one in alone)):
        for nothing in ("''", "0"):
            changed = text
            for match in reversed(some):
                compared = f"{match[2]} {'==' if match[1] else '!='} {nothing}"
                whole = match.group() == text.strip()
                changed = changed[: match.start()] + (compared if whole else f"({compared})") + changed[match.end() :]
            yield changed


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Whether a reference is an operand of `&&` and `||`, or the whole text."""
    before, after = text[: match.start()].rstrip(), text[match.end() :].lstrip()
    return (not before or before.endswith(("(", "&&", "||"))) and (not after or after.startswith((")", "&&", "||")))


@mends(
    "expressions/syntax", "expressions/unsupported", "expressions/null", "expressions/not-a-number",
    "expressions/not-a-boolean", "expressions/types-differ", "expressions/result-type", "payloads/bad-expression",
)  # fmt: skip
def rewritten(context: FixContext) -> Iterator[Proposal]:
    """The expression with what it means."""
    path = context.path
    text = context.get(path)
    if not isinstance(text, str):
        return
    plain = text.strip("`")
    # A parenthesis that is missing may be missing elsewhere.
    unsure = set(balanced(plain))
    for changed in dict.fromkeys(_changed(plain, context)):
        draft = context.draft()
        for one in context.paths:
            draft.set(one, f"`{changed}`")
        title = f"Write `{shown(changed)}`"
        yield Choice(title, draft) if changed in unsure else (title, draft)


def _changed(text: str, context: FixContext) -> Iterator[str]:
    if "null" in text or "undefined" in text:
        yield outside_quotes(text, lambda part: re.sub(r"\b(?:null|undefined)\b", "''", part))
    yield outside_quotes(text, _operators)
    yield outside_quotes(text, bare_references_bound)
    yield re.sub(r"\s*(?:&&|\|\|)\s*$", "", text)
    yield from balanced(text)
    yield from requoted(text)
    rule = context.rule.partition("/")[2]
    if rule == "not-a-boolean":
        yield from as_conditions(text)
    elif rule == "result-type" and context.values["found"] == "number":
        yield f"'' ({text})"
    elif rule in ("not-a-number", "bad-expression") and not re.search(r"[-*/%]", unquoted(text)):
        # Where a text is among the operands, the plus was to join.
        yield outside_quotes(text, lambda part: re.sub(r"\s*\+\s*", " ", part))


def _operators(part: str) -> str:
    """Operators of other languages as those of this one."""
    part = part.replace("===", "==").replace("!==", "!=")
    part = re.sub(r"\s+and\s+|\s*(?<!&)&(?!&)\s*", " && ", part)
    part = re.sub(r"\s+or\s+|\s*(?<!\|)\|(?!\|)\s*", " || ", part)
    return re.sub(r"\bnot\s+", "!", part)


def _other_quotes(literal: str) -> str:
    return literal[1:-1] if literal.startswith("'") else f"'{literal}'"
