"""Good design of words: titles, headings and buttons."""

import re
from collections.abc import Iterator

from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow
from headrace.flowjson.checks.rules import advice_rule
from headrace.flowjson.diagnostics import Path

VAGUE_BUTTON = advice_rule(
    "design/vague-button",
    "'{label}' on the last screen does not say what happens then. Say it, as in 'Confirm booking'.",
)
MIXED_CASE = advice_rule(
    "design/mixed-case",
    "'{text}' Begins Every Word With A Capital, while '{other}' does not. Use sentence case throughout.",
)
ALL_CAPITALS = advice_rule("design/all-capitals", "'{text}' is all capitals, which is hard to read and seems loud.")
EMOJI_IN_BUTTON = advice_rule("design/emoji-in-button", "The button '{text}' has an emoji. A button is read, not seen.")
SEVERAL_EMOJI = advice_rule("design/several-emoji", "'{text}' has {count} emoji. One is enough for a title.")
NO_TITLE = advice_rule(
    "design/missing-title", "Screen '{screen}' has no title: the bar above it shows nothing of what it is about."
)

VAGUE = frozenset({"submit", "next", "ok", "okay", "continue", "go"})

_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\U0001f1e6-\U0001f1ff]")
_WORD = re.compile(r"[A-Za-z]{2,}")

_LOUD = 6
"""Letters from which on capitals are no abbreviation."""

_SMALL_WORDS = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "up", "with"}
)


def advise_on_words(flow: Flow, findings: Findings) -> None:
    """Every title, heading and button."""
    capitalised: list[tuple[str, Path]] = []
    others: list[str] = []
    for kind, text, path in _headlines(flow):
        emoji = len(_EMOJI.findall(text)) if not text.isascii() else 0
        if emoji and kind == "button":
            findings.add(EMOJI_IN_BUTTON, path, text=text)
        elif emoji > 1:
            findings.add(SEVERAL_EMOJI, path, text=text, count=emoji)
        if text.isupper() and sum(one.isalpha() for one in text) >= _LOUD:
            findings.add(ALL_CAPITALS, path, text=text)
            continue
        if not text[1:].islower() and _style(text) == "title":
            capitalised.append((text, path))
        else:
            others.append(text)
    plain = [text for text in others if _style(text) == "sentence"] if capitalised else []
    # A few names among many sentences, or the other way round, are no mixture.
    if len(plain) > len(capitalised) and len(capitalised) * 4 >= len(plain):
        for text, path in capitalised:
            findings.add(MIXED_CASE, path, text=text, other=plain[0])
    for screen in flow.screens:
        if "title" not in screen.value:
            findings.add(NO_TITLE, screen.path, screen=screen.label)
        # On the only screen of a Flow, the text above says what the button is for.
        if screen.is_terminal and len(flow.screens) > 1:
            for node in screen.of_kind("Footer"):
                label = node.value.get("label")
                if isinstance(label, str) and label.strip(" .!→>").lower() in VAGUE:
                    findings.add(VAGUE_BUTTON, (*node.path, "label"), label=label)


def _headlines(flow: Flow) -> Iterator[tuple[str, str, Path]]:
    for screen in flow.screens:
        title = screen.value.get("title")
        if isinstance(title, str):
            yield "title", title, (*screen.path, "title")
        for node in screen.of_kind("TextHeading", "TextSubheading", "Footer"):
            name = "label" if node.kind == "Footer" else "text"
            text = node.value.get(name)
            if isinstance(text, str) and not text.startswith(("${", "`")):
                yield ("button" if name == "label" else "title"), text, (*node.path, name)


def _style(text: str) -> str:
    """`title` when every further word begins with a capital, `sentence` when none does."""
    words = [word for word in _WORD.findall(text) if word.lower() not in _SMALL_WORDS][1:]
    if not words or any(word.isupper() for word in words):
        return ""
    capitals = sum(word[0].isupper() for word in words)
    return "title" if capitals == len(words) > 0 and len(words) > 1 else "sentence" if capitals == 0 else ""
