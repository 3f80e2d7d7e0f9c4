"""The table of errors: complete, told in full, and found by what WhatsApp answered."""

import importlib
import re
from collections import Counter
from pathlib import Path

import pytest

from headrace.platform.errors import ErrorCode, catalogue
from headrace.platform.errors.refusals import UnknownObject
from headrace.protocol.graph_errors import GRAPH_ERRORS, GraphError, errors_of, graph_error

ROOT = Path(__file__).parents[2]
ENTRIES = [entry for entry in vars(catalogue).values() if isinstance(entry, ErrorCode)]

# Section 6.8 of the specification of messages and 1.4 of the Graph API, as far as they name a code.
CODES = (
    "0 1 2 3 4 10 33 100 190 368 80007 130403 130429 130472 130497 131000 131005 131008 131009 131016 131021 131026 "
    "131030 131031 131037 131042 131045 131047 131048 131049 131050 131051 131052 131053 131055 131056 131057 131062 "
    "131063 131064 132000 132001 132005 132007 132012 132015 132016 132018 132068 132069 133000 133004 133005 133006 "
    "133008 133009 133010 133015 133016 134011 135000 137000 139000 139001 139002 139003 139004 139006"
)


@pytest.mark.spec("messages.md §6.8", "graph-api.md §1.4")
def test_every_code_of_the_specification_is_told() -> None:
    assert {int(code) for code in CODES.split()} - {error.code for error in GRAPH_ERRORS} == set()


def test_every_error_that_the_box_gives_is_told_with_its_remedy() -> None:
    told = {(error.code, error.title) for error in GRAPH_ERRORS}
    given = {(entry.code, entry.title) for entry in [*ENTRIES, UnknownObject("1").entry]}
    assert given - told == set()
    assert [entry for entry in ENTRIES if not entry.remedy] == []


def test_no_error_is_told_twice() -> None:
    assert [name for name, count in Counter(error.name for error in GRAPH_ERRORS).items() if count > 1] == []


@pytest.mark.parametrize("error", GRAPH_ERRORS, ids=lambda error: error.name)
def test_each_is_told_in_sentences(error: GraphError) -> None:
    assert isinstance(error.causes, tuple)
    assert error.causes
    for sentence in (error.means, error.remedy, *error.causes):
        assert re.fullmatch(r"\S.*(\.|https://\S+)", sentence), sentence


@pytest.mark.parametrize(
    ("code", "titles", "found"),
    [
        (139002, ("Endpoint Not Available", "Invalid parameter"), "Endpoint Not Available"),
        (131047, (None, "(#131047) Re-engagement message"), "Re-engagement message"),
        (100, (None, "(#100) Param name must be a string"), "Invalid parameter"),
        (190, (None, "Error validating access token: Session has expired on Sunday."), "Error validating access token"),
        (139002, (None, "Something else"), None),
        (4711, (), None),
    ],
)
def test_an_error_is_found_by_what_was_answered(code: int, titles: tuple[str | None, ...], found: str | None) -> None:
    error = graph_error(code, *titles)
    assert (error.title if error else None) == found


def test_an_unknown_code_has_no_errors() -> None:
    assert errors_of(4711) == ()


def test_the_page_is_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    table = importlib.import_module("errors_table")
    assert table.PAGE.read_text("utf-8") == table.page(), "run tools/errors_table.py"
    anchors = [table.anchor(error) for error in GRAPH_ERRORS]
    assert len(set(anchors)) == len(anchors)
