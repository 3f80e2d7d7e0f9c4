"""Judges an endpoint's answers by the Flow they belong to, as a phone would, before they are sent.

endpoint = Endpoint(…, answers=FlowAnswers(Path("flow.json")))
"""

from pathlib import Path
from typing import Any

from headrace.phone.engine.endpoint_answers import Unusable, read_answer
from headrace.phone.engine.program import Program, has_binding
from headrace.phone.engine.state import Purpose, State
from headrace.protocol import UNUSED_TOKEN

_PURPOSES: dict[str, Purpose] = {"INIT": "open", "BACK": "back"}


class FlowAnswers:
    """Says of each answer why the phone of this Flow could not use it.

    `flow` is Flow JSON as a text or object, or the path of its file. Raises UnusableFlow, OSError.
    """

    def __init__(self, flow: str | bytes | dict[str, Any] | Path) -> None:
        self._program = Program.compile(flow.read_bytes() if isinstance(flow, Path) else flow)

    def __call__(self, action: str, screen: str | None, answer: dict[str, Any]) -> str | None:
        """The reason, with the field and the screen it is about; None when the phone takes the answer.

        Bindings in an answer are filled in on the phone only; with one of them the data are not judged.
        """
        if has_binding(answer.get("data")):
            return None
        state = State("data_exchange", None, None, UNUSED_TOKEN, history=[screen] if screen else [])
        read = read_answer(self._program, state, answer, _PURPOSES.get(action, "action"))
        return f"{read.error_type}: {read.detail}" if isinstance(read, Unusable) else None
