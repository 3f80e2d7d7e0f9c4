"""Documents written by others: no error where they are good, at least one where they are broken.

Where a judgement is wrong, the reason stands in docs/corpus-disagreements.md.
"""

import re
from datetime import date
from pathlib import Path

import pytest
from tests.conftest import corpus_documents

from headrace.flowjson.checks import check

TODAY = date(2026, 11, 22)
DISAGREEMENTS = Path(__file__).parents[3] / "docs" / "corpus-disagreements.md"


def disputed() -> set[str]:
    return set(re.findall(r"^\| (\d{3}) \|", DISAGREEMENTS.read_text(), re.MULTILINE))


@pytest.mark.parametrize("path", corpus_documents("official", "valid"), ids=lambda path: path.stem)
def test_a_good_document_has_no_error(path: Path) -> None:
    messages = [one.message for one in check(path.read_bytes(), today=TODAY).errors]
    if path.stem in disputed():
        assert messages, "nothing is found any more: remove the line from the list of disagreements"
    else:
        assert messages == []


@pytest.mark.parametrize("path", corpus_documents("broken"), ids=lambda path: path.stem)
def test_a_broken_document_has_an_error(path: Path) -> None:
    assert bool(check(path.read_bytes(), today=TODAY).errors) == (path.stem not in disputed())


def test_few_judgements_are_disputed(corpus: Path) -> None:
    judged = corpus_documents("official", "valid", "broken")
    assert disputed() <= {path.stem for path in judged}
    assert len(disputed()) <= len(judged) / 20
