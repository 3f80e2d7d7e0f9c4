"""What the code is held against: facts of Flow JSON and test vectors of the endpoint protocol, as data."""

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "corpus" / "contracts"


def contract(name: str) -> Any:
    """The JSON of one file in `tests/corpus/contracts`."""
    return json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
