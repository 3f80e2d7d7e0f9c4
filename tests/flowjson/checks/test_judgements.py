"""Whole Flows: no error where they are good, at least one where they are broken."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from tests.conftest import FLOWS, corpus_documents

from headrace.flowjson.catalogue import COMPONENTS, VERSIONS
from headrace.flowjson.checks import check

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("path", corpus_documents("official", "valid"), ids=lambda path: path.stem)
def test_a_good_document_has_no_error(path: Path) -> None:
    assert [diagnostic.message for diagnostic in check(path.read_bytes(), today=TODAY).errors] == []


@pytest.mark.parametrize("path", corpus_documents("broken"), ids=lambda path: path.stem)
def test_a_broken_document_has_an_error(path: Path) -> None:
    assert check(path.read_bytes(), today=TODAY).errors


def test_our_good_flows_have_every_version_and_component() -> None:
    texts = [path.read_text() for path in corpus_documents("official") if FLOWS in path.parents]
    assert {json.loads(text)["version"] for text in texts} == {str(version) for version in VERSIONS}
    assert {name for text in texts for name in re.findall(r'"type": ?"(\w+)"', text)} >= set(COMPONENTS)
