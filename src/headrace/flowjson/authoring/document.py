"""A Flow as a whole: to JSON, to text, and back."""

import json
from dataclasses import dataclass
from typing import Any, Literal, Self

from headrace.flowjson.authoring.deserialization import NotAFlow, read
from headrace.flowjson.authoring.model import Model
from headrace.flowjson.authoring.serialization import write
from headrace.flowjson.document import parse
from headrace.flowjson.formatting import formatted

__all__ = ["FlowDocument", "KeyOrder"]

KeyOrder = Literal["documented", "written"]


@dataclass(kw_only=True, repr=False)
class FlowDocument(Model):
    """What a Flow can do besides having members.

    `key_order` is the order of keys in Flow JSON: `documented` is that of `headrace format` (as in the reference, long
    lists last), `written` that of the arguments in the source. A Flow that was read keeps the order it was read in.
    """

    key_order: KeyOrder = "documented"

    def to_json(self) -> dict[str, Any]:
        """The Flow as a JSON value.

        Raises TypeError for a data model that is neither a list of Field nor a mapping, ValueError when two fields of a
        screen share their name.
        """
        made = write(self, as_written=self.key_order == "written")
        assert isinstance(made, dict)
        return made

    def to_text(self) -> str:
        """The Flow as Flow JSON text, laid out as `headrace format` does; in written order with a member a line."""
        value = self.to_json()
        text = json.dumps(value, ensure_ascii=_has_lone_surrogates(value), indent=2) + "\n"
        if self.key_order == "written":
            return text
        document = parse(text)
        return text if document.problems else formatted(document)

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """A Flow from a JSON value; every value that is an object comes out of `to_json` again as it was.

        Raises NotAFlow for anything but an object, and for nesting beyond that of a Flow.
        """
        if not isinstance(value, dict):
            raise NotAFlow(f"A Flow is a JSON object, and this is {_kind(value)}.")
        made = read(cls, value)
        if json.dumps(made.to_json()) != json.dumps(value):
            made.key_order = "written"
        return made

    @classmethod
    def from_text(cls, text: str | bytes) -> Self:
        """A Flow from Flow JSON text. Raises NotAFlow for text that is not JSON, with the place."""
        document = parse(text)
        if document.problems:
            problem = document.problems[0]
            span = document.span_of(problem.start, problem.end)
            raise NotAFlow(f"Line {span.line_start}, column {span.column_start}: {problem.message}.")
        return cls.from_json(document.value)


def _kind(value: Any) -> str:
    names = {list: "an array", str: "a text", bool: "a boolean", int: "a number", float: "a number"}
    return "null" if value is None else names.get(type(value), f"a {type(value).__name__}")


def _has_lone_surrogates(value: dict[str, Any]) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False
