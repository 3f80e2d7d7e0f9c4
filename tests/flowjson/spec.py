"""Where the written specification of Flow JSON lies, for the tests that hold the code against it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(os.environ.get("HEADRACE_SPEC", Path(__file__).parents[3] / "shared" / "spec")) / "flowjson"


def spec_file(name: str) -> Any:
    """The JSON of one file of the specification, None where it is absent."""
    path = FOLDER / name
    return json.loads(path.read_text()) if path.is_file() else None


def absent(name: str) -> pytest.MarkDecorator:
    """The mark of a test that is skipped without this file."""
    reason = f"no specification at {FOLDER / name}; set HEADRACE_SPEC to its folder"
    return pytest.mark.skipif(not (FOLDER / name).is_file(), reason=reason)
