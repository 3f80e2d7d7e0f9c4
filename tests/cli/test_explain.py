"""`headrace explain`: the page of a rule, in the terminal."""

import pytest
import typer
from typer.testing import CliRunner

from headrace.cli.explain import explain

APPLICATION = typer.Typer(pretty_exceptions_enable=False)
APPLICATION.command()(explain)


def run(rule: str) -> tuple[int, str]:
    result = CliRunner().invoke(APPLICATION, [rule], env={"COLUMNS": "80", "NO_COLOR": "1"})
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


def test_an_image_of_many_kilobytes_is_not_printed() -> None:
    status, output = run("phone/heavy-image")
    assert status == 0
    assert max(map(len, output.splitlines())) < 200


@pytest.mark.parametrize("rule", ["routing/lop", "nothing\x1b[31m", ""])
def test_an_unknown_rule_is_asked_back(rule: str) -> None:
    status, output = run(rule)
    assert status == 2
    assert "There is no rule" in output
    assert "\x1b" not in output
    assert ("Did you mean 'routing/loop'?" in output) == (rule == "routing/lop")
