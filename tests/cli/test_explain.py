"""`headrace explain`: the page of a rule, in the terminal."""

import re

import pytest
import typer
from typer.testing import CliRunner

from headrace.cli.explain import explain
from headrace.flowjson.checks import RULES

APPLICATION = typer.Typer(pretty_exceptions_enable=False)
APPLICATION.command()(explain)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(APPLICATION, arguments, env={"COLUMNS": "80", "NO_COLOR": "1"})
    return result.exit_code, result.output


def test_a_rule_is_explained_with_both_examples() -> None:
    status, output = run("footer/caption-alone")
    assert status == 0
    assert output.startswith("footer/caption-alone (INVALID_DEPENDENCIES): error\n")
    assert output.index("Why: ") < output.index("Wrong:") < output.index("Right:")
    wrong, right = output.split("Right:")
    assert '"center-caption"' not in wrong
    assert '"center-caption"' in right


def test_a_code_lists_its_rules() -> None:
    status, output = run("INVALID_ROUTING_MODEL")
    assert status == 0
    assert "routing/loop" in output
    assert "routing/backward-route" in output
    assert "Wrong:" not in output

    assert output.endswith("headrace explain routing/missing-screens shows a wrong and a right example.\n")


def test_the_number_of_an_error_tells_what_it_means_and_how_to_mend_it() -> None:
    status, output = run("132069")
    assert status == 0
    assert output.startswith("132069 Flow is throttled\n")
    assert "\n- Its endpoint answered with errors" in output
    assert "To mend it: Mend the endpoint" in output
    status, output = run("#139003")
    assert output.count("To mend it:") == 2
    status, output = run("4711")
    assert (status, "There is no error 4711" in output) == (2, True)


def test_the_lines_to_look_at_are_marked() -> None:
    output = run("structure/unknown-component-property")[1]
    assert [line for line in output.splitlines() if line.startswith(">")] == ['>             "placeholder": "Ada"']
    output = run("design/mixed-case")[1]
    assert [line.split(":")[1] for line in output.splitlines() if line.startswith(">")] == [
        ' "Pay When You Collect"',
        ' "Pay when you collect"',
    ]


def test_every_wrong_example_has_a_mark() -> None:
    for rule in RULES:
        output = run(rule)[1]
        wrong = output.partition("Wrong:")[2].partition("Right:")[0]
        assert not wrong or "\n> " in wrong or "more lines" in wrong, rule


def test_a_family_and_everything_is_listed() -> None:
    status, output = run("design/")
    assert status == 0
    assert [line.split()[0] for line in output.splitlines() if re.match("  \\S", line)] == [
        rule for rule in RULES if rule.startswith("design/")
    ]
    assert max(map(len, output.splitlines())) <= 80
    status, output = run()
    assert status == 0
    assert sorted(line.split()[0] for line in output.splitlines() if re.match("  \\S", line)) == sorted(RULES)
    assert "…" not in output  # no meaning is cut


def test_an_image_of_many_kilobytes_is_not_printed() -> None:
    status, output = run("phone/heavy-image")
    assert status == 0
    assert max(map(len, output.splitlines())) < 200


@pytest.mark.parametrize("rule", ["routing/lop", "nothing\x1b[31m", "x" * 5000])
def test_an_unknown_rule_is_asked_back(rule: str) -> None:
    status, output = run(rule)
    assert status == 2
    assert "There is no rule" in output
    assert "\x1b" not in output
    assert len(output) < 200
    assert ("Did you mean 'routing/loop'?" in output) == (rule == "routing/lop")
