"""Judges an endpoint's answers by the Flow they belong to, as a phone would, before they are sent.

endpoint = Endpoint(…, answers=FlowAnswers(Path("flow.json")))
"""

from pathlib import Path
from typing import Any

from headrace.flowjson.catalogue.inputs import SECRET_TYPES
from headrace.flowjson.document import parse
from headrace.flowjson.expressions.references import references
from headrace.flowjson.traversal import actions_within, screens_with_paths
from headrace.phone.engine.endpoint_answers import Unusable, read_answer
from headrace.phone.engine.program import Program, Screen, has_binding
from headrace.phone.engine.state import Purpose, State
from headrace.protocol import UNUSED_TOKEN

_PURPOSES: dict[str, Purpose] = {"INIT": "open", "BACK": "back"}


class FlowAnswers:
    """Says of each answer why the phone of this Flow could not use it.

    `flow` is Flow JSON as a text or object, or the path of its file. Raises UnusableFlow, OSError.
    """

    def __init__(self, flow: str | bytes | dict[str, Any] | Path) -> None:
        source = flow.read_bytes() if isinstance(flow, Path) else flow
        value = source if isinstance(source, dict) else parse(source).value
        self._program = Program.compile(value)
        self._sensitive = _sensitive_members(value, self._program)

    def is_sensitive(self, screen: str, member: str) -> bool:
        """Whether a member of what the screen sends holds what nobody else should read: an input that the screen lists
        as `sensitive`, or in which a password or passcode is typed.
        """
        return (screen, member) in self._sensitive

    def __call__(self, action: str, screen: str | None, answer: dict[str, Any]) -> str | None:
        """The reason, with the field and the screen it is about; None when the phone takes the answer.

        Bindings in an answer are filled in on the phone only; with one of them the data are not judged.
        """
        if has_binding(answer.get("data")):
            return None
        state = State("data_exchange", None, None, UNUSED_TOKEN, history=[screen] if screen else [])
        read = read_answer(self._program, state, answer, _PURPOSES.get(action, "action"))
        return f"{read.error_type}: {read.detail}" if isinstance(read, Unusable) else None


def _sensitive_members(flow: Any, program: Program) -> frozenset[tuple[str, str]]:
    """Screens and members of their payloads that carry something sensitive, also from another screen."""
    secret = {name: {*screen.sensitive, *_secret_inputs(screen)} for name, screen in program.screens.items()}
    found = set()
    for placed in screens_with_paths(flow):
        screen = str(placed.value.get("id"))
        for action in actions_within(placed.value.get("layout")):
            payload = action.value.get("payload")
            for member, value in payload.items() if isinstance(payload, dict) else ():
                for reference in references(value):
                    where = reference.screen or screen
                    if reference.source == "form" and reference.steps[0] in secret.get(where, ()):
                        found.add((screen, member))
    return frozenset(found)


def _secret_inputs(screen: Screen) -> set[str]:
    return {name for name, node in screen.inputs.items() if node.fixed.get("input-type") in SECRET_TYPES}
