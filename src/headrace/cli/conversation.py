"""A Flow filled in in a terminal: the screen as text, one question for each input, then what to tap."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from rich.console import Console
from rich.text import Text

from headrace.cli.answering import NotUnderstood, hint, merged, one_of, read_answer
from headrace.cli.reports.run import DOCTOR_KNOWS
from headrace.cli.terminal import readable, width
from headrace.flowjson.catalogue.inputs import SECRET_TYPES
from headrace.phone.engine.effects import Complete, Declined, OpenUrl
from headrace.phone.engine.events import Back, Close, Event, Leave, Open, Retry, Tap
from headrace.phone.screen.view import (
    CalendarView,
    CheckView,
    ConsentView,
    FieldView,
    LinkView,
    ListView,
    ScreenView,
    TextFieldView,
    UploadView,
    WordsView,
)
from headrace.phone.screen.view_text import WIDTH, as_text, colon, notice_of, printable, shown_value
from headrace.phone.values.markdown import links_in
from headrace.phone.values.texts import required
from headrace.simulator.cdn import unfetchable
from headrace.simulator.driver import HURRIED_SECONDS
from headrace.simulator.play import Verdict

if TYPE_CHECKING:
    from headrace.simulator.driver import Driver, Turn
    from headrace.simulator.uploads import Uploads

HELP = """\
  Enter     keeps what is there; at the end, taps the button
  -         takes a choice back
  :back     goes to the screen before      :skip     leaves this input as it is
  :draw     draws the screen again         :quit     stops; so does Ctrl-D
  Options and rows are named by number, id or title. At the end, the name of an input asks it again."""

_COMMANDS = ("back", "draw", "help", "quit", "skip")


class _Left(Exception):
    """The person stopped."""


class Conversation:
    """One Flow filled in by somebody at a terminal. Exchanges run in `runner`; between them nothing does."""

    def __init__(self, driver: "Driver", runner: asyncio.Runner, *, serves_files: bool) -> None:
        self._driver = driver
        self._runner = runner
        self._serves_files = serves_files
        self._console = Console(highlight=False, soft_wrap=True)
        self._uploads: Uploads | None = None
        self._resources = ExitStack()
        self._asked: set[str] = set()
        self._drawn: tuple[Any, ...] | None = None
        self._screen = ""
        self._is_stale = False
        self._notice = ""

    def run(self) -> Verdict:
        """Opens the Flow and asks until it is completed or the person stops. Raises KeyboardInterrupt."""
        with self._resources:
            self._say("Enter keeps what is there, :help shows what else can be done.", "dim")
            try:
                self._do(Open())
                while self._goes_on():
                    self._ask_next()
            except _Left:
                self._say("Stopped before the Flow was completed.")
            except BaseException:
                self._wait_for(self._driver.settle(HURRIED_SECONDS))
                raise
            self._wait_for(self._driver.settle())
        return Verdict.COMPLETED if self._driver.session.response is not None else Verdict.UNFINISHED

    def _goes_on(self) -> bool:
        session = self._driver.session
        if session.status in ("completed", "closed"):
            self._announce()
            return False
        if session.pending is not None:
            self._say("! The Flow asks its endpoint. Give one with --endpoint. It would receive:", "yellow")
            self._say(f"  {_brief(session.pending.request)}")
            return False
        return True

    def _ask_next(self) -> None:
        view = self._driver.session.view()
        if view.screen is None:
            self._draw()
            self._after_failure()
            return
        self._draw_if_new(view.screen)
        field = next((one for one in view.screen.fields() if one.name not in self._asked and one.enabled), None)
        if field is not None:
            self._ask(field)
        else:
            self._choose_what_to_tap(view.screen)

    def _after_failure(self) -> None:
        can_retry = self._driver.session.view().can_retry
        answer = self._read("Enter tries again, :quit stops " if can_retry else "Enter closes the Flow, :quit stops ")
        if self._command(answer) is None:
            self._do(Retry() if can_retry else Close())

    # Inputs

    def _ask(self, field: FieldView) -> None:
        """Asks for one input until it is in order, or the person wants something else."""
        self._asked.add(field.name)
        if isinstance(field, CalendarView):
            for one in field.fields:
                if not self._ask_until_in_order(field, one.end, one.optional_label or field.name):
                    return
            return
        if isinstance(field, CheckView):
            for number, option in enumerate(field.options, 1):
                self._say(f"    {number:>2}  {printable(option.title)}{'' if option.enabled else ' (off)'}")
        self._ask_until_in_order(field, "", field.optional_label or field.name)

    def _ask_until_in_order(self, field: FieldView, end: str, label: str) -> bool:
        """False when the screen is another now, or the person wants to go on elsewhere."""
        while True:
            visit = self._visit()
            now = self._field(field.name)
            if now is None:
                return False
            answer = self._read(_question(now, label), secret=_is_secret(now))
            command = self._command(answer)
            if command is not None:
                if command == "again":
                    continue
                return False
            if (answer.strip() or not _value_of(now, end)) and not self._enter(now, end, answer):
                continue
            if self._visit() != visit or self._driver.session.pending is not None:
                return False
            fault = self._fault(field.name, end)
            if not fault:
                return True
            self._say(f"  ! {fault}", "red")

    def _enter(self, field: FieldView, end: str, answer: str) -> bool:
        """Hands an answer to the phone; says what is wrong with it."""
        if not answer.strip():
            self._do(Leave(field.name))
            return True
        try:
            value = read_answer(field, answer)
        except NotUnderstood as error:
            self._say(f"  ! {error}", "red")
            return False
        if isinstance(field, UploadView):
            return self._upload(field, value)
        if isinstance(field, CalendarView):
            value = merged(field, end, value)
        accepted = True
        for event in self._driver.session.entered({field.name: value}):
            accepted = self._do(event) and accepted
        return accepted

    def _upload(self, field: UploadView, paths: list[str]) -> bool:
        if self._uploads is None:
            self._uploads = self._served() if self._serves_files else unfetchable()
        try:
            picked = [self._uploads.pick_file(Path(path).expanduser()) for path in paths]
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            self._say(f"  ! A file cannot be read: {reason}.", "red")
            return False
        turn = self._wait_for(self._driver.upload(field.name, picked, self._uploads))
        taken = self._tell(turn)
        for line in getattr(self._field(field.name), "refused", ()):
            self._say(f"  ! {printable(line)}", "red")
        return taken

    def _served(self) -> "Uploads":
        from headrace.simulator.file_server import file_server

        server = file_server()
        uploads: Uploads = self._wait_for(server.__aenter__())
        self._resources.callback(lambda: self._wait_for(server.__aexit__(None, None, None)))
        return uploads

    def _fault(self, name: str, end: str) -> str:
        """What is wrong with an input now, in the phone's words."""
        field = self._field(name)
        if field is None:
            return ""
        if isinstance(field, CalendarView):
            return next((printable(one.error) for one in field.fields if one.end == end), "")
        if field.error:
            return printable(field.error)
        empty = not field.value
        return printable(required(field.label)) if field.required and empty else ""

    # What can be tapped

    def _choose_what_to_tap(self, screen: ScreenView) -> None:
        things = list(_tappable(screen))
        footer = screen.footer
        for number, (_, names) in enumerate(things, 1):
            self._say(f"    {number:>2}  {printable(names[0])}")
        if footer is not None and footer.reason:
            self._say(f"  {printable(footer.label)} is shut: {printable(footer.reason)}", "yellow")
        enter = f"Enter: {printable(footer.label)}" if footer is not None else "number of a row or link, or a command"
        answer = self._read(f"{enter} (:back, :quit, :help) ")
        if self._command(answer, plain=True) is not None:
            return
        if not answer.strip():
            self._tap_footer(screen)
            return
        field = (
            one_of(answer, [(one, (one.name, one.label)) for one in screen.fields()])
            if not answer.isdecimal()
            else None
        )
        target = one_of(answer, things)
        if target is not None:
            self._do(Tap(target))
        elif field is not None:
            self._ask(field)
        elif footer is not None and footer.label.casefold() == answer.strip().casefold():
            self._tap_footer(screen)
        else:
            self._say(f'  ! There is nothing called "{printable(answer.strip())}" here.', "red")

    def _tap_footer(self, screen: ScreenView) -> None:
        if screen.footer is None:
            self._say("  ! This screen has no button. Name a row or a link.", "red")
            return
        if not self._do(Tap(screen.footer.key)):
            self._asked -= {one.name for one in screen.fields() if not one.is_in_order}

    # The phone

    def _do(self, event: Event) -> bool:
        return self._tell(self._wait_for(self._driver.dispatch(event)))

    def _wait_for(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(work)

    def _tell(self, turn: "Turn") -> bool:
        """Tells what an act led to; False when the phone refused it."""
        for outcome in turn.outcomes:
            asked = outcome.request
            self._say(f"  → {asked.get('action')} {asked.get('screen') or ''}  {_brief(asked.get('data'))}", "dim")
            if outcome.error_type:
                self._say(f"  ← {outcome.error_type}: {printable(outcome.explanation or '')}", "yellow")
                if outcome.fault is not None and outcome.fault.lines:
                    self._say(f"    {DOCTOR_KNOWS}", "yellow")
            else:
                self._say(f"  ← {outcome.http_status} in {outcome.milliseconds} ms  {_brief(outcome.body)}", "dim")
        self._is_stale = self._is_stale or bool(turn.outcomes)
        refusals = [effect for effect in turn.effects if isinstance(effect, Declined)]
        for refused in refusals:
            self._say(f"  ! {printable(refused.reason)}", "red")
        for effect in turn.effects:
            if isinstance(effect, OpenUrl):
                self._say(f"  The phone opens {printable(effect.url)}")
            elif isinstance(effect, Complete):
                self._say(f"Completed  {printable(orjson.dumps(effect.response).decode())}", "green")
        if self._driver.session.status == "ready":
            self._announce()
        return not refusals

    def _announce(self) -> None:
        notice = notice_of(self._driver.session.view())
        if notice and notice != self._notice:
            self._say(f"  ! {printable(notice)}", "yellow")
        self._notice = notice

    def _draw_if_new(self, screen: ScreenView) -> None:
        seen = (screen.visit, tuple(part.key for part in screen.parts))
        if screen.id != self._screen:
            self._asked.clear()
        elif self._drawn is not None and self._drawn[0] != screen.visit:
            self._asked &= {field.name for field in screen.fields() if field.value}  # the same screen, perhaps anew
        if seen != self._drawn or self._is_stale:
            self._draw()
        self._drawn, self._screen, self._is_stale = seen, screen.id, False

    def _draw(self) -> None:
        self._say("")
        self._say(as_text(self._driver.session.view(), min(width(), WIDTH)))

    def _visit(self) -> int | None:
        screen = self._driver.session.view().screen
        return screen.visit if screen else None

    def _field(self, name: str) -> FieldView | None:
        screen = self._driver.session.view().screen
        return screen.field(name) if screen else None

    # The terminal

    def _command(self, answer: str, *, plain: bool = False) -> str | None:
        """Carries out a command: a word after a colon, or alone where nothing is typed; None for anything else."""
        word = answer.strip().casefold()
        if not word.startswith(":") and not (plain and word in _COMMANDS) and word != "?":
            return None
        command = "help" if word == "?" else one_of(word.lstrip(":"), [(name, (name,)) for name in _COMMANDS])
        if command == "quit":
            raise _Left
        if command == "back":
            self._do(Back())
        elif command == "draw":
            self._draw()
            return "again"
        elif command != "skip":
            self._say(HELP if command == "help" else f"  ! There is no command {printable(word)}. :help names all.")
            return "again"
        return command

    def _read(self, question: str, *, secret: bool = False) -> str:
        try:
            question = readable(question)
            # getpass stops the echo before it asks, so nothing typed early is shown.
            return getpass(question) if secret else self._console.input(Text(question))
        except EOFError:
            self._say("")
            raise _Left from None
        except UnicodeDecodeError:
            self._say("  ! This is not UTF-8 text.", "red")
            return ":draw"

    def _say(self, words: str, style: str = "") -> None:
        self._console.print(Text(readable(words), style))


def _tappable(screen: ScreenView) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What can be tapped beside the Footer: its target, and the names it goes by."""
    for part in screen.parts:
        if isinstance(part, LinkView) and part.enabled:
            yield part.key, (part.text,)
        elif isinstance(part, ConsentView) and part.has_more:
            yield part.key, (f"Read more: {part.label}",)
        elif isinstance(part, ListView):
            yield from ((item.key, (item.title, item.id)) for item in part.items if item.enabled)
        elif isinstance(part, WordsView):
            yield from ((link.text, (link.text,)) for link in links_in(part.blocks))


def _question(field: FieldView, label: str) -> str:
    value = shown_value(field) if not isinstance(field, CalendarView) else ""
    how = hint(field)
    told = f"{printable(label)}{f' ({how})' if how else ''}{f' [{value}]' if value else ''}"
    return f"? {colon(told)} "


def _value_of(field: FieldView, end: str) -> Any:
    if isinstance(field, CalendarView):
        return next((one.value for one in field.fields if one.end == end), "")
    return field.value


def _is_secret(field: FieldView) -> bool:
    return isinstance(field, TextFieldView) and field.input_type in SECRET_TYPES


def _brief(value: Any) -> str:
    text = printable(orjson.dumps(value, default=str).decode())
    return text if len(text) <= 300 else f"{text[:300]}…"
