"""Every Flow of the gallery, and every good one of the corpus, opens, draws all its screens and can be completed."""

from pathlib import Path
from typing import Any

import pytest
from tests.conftest import corpus_documents
from tests.phone.exploring import Exploration, draw, open_screen, placeholders

from headrace.flowjson.gallery import TEMPLATES
from headrace.phone.engine.program import Program

GALLERY = [
    pytest.param(one.text(with_endpoint=asks), id=f"{one.name}{'-asking' if asks else ''}")
    for one in TEMPLATES.values()
    for asks in (False, True)[: 1 + one.has_endpoint]
]


def documents() -> list[Any]:
    """Every document judged official or valid."""
    return [pytest.param(path, id=path.stem) for path in corpus_documents("official", "valid")]


def check_screens(program: Program) -> None:
    """Each screen, opened by itself with mock data, is drawn whole."""
    for name in program.screens:
        view = open_screen(program, name).view()
        assert view.status == "ready", view.failure_detail
        assert placeholders(view) == []
        draw(view)


def check_ways(program: Program) -> None:
    explored = Exploration(program).run()
    assert explored.failures == []
    assert explored.stuck == {}
    assert set(explored.seen) == set(program.screens)
    assert explored.responses


@pytest.mark.parametrize("text", GALLERY)
def test_the_gallery(text: str) -> None:
    program = Program.compile(text)
    check_screens(program)
    check_ways(program)


@pytest.mark.parametrize("path", documents())
def test_the_corpus(path: Path) -> None:
    program = Program.compile(path.read_bytes())
    check_screens(program)
    check_ways(program)
