"""The rules by which scripted persons answer, as they are read."""

from datetime import timedelta

import pytest

from headrace.platform.handsets.scripts import Heard, UnusableScript, read_rules, read_script, rule_for, script_text

SCRIPT = b"""
- when: {flow: "how was*"}
  after: 1.5m
  do: [{fill: {name: Ada, day: 2026-11-25}}, {select: {rating: "5"}}, back, {tap: Send}]
- when: {template: "frames_*", text: "*price*"}
  tap: Not now
- when: {text: "*open*"}
  say: Thank you
- react: "\xf0\x9f\x91\x8d"
"""


def test_the_first_rule_that_fits_decides() -> None:
    rules = read_script(SCRIPT)
    assert [rule.act for rule in rules] == ["do", "tap", "say", "react"]

    def act(text: str = "", flow: str | None = None, template: str | None = None) -> str:
        found = rule_for(rules, Heard(text, flow, template))
        assert found is not None
        return found.act

    assert act(flow="How was your visit?") == "do"
    assert act("Half the price", template="frames_at_half_price") == "tap"
    assert act("We OPEN at nine", template="frames_at_half_price") == "say"
    assert act() == "react"
    assert rule_for(rules[:3], Heard("")) is None


def test_steps_are_kept_an_input_each_and_read_again() -> None:
    rules = read_script(SCRIPT)
    assert rules[0].content == [
        {"fill": {"name": "Ada"}},
        {"fill": {"day": "2026-11-25"}},
        {"select": {"rating": "5"}},
        {"back": True},
        {"tap": "Send"},
    ]
    assert rules[0].after == timedelta(seconds=90)
    kept = [rule.as_json() for rule in rules]
    assert read_rules(kept) == rules
    assert read_script(script_text(kept).encode()) == rules
    assert script_text(None) == ""


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("{say: Hello}", "a list of rules"),
        ("- 1", "Rule 1 has to be an object"),
        ("- {say: a, tap: b}", "once"),
        ("- {when: {}}", "what the person does"),
        ("- {shout: a}", "no 'shout'"),
        ("- {say: ''}", "say is a text"),
        ("- {say: 1}", "say is a text"),
        ("- {read: false}", "read has to be true"),
        ("- {say: a, when: {colour: red}}", "knows no 'colour'"),
        ("- {say: a, when: [1]}", "when has patterns"),
        ("- {say: a, after: soon}", "length of time"),
        ("- {say: a, after: true}", "length of time"),
        ("- {say: a, after: 31d}", "at most 30 days"),
        ("- {do: [{fly: a}]}", "Step 1 is 'fly'"),
        ("- {do: [{upload: {photo: /etc/passwd}}]}", "no 'upload'"),
        ("- {do: [{upload: {photo: /nowhere}}]}", "no 'upload'"),
        ("- {do: [{expect: {screen: A}}]}", "no 'expect'"),
        ("[", "neither JSON nor YAML"),
        ("[&a {say: b}, *a]", "aliases"),
        ("[" + "{say: a}," * 101 + "]", "at most 100 rules"),
        ("x" * (2 * 1024 * 1024 + 1), "longer than 2 MB"),
    ],
)
def test_what_is_no_script_says_why(script: str, words: str) -> None:
    with pytest.raises(UnusableScript, match=words):
        read_script(script.encode())
