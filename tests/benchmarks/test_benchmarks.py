"""Every benchmark runs and tells its figures; whether they are within their limits is for `make bench` to say."""

import json

import pytest
from benchmarks.__main__ import main, subjects
from benchmarks.documents import chain, typed_in
from benchmarks.measuring import Figure, percentile
from tests.flowjson.checks.flows import TODAY

from headrace.flowjson.checks import check

IN_A_BROWSER = {"builder", "key_to_picture"}


@pytest.mark.parametrize(
    "subject",
    [pytest.param(one, marks=[pytest.mark.browser] if one in IN_A_BROWSER else []) for one in subjects()],
)
def test_a_benchmark_tells_its_figures(subject: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([subject, "--quick", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)["figures"]
    assert figures
    for figure in figures:
        assert figure["subject"] == subject
        assert figure["value"] > 0
        assert figure["limit"] > 0


def test_a_figure_over_its_limit_is_told() -> None:
    assert Figure("x", 3, 2, "ms").verdict == "over"
    assert Figure("x", 2, 2, "ms").ratio == 1
    assert Figure("x", 10, 20, "times", at_least=True).ratio == 2
    assert Figure("x", 40, 20, "times", at_least=True).is_ok


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile(range(1, 101), 0.95) == 95
    assert percentile([3.0], 0.95) == 3.0


def test_what_is_measured_is_in_order() -> None:
    for text in (chain(30, 50), json.dumps(typed_in(50_000))):
        assert check(text, today=TODAY).errors == []
