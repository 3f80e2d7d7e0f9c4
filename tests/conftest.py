"""What every test can ask for: a still clock, repeatable identifiers, an empty database of the WhatsApp side."""

import csv
import os
from pathlib import Path

import pytest
from hypothesis import settings

from headrace.clock import ManualClock
from headrace.identifiers import SeededIdentifiers


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "shows(component, property, since, says, file): shows what a property does on a phone, from a version on;"
        " docs/components.md is made of these marks",
    )


# How long an example takes says more about the machine than about the code.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def identifiers() -> SeededIdentifiers:
    return SeededIdentifiers(7)


CORPUS = Path(os.environ.get("HEADRACE_CORPUS", Path(__file__).parent.parent.parent / "shared" / "corpus"))


def corpus_documents(*judgements: str) -> list[Path]:
    """The documents of the corpus with these judgements, for a test that runs once for each.

    Without the corpus there is nothing to run: pytest then reports the test as skipped.
    """
    index = CORPUS / "index.tsv"
    if not index.is_file():
        return []
    with index.open(newline="") as rows:
        wanted = [row for row in csv.DictReader(rows, delimiter="\t") if row["judgement"] in judgements]
    return [CORPUS / f"{int(row['n']):03}.json" for row in wanted]


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder with Flow JSON written by others; tests that need it are skipped where it is absent."""
    if not (CORPUS / "index.tsv").is_file():
        pytest.skip(f"no corpus of Flow JSON at {CORPUS}; set HEADRACE_CORPUS to its folder")
    return CORPUS
