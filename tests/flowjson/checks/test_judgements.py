"""Documents written by others: no error where they are good, at least one where they are broken.

Where a judgement is wrong, the reason stands in docs/corpus-disagreements.md.
"""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from tests.conftest import FLOWS, corpus_documents, documents_by_others

from headrace.flowjson.catalogue import COMPONENTS, VERSIONS
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


def test_few_judgements_are_disputed() -> None:
    judged = {path.stem for path in corpus_documents("official", "valid", "broken")}
    assert len(disputed() & judged) <= len(judged) / 20
    assert disputed() <= judged or not documents_by_others("valid")


def test_our_good_flows_have_every_version_and_component() -> None:
    texts = [path.read_text() for path in corpus_documents("official") if FLOWS in path.parents]
    assert {json.loads(text)["version"] for text in texts} == {str(version) for version in VERSIONS}
    assert {name for text in texts for name in re.findall(r'"type": ?"(\w+)"', text)} >= set(COMPONENTS)
