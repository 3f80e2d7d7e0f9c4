"""One opened Flow: a state machine without I/O. Events go in, effects come out, and at any moment it can be drawn or
stored.

Who handles an event in which status is the table `Session._HANDLERS`, where it leads is `engine.transitions`; an event
that is not listed for the present status does nothing. What the state holds, and why, is told in `engine.state`.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from headrace.flowjson.expressions import resolve
from headrace.phone.engine import actions, attachments, entry, form, messages, navigation
from headrace.phone.engine.effects import Closed, Complete, Declined, Effect, Exchange, Expired, OpenUrl
from headrace.phone.engine.endpoint_answers import Finish, Show, read_answer
from headrace.phone.engine.events import (
    Answered,
    Back,
    Choose,
    Close,
    Event,
    ExchangeFailed,
    Fill,
    Leave,
    Open,
    Remove,
    Retry,
    Select,
    Tap,
    TokenExpired,
    Upload,
    Uploaded,
    UploadFailed,
)
from headrace.phone.engine.form_validation import footer_fault
from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program
from headrace.phone.engine.runtime import Runtime
from headrace.phone.engine.scope import ScreenScope
from headrace.phone.engine.state import Pending, State, Status
from headrace.phone.engine.transitions import TRANSITIONS
from headrace.phone.screen.sheet_view import view_of
from headrace.phone.screen.view import View
from headrace.phone.values import texts
from headrace.phone.values.files import AttachedFile
from headrace.protocol import PASSING_ERRORS, ErrorType

__all__ = ["Opening", "Session"]

_ACTS = (Tap, Select, Fill, Upload, Remove)
"""Acts that are declined, with a reason, when they cannot be done now."""


class Session:
    """A Flow as one person has it open.

    `handle` takes an event and gives back what is to be done outside. `pending` is the exchange that waits for its
    answer; it is part of the stored state, so that after a restart it can be sent again.
    """

    def __init__(self, program: Program, state: State) -> None:
        self.program = program
        self._state = state
        self._runtime = Runtime(program, state)

    @classmethod
    def start(cls, program: Program, opening: Opening) -> "Session":
        """A session that was not opened yet; `Open` opens it."""
        state = State(
            action=opening.action,
            first_screen=opening.screen,
            first_data=opening.data,
            flow_token=opening.flow_token,
            any_screen=opening.any_screen,
            today=opening.today.isoformat() if opening.today else None,
            omits_flow_token=opening.omits_flow_token,
        )
        return cls(program, state)

    @classmethod
    def from_json(cls, program: Program, stored: dict[str, Any]) -> "Session":
        """Resumes a session where `to_json` left it. Raises ValueError when `stored` is something else.

        A screen the program no longer has (the Flow was edited meanwhile) makes the session begin anew.
        """
        state = State.from_json(stored)
        if any(screen not in program.screens for screen in state.history):
            state.history.clear()
            state.screens.clear()
            state.pending, state.opened, state.status = None, False, "loading"
        return cls(program, state)

    def to_json(self) -> dict[str, Any]:
        """Everything there is to remember, as JSON values."""
        return self._state.to_json()

    @property
    def status(self) -> Status:
        return self._state.status

    @property
    def state(self) -> State:
        """Everything it remembers, to read only."""
        return self._state

    @property
    def screen(self) -> str | None:
        """The id of the current screen."""
        return self._state.screen

    @property
    def pending(self) -> Exchange | None:
        return Exchange(self._state.pending.request) if self._state.pending else None

    @property
    def response(self) -> dict[str, Any] | None:
        """The response that was sent when the Flow was completed."""
        return self._state.response

    @property
    def data(self) -> dict[str, Any]:
        """The current screen's data, to read only."""
        return self._runtime.store.data if self._state.history else {}

    @property
    def form(self) -> dict[str, Any]:
        """The values of the current screen's visible inputs."""
        if not self._state.history:
            return {}
        return {name: self._runtime.value(component) for name, component in self._runtime.inputs().items()}

    def attached(self, media_id: str) -> AttachedFile | None:
        """A file that stands in a picker of any screen of this session."""
        return attachments.find(self._runtime, media_id)

    def view(self) -> View:
        return view_of(self._runtime)

    def handle(self, event: Event) -> list[Effect]:
        """Takes one event. What does not apply now is ignored; what a person cannot do yields `Declined`."""
        happening = (self._state.status, type(event))
        handler = self._HANDLERS.get(happening)
        if handler is None:
            return [Declined("", texts.NOT_NOW)] if isinstance(event, _ACTS) else []
        effects = [*handler(self, event), *self._run_drawn_choices(), *self._fail_on_unfit_components()]
        assert self._state.status in TRANSITIONS[happening], f"{happening} led to {self._state.status}"
        return effects

    def _run_drawn_choices(self) -> list[Effect]:
        """Runs the actions of choices that were drawn with a value; they may bring more of their kind onto the
        screen.
        """
        effects: list[Effect] = []
        while drawn := form.take_drawn_choices(self._runtime):
            for component in drawn:
                effects += actions.run(self._runtime, component.node.handlers["on-select-action"], component.node.key)
        return effects

    def _fail_on_unfit_components(self) -> list[Effect]:
        """A component that cannot be drawn ends the Flow in an error screen.

        Where any screen may be opened, as in previews, the rest of the screen stays usable.
        """
        if self._state.status != "ready" or self._state.any_screen:
            return []
        problems = [
            component.problem
            for component in self._runtime.visible()
            if component.problem and not component.node.problem
        ]
        if not problems:
            return []
        return messages.fail_to_draw(self._runtime, ErrorType.COMPONENTS_VALIDATION, " ".join(problems))

    def entered(self, values: dict[str, Any]) -> list[Event]:
        """The events that entering `values` amounts to: choices that the Flow acts on are selected, the rest is
        filled in.
        """
        if self._state.status != "ready":
            return [Fill(values)] if values else []
        return entry.events_for(self._runtime, values)

    # Opening and closing

    def _open(self, event: Event) -> list[Effect]:
        state = self._state
        if state.expired is not None or state.pending is not None:
            return []
        state.failure = state.failure_detail = None
        if state.opened and state.history:
            state.status = "ready"
            navigation.reappear(self._runtime)
            return []
        state.opened = True
        if state.action == "data_exchange":
            return [messages.begin_exchange(self._runtime, "INIT", "", {}, "open")]
        return self._open_with(state.first_screen or self.program.entry_screen, state.first_data or {})

    def _open_with(self, screen: str, data: dict[str, Any]) -> list[Effect]:
        """Shows the first screen without asking anybody."""
        if screen not in self.program.screens:
            return self._fail_to_open(ErrorType.SCREEN_TRANSITION, f'The Flow has no screen "{screen}".')
        if not self._state.any_screen and not self.program.may_begin_at(screen):
            return self._fail_to_open(
                ErrorType.NOT_AN_ENTRY_SCREEN, f'Other screens lead to "{screen}", so no message can open it.'
            )
        data = resolve(data, ScreenScope(self.program, self._state, screen), self.program.version)
        fault = self.program.screens[screen].model.misfit(data, closed=False)
        if fault:
            return self._fail_to_open(ErrorType.PAYLOAD_SCHEMA, f'The data for "{screen}" does not fit: {fault}')
        self._state.status = "ready"
        navigation.go_to(self._runtime, screen, data, answered=False)
        return []

    def _fail_to_open(self, error_type: str, detail: str) -> list[Effect]:
        """What a message asks for cannot be shown: an error screen."""
        return messages.fail(self._runtime, error_type, detail, action="navigate", screen="")

    def _retry(self, event: Event) -> list[Effect]:
        if self._state.failure not in PASSING_ERRORS:
            return []
        self._state.status = "loading"
        return self._open(event)

    def _close(self, event: Event) -> list[Effect]:
        self._state.status = "closed"
        self._state.pending = None
        self._state.snackbar = None
        form.forget_secrets(self._runtime)
        return [Closed()]

    def _back(self, event: Event) -> list[Effect]:
        state = self._state
        state.snackbar = None
        if len(state.history) < 2:
            return self._close(event)
        leaving = self._runtime.screen
        if leaving.refresh_on_back and self.program.is_endpoint_flow:
            return [messages.begin_exchange(self._runtime, "BACK", leaving.id, {}, "back")]
        navigation.go_back(self._runtime)
        return []

    def _back_while_waiting(self, event: Event) -> list[Effect]:
        """As long as an exchange runs only the first screen can be left, which closes the sheet."""
        return [] if len(self._state.history) > 1 else self._close(event)

    # What a person does on a screen

    def _select(self, event: Event) -> list[Effect]:
        assert isinstance(event, Select)
        row = self._runtime.row_key(event.name, event.value)
        return entry.select(self._runtime, event) if row is None else self._tap(Tap(row))

    def _tap(self, event: Event) -> list[Effect]:
        assert isinstance(event, Tap)
        visible = self._runtime.visible()
        tapped = actions.tapped(visible, event.target)
        if tapped is None:
            return [Declined(event.target, f'This screen shows nothing to tap called "{event.target}".')]
        if tapped.url:
            return [OpenUrl(tapped.url)]
        if not tapped.enabled:
            return [Declined(event.target, f'"{tapped.words}" is disabled.')]
        if tapped.component.type == "Footer":
            fault = footer_fault(self._runtime, tapped.component, visible)
            if fault:
                return [Declined(event.target, fault)]
        self._state.snackbar = None
        if tapped.item is not None:
            form.choose_row(self._runtime, tapped.component, tapped.item)
        return actions.run(self._runtime, tapped.handler, tapped.key)

    # What comes back

    def _answered(self, event: Event) -> list[Effect]:
        assert isinstance(event, Answered)
        pending = self._settle_pending()
        if pending is None:
            return []
        verdict = read_answer(self.program, self._state, event.body, pending.purpose)
        if isinstance(verdict, Show):
            return self._show(verdict, pending)
        if isinstance(verdict, Finish):
            return self._finish(verdict)
        return self._fail_to_answer(pending, verdict.error_type, verdict.detail)

    def _show(self, verdict: Show, pending: Pending) -> list[Effect]:
        if pending.purpose == "back":
            navigation.go_back_to(self._runtime, verdict.screen, verdict.data)
        else:
            navigation.go_to(self._runtime, verdict.screen, verdict.data, answered=True)
        if verdict.message:
            messages.show_snackbar(self._runtime, verdict.message)
        return []

    def _finish(self, verdict: Finish) -> list[Effect]:
        if verdict.response is None:
            self._state.status = "closed"
            form.forget_secrets(self._runtime)
            return [Closed()]
        self._state.status, self._state.response = "completed", verdict.response
        return [Complete(verdict.response)]

    def _exchange_failed(self, event: Event) -> list[Effect]:
        assert isinstance(event, ExchangeFailed)
        pending = self._settle_pending()
        return [] if pending is None else self._fail_to_answer(pending, event.error_type, event.detail)

    def _fail_to_answer(self, pending: Pending, error_type: str, detail: str) -> list[Effect]:
        """A request brought no answer that can be used."""
        asked = pending.request
        return messages.fail(self._runtime, error_type, detail, action=asked["action"], screen=asked["screen"])

    def _token_expired(self, event: Event) -> list[Effect]:
        assert isinstance(event, TokenExpired)
        if self._settle_pending() is None:
            return []
        self._state.status = "closed"
        form.forget_secrets(self._runtime)
        self._state.expired = event.message or texts.FLOW_USED_UP
        return [Expired(self._state.expired)]

    def _settle_pending(self) -> Pending | None:
        pending, self._state.pending = self._state.pending, None
        if pending is not None:
            self._state.status = "ready"
        return pending

    _HANDLERS: ClassVar[dict[tuple[Status, type[Any]], Callable[["Session", Any], list[Effect]]]] = {
        ("loading", Open): _open,
        ("loading", Close): _close,
        ("loading", Back): _back_while_waiting,
        ("loading", Answered): _answered,
        ("loading", TokenExpired): _token_expired,
        ("loading", ExchangeFailed): _exchange_failed,
        ("ready", Fill): lambda self, event: entry.fill(self._runtime, event),
        ("ready", Select): _select,
        ("ready", Choose): lambda self, event: entry.choose(self._runtime, event),
        ("ready", Upload): lambda self, event: attachments.upload(self._runtime, event),
        ("ready", Remove): lambda self, event: attachments.remove(self._runtime, event),
        ("ready", Uploaded): lambda self, event: attachments.settle(self._runtime, event),
        ("ready", UploadFailed): lambda self, event: attachments.settle(self._runtime, event),
        ("loading", Uploaded): lambda self, event: attachments.settle(self._runtime, event),
        ("loading", UploadFailed): lambda self, event: attachments.settle(self._runtime, event),
        ("ready", Tap): _tap,
        ("ready", Leave): lambda self, event: entry.leave(self._runtime, event),
        ("ready", Back): _back,
        ("ready", Close): _close,
        ("error", Retry): _retry,
        ("error", Back): _close,
        ("error", Close): _close,
        ("closed", Open): _open,
    }
