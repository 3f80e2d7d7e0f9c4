"""Every test runs everywhere: what it needs lies in the repository, or `make test` installs it."""

import re
from pathlib import Path

HERE = Path(__file__)
SKIPS = re.compile(r"pytest\.skip\b|mark\.skip|importorskip|unittest\.skip")


def test_no_test_is_ever_skipped() -> None:
    sources = [path for path in HERE.parent.rglob("*.py") if path != HERE]
    assert [path.name for path in sources if SKIPS.search(path.read_text(encoding="utf-8"))] == []


def test_nothing_beside_the_repository_is_read_unasked() -> None:
    outside = re.compile(r"[\"']shared[\"']|\.\./shared")
    sources = [path for path in HERE.parent.rglob("*.py") if path != HERE]
    assert [path.name for path in sources if outside.search(path.read_text(encoding="utf-8"))] == []
