"""JavaScript's regular expressions: what matches, what is refused, and that nothing can hang."""

import json
import subprocess
import sys
import time

import pytest

from headrace.phone.values.patterns import occurs


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"^\d{5}$", "12345", True),
        (r"^\d{5}$", "12345\n", False),
        (r"^\d{5}$", "١٢٣٤٥", False),
        (r"\w", "é", False),
        (r"^\W$", "é", True),
        (r"^\S+$", "a b", False),
        (r"b", "abc", True),
        (r"^(?=.*[A-Z])(?=.*\d).{4,}$", "Ab12", True),
        (r"^(?=.*[A-Z])(?=.*\d).{4,}$", "ab12", False),
        (r"^(?<!x)a", "a", True),
        (r"^(?<year>\d{4})-\k<year>$", "2026-2026", True),
        (r"^(a)\1$", "aa", True),
        (r"^(a)\1$", "ab", False),
        (r"^[\w.-]+@[\w-]+\.[a-z]{2,}$", "a.b-c@d-e.com", True),
        (r"^[\w-.]+$", "a-b.c", True),
        (r"^[.-\d]+$", "1.-", True),
        (r"^[a-c-e]+$", "a-e", True),
        (r"^[^]$", "\n", True),
        (r"[]", "a", False),
        (r"^.$", "\u2028", False),
        (r"^[[]a]$", "[a]", True),
        (r"^[[:alpha:]]$", "a]", True),
        (r"^a{e}$", "a{e}", True),
        (r"^a{1,2}$", "aa", True),
        (r"^a{,2}$", "a{,2}", True),
        (r"^x{2}?$", "xx", True),
        (r"^\/\-\.$", "/-.", True),
        (r"^\u0041\x42$", "AB", True),
        (r"^\p{L}$", "p{L}", True),
        (r"^\cA$", "\x01", True),
        (r"^[\D]$", "7", False),
        (r"^[\W]$", "_", False),
        (r"^[\s\S]{3}$", "a\nb", True),
        (r"^(?:a|b)+$", "abab", True),
        (r"^a&&b~~c$", "a&&b~~c", True),
        (r"^[&&~~||--]+$", "&~|-", True),
        (r"\bword\b", "a word here", True),
        (r"^ +$", "  ", True),
        (r"^#\d$", "#1", True),
    ],
)
def test_as_javascript_does(pattern: str, text: str, expected: bool) -> None:
    assert occurs(pattern, text) is expected


@pytest.mark.parametrize(
    "pattern",
    ["(", "[", "a**", "*a", "(?i)a", "(?>a)", "(?P<n>a)", "(?#x)", "\\", "a++", ")", "(?<1>a)", "[b-a]", "x" * 6_000],
)
def test_what_javascript_refuses_counts_as_found(pattern: str) -> None:
    assert occurs(pattern, "nothing like it") is True


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^(a+)+$", "a" * 60 + "!"),
        (r"^(\w+\s?)*$", "word " * 30 + "!"),
        (r"(.*)*(.*)*(.*)*x", "y" * 5_000),
        (r"((((a{0,100}){0,100}){0,100}){0,100})b", "a" * 3_000),
    ],
)
def test_a_hostile_pattern_gives_up_in_time(pattern: str, text: str) -> None:
    started = time.monotonic()
    occurs(pattern, text)
    assert time.monotonic() - started < 2


def test_a_pattern_that_ran_away_is_not_tried_a_thousand_times() -> None:
    started = time.monotonic()
    assert all(occurs(r"^(b|bb)+$", "b" * 60 + f"!{number}") for number in range(1_000))
    assert time.monotonic() - started < 2
    assert occurs(r"^(c|cc)+$", "dd") is False, "others are not touched by it"


HUGE = [
    "x{4000000000}",
    "x{10000000}",
    "(?:[xy]{1000}){10000}",
    "((x{1000}){1000}){1000}",
    "(?=(?:.{60000}){60000})",
    "(?:" * 49 + "x" + "){9}" * 49,
    "(" * 2_400 + "x" + ")" * 2_400,
    "|".join(["x{9000}"] * 500),
    "[" + "a-z" * 1_600 + "]{9999}",
]

WITHIN_MEMORY = """
import json, resource, sys
from headrace.phone.values.patterns import occurs
occurs("x", "x")
with open("/proc/self/statm") as pages:
    size = int(pages.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + (64 << 20), size + (64 << 20)))
print(json.dumps([occurs(pattern, "y" * 50) for pattern in json.load(sys.stdin)]))
"""


def test_a_huge_pattern_takes_no_memory() -> None:
    """Each in turn within 64 MB, and the input takes what is typed: a phone cannot use such a pattern."""
    arguments = [sys.executable, "-c", WITHIN_MEMORY]
    ran = subprocess.run(arguments, input=json.dumps(HUGE), capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    assert json.loads(ran.stdout) == [True] * len(HUGE)


def test_many_patterns_of_the_largest_size_are_no_burden() -> None:
    largest = [f"{letter}(?:xy){{3333}}z{{{count}}}" for letter in "ab" for count in range(40)]
    arguments = [sys.executable, "-c", WITHIN_MEMORY]
    ran = subprocess.run(arguments, input=json.dumps(largest), capture_output=True, text=True, check=False)
    assert (ran.stderr, ran.returncode) == ("", 0)
