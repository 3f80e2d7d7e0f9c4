"""What happens in a run, in lines for people."""

import json
from collections.abc import Iterator
from typing import Any

from headrace.cli.terminal import emit_text, printable

_LONGEST = 70
"""Characters of one value."""

_MOST_MEMBERS = 12
_MOST_ITEMS = 3


DOCTOR_KNOWS = "headrace doctor shows the line to change, in six languages."


class InWords:
    """Tells what happens as it happens. What an exchange brought is told with the screen it led to, and why one failed
    is told once."""

    def __init__(self) -> None:
        self._told = ""

    def __call__(self, line: dict[str, Any]) -> None:
        for kind, content in line.items():
            for text in self._lines(kind, content, line):
                emit_text(printable(text) + "\n")

    def _lines(self, kind: str, content: Any, line: dict[str, Any]) -> Iterator[str]:
        match kind:
            case "screen":
                yield f"Screen {content}"
                yield from _members(line["data"], "    ")
                yield from (f"    {sentence}" for sentence in line.get("empty", ()))
            case "exchange":
                yield from self._exchange(content)
            case "error":
                where = f"step {content['step']} ({content['kind']}): " if "step" in content else ""
                yield f"  ! {where}{content['message']}"
                if content.get("detail") and content["detail"] != self._told:
                    yield f"    {content['type']}: {content['detail']}"
            case "complete":
                yield f"Completed  {_compact(content)}"
            case "data" | "empty":
                pass
            case _:
                yield f"  {kind}: {content}"

    def _exchange(self, content: dict[str, Any]) -> Iterator[str]:
        asked = content["request"]
        yield " ".join(["  →", str(asked["action"]), *([str(asked["screen"])] if asked.get("screen") else [])])
        yield from _members(asked.get("data"), "      ")
        if content.get("error_type"):
            self._told = content["explanation"] or ""
            yield f"  ← {content['error_type']}: {self._told}"
            if content.get("right_lines"):
                yield f"    {DOCTOR_KNOWS}"
        elif content["status"] is not None:
            body = content["response"]
            led_to = f", {body['screen']}" if isinstance(body, dict) and isinstance(body.get("screen"), str) else ""
            yield f"  ← {content['status']} in {content['ms']} ms{led_to}"


def _members(data: Any, indent: str) -> Iterator[str]:
    """The members of an object, a line each; of long values as much as is needed to know them again."""
    if not isinstance(data, dict):
        if data is not None:
            yield indent + _brief(data)
        return
    width = max((len(str(name)) for name in list(data)[:_MOST_MEMBERS]), default=0)
    for number, (name, value) in enumerate(data.items()):
        if number == _MOST_MEMBERS:
            yield f"{indent}… {len(data) - number} more"
            return
        yield f"{indent}{name:<{min(width, _LONGEST)}}  {_brief(value)}"


def _brief(value: Any) -> str:
    if isinstance(value, list) and value:
        names = [_name(item) for item in value[:_MOST_ITEMS]]
        more = len(value) - len(names)
        text = ", ".join(names) + (f", … {more} more" if more > 0 else "")
        return f"[{_cut(text)}]"
    return _cut(value if isinstance(value, str) else _compact(value))


def _name(item: Any) -> str:
    """An item of a list by what tells it from others: its id or its title."""
    if isinstance(item, dict):
        item = item.get("id", item.get("title", item))
    return _cut(item if isinstance(item, str) else _compact(item), 24)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
