"""What every test can ask for: a still clock, repeatable identifiers, an empty database of the WhatsApp side."""

import csv
import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings
from tests import specification, stores
from tests.stores import pytest_generate_tests, pytest_unconfigure, store  # noqa: F401  (pytest looks for them here)

from headrace.clock import ManualClock
from headrace.identifiers import SeededIdentifiers


def pytest_configure(config: pytest.Config) -> None:
    stores.pytest_configure(config)
    specification.pytest_configure(config)
    config.addinivalue_line(
        "markers",
        "shows(component, property, since, says, file): shows what a property does on a phone, from a version on;"
        " docs/components.md is made of these marks",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with servers and browsers come first: they are the longest, and two workers should end together."""
    specification.pytest_collection_modifyitems(items)
    slow = {item.path for item in items if any(item.get_closest_marker(mark) for mark in ("box", "browser"))}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """The tests themselves stay until the end: the garbage collector need not go through ten thousand of them."""
    gc.collect()
    gc.freeze()


# How long an example takes says more about the machine than about the code. The same examples come every day; the
# longer proofs, which these name, look for new ones.
_EXPLORES = os.environ.keys() & {"HEADRACE_PEOPLE", "HEADRACE_LIVES", "HEADRACE_FUZZ"}
settings.register_profile("steady", deadline=None, derandomize=not _EXPLORES)
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


FLOWS = Path(__file__).parent / "corpus" / "flows"
OTHERS = Path(os.environ["HEADRACE_CORPUS"]) if os.environ.get("HEADRACE_CORPUS") else None
"""A folder of Flow JSON by others, tested along with our own. Its `index.tsv` has a judgement of each document."""
JUDGEMENTS = {"good": {"official", "valid"}, "broken": {"broken"}}


def corpus_documents(*judgements: str) -> list[Path]:
    """The Flows with one of these judgements (official, valid, unknown, broken), for a test that runs once for each.

    Our own in `good` count as official and valid.
    """
    folders = [FLOWS / folder for folder, names in JUDGEMENTS.items() if names & {*judgements}]
    return [path for folder in folders for path in sorted(folder.glob("*.json"))] + documents_by_others(*judgements)


def documents_by_others(*judgements: str) -> list[Path]:
    """Those of the folder that HEADRACE_CORPUS names; none where it is not set."""
    if OTHERS is None:
        return []
    with (OTHERS / "index.tsv").open(newline="") as rows:
        wanted = [row for row in csv.DictReader(rows, delimiter="\t") if row["judgement"] in judgements]
    return [OTHERS / f"{int(row['n']):03}.json" for row in wanted]
