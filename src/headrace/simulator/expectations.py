"""What a step can expect of a phone, and how it is compared with what is there."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from headrace.exchange.channel import Outcome
from headrace.phone.screen.view import (
    CalendarView,
    CheckView,
    FieldView,
    LinkView,
    ListView,
    Part,
    UploadView,
    View,
    WordsView,
)
from headrace.phone.screen.view_text import notice_of
from headrace.phone.session import Session


def mismatches(expected: Mapping[str, Any], session: Session, outcomes: Iterable[Outcome]) -> list[str]:
    """Every expectation that does not hold, each as a sentence; empty when all hold."""
    seen = _Seen(session, list(outcomes))
    found = []
    for name, wanted in expected.items():
        fault = EXPECTABLE[name](seen, wanted)
        if fault:
            found.append(fault)
    return found


class _Seen:
    """What a person has before their eyes, and what went over the wire last."""

    def __init__(self, session: Session, outcomes: list[Outcome]) -> None:
        self.session = session
        self.view: View = session.view()
        self.outcomes = outcomes

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.view.screen.parts if self.view.screen else ()

    @property
    def form(self) -> dict[str, Any]:
        """The values of the inputs; of a picker, the names of its files."""
        uploaded = {part.name: part.value for part in self.parts if isinstance(part, UploadView)}
        return {**self.session.form, **uploaded}

    @property
    def texts(self) -> list[str]:
        shown = [part.text for part in self.parts if isinstance(part, WordsView | LinkView)]
        shown += [part.label for part in self.parts if isinstance(part, FieldView)]
        shown += [option.title for part in self.parts if isinstance(part, CheckView) for option in part.options]
        shown += [file.file_name for part in self.parts if isinstance(part, UploadView) for file in part.files]
        shown += [part.description for part in self.parts if isinstance(part, CheckView | UploadView)]
        for part in self.parts:
            if isinstance(part, ListView):
                shown += [part.label, part.description]
                shown += [
                    words for item in part.items for words in (item.title, item.description, item.badge, *item.tags)
                ]
            elif isinstance(part, CalendarView):
                shown += [part.title, *(field.label for field in part.fields)]
        if self.view.screen is not None:
            footer = self.view.screen.footer
            shown += [
                self.view.screen.title,
                *([footer.label, footer.left, footer.center, footer.right] if footer else []),
            ]
        return shown


def _is(name: str, wanted: Any, actual: Any) -> str | None:
    return None if wanted == actual else f"{name} is {_shown(actual)}, not {_shown(wanted)}."


def _screen(seen: _Seen, wanted: Any) -> str | None:
    shown = seen.session.screen
    if shown is not None or wanted is None:
        return _is("The screen", wanted, shown)
    notice = notice_of(seen.view)
    return f"No screen is shown, so it is not {_shown(wanted)}.{f' The phone shows: {notice}' if notice else ''}"


def _covers(name: str, wanted: Any, actual: Any) -> str | None:
    """Objects are compared by the members that are named; everything else has to be equal."""
    if not isinstance(wanted, dict) or not isinstance(actual, dict):
        return _is(name, wanted, actual)
    for member, inner in wanted.items():
        if member not in actual:
            return f'{name} has no "{member}".'
        fault = _covers(f"{name}.{member}", inner, actual[member])
        if fault:
            return fault
    return None


def _shown(value: Any) -> str:
    """A value in the words of a sentence: texts in quotes, everything else as JSON writes it, nothing as none."""
    if value is None:
        return "none"
    text = repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else text[:200] + "…"


def _text(seen: _Seen, wanted: Any) -> str | None:
    for text in wanted if isinstance(wanted, list) else [wanted]:
        if not any(str(text) in shown for shown in seen.texts):
            return f"The screen does not show {_shown(text)}. It shows: {_shown(' | '.join(filter(None, seen.texts)))}"
    return None


def _errors(seen: _Seen, wanted: Any) -> str | None:
    """`{name: text}`: the error under a field; false or "" for none."""
    errors = {part.name: _error_on(part) for part in seen.parts if isinstance(part, FieldView)}
    for name, text in wanted.items() if isinstance(wanted, dict) else ():
        if name not in errors:
            return f'There is no input "{name}" on the screen.'
        if (text is True and not errors[name]) or (text is not True and (text or "") != errors[name]):
            return f'The error under "{name}" is {_shown(errors[name])}, not {_shown(text)}.'
    return None


def _error_on(part: FieldView) -> str:
    on_files = [file.error for file in part.files if file.error] if isinstance(part, UploadView) else []
    return part.error or "; ".join(on_files)


def _footer(seen: _Seen, wanted: Any) -> str | None:
    """`true` or `false`: whether the Footer can be tapped; or its label."""
    footer = seen.view.screen.footer if seen.view.screen else None
    if footer is None:
        return None if wanted is None else "There is no Footer on the screen."
    if isinstance(wanted, bool):
        because = f": {footer.reason}" if footer.reason else ""
        return None if footer.enabled == wanted else f"The Footer is {'open' if footer.enabled else 'shut'}{because}."
    return _is("The label of the Footer", wanted, footer.label)


def _options(seen: _Seen, wanted: Any) -> str | None:
    """`{name: [ids]}`: what a choice offers."""
    offered = {part.name: [option.id for option in part.options] for part in seen.parts if isinstance(part, CheckView)}
    return _covers("options", wanted, offered)


def _notice(seen: _Seen, wanted: Any) -> str | None:
    view = seen.view
    text = view.expired or view.failure or (view.snackbar.text if view.snackbar else None)
    return _is("The notice", wanted, text)


def _completed(seen: _Seen, wanted: Any) -> str | None:
    if seen.session.response is None:
        return "The Flow is not completed."
    return None if wanted is True else _covers("The response", wanted, seen.session.response)


def _request(seen: _Seen, wanted: Any) -> str | None:
    pending = seen.session.pending
    last = pending.request if pending else seen.outcomes[-1].request if seen.outcomes else None
    return "No exchange has taken place." if last is None else _covers("The request", wanted, last)


EXPECTABLE: Mapping[str, Callable[[_Seen, Any], str | None]] = {
    "screen": _screen,
    "title": lambda seen, wanted: _is("The title", wanted, seen.view.screen.title if seen.view.screen else None),
    "status": lambda seen, wanted: _is("The status", wanted, seen.view.status),
    "text": _text,
    "data": lambda seen, wanted: _covers("data", wanted, seen.session.data),
    "form": lambda seen, wanted: _covers("form", wanted, seen.form),
    "errors": _errors,
    "options": _options,
    "footer": _footer,
    "notice": _notice,
    "request": _request,
    "completed": _completed,
}
"""Everything that can be expected, by its name in a step."""
