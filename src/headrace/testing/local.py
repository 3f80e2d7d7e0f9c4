"""A Flow on a phone in this process, filled in by a test as a person would."""

from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

from anyio.from_thread import start_blocking_portal

from headrace.exchange.channel import Outcome
from headrace.outbound import Outbound
from headrace.phone.engine.effects import Declined
from headrace.phone.engine.events import Back, Close, Event, Open, Remove, Select, Tap
from headrace.phone.engine.program import Program, UnusableFlow
from headrace.phone.screen.view import FieldView, UploadView, View
from headrace.phone.screen.view_text import as_text, notice_of, printable
from headrace.phone.session import Session
from headrace.protocol import UNUSED_TOKEN
from headrace.simulator.driver import Driver, Turn
from headrace.simulator.expectations import EXPECTABLE, mismatches
from headrace.simulator.file_server import file_server
from headrace.simulator.nearest import did_you_mean, inputs_shown, tappable
from headrace.simulator.openings import opening_without_message
from headrace.simulator.uploads import Uploads
from headrace.testing.endpoint_clients import Answers, client_to

_T = TypeVar("_T")


class FlowError(AssertionError):
    """What a test wanted cannot be done, or is not so. The text says why, and draws the screen as a person sees it.

    What a Flow or an endpoint wrote steers no terminal in it.
    """

    def __init__(self, words: str) -> None:
        super().__init__(printable(words))


class LocalFlow:
    """One opened Flow. Every act returns once the phone is at rest again; one that the phone refuses fails the test.

    What the endpoint does wrong does not fail it: the phone shows it, see `notice` and `error_type`.
    """

    def __init__(
        self,
        flow: Path | Mapping[str, Any],
        *,
        endpoint: Any = None,
        public_key: str | None = None,
        app_secret: str | None = None,
        path: str = "/",
        screen: str | None = None,
        data: Mapping[str, Any] | None = None,
        flow_token: str = UNUSED_TOKEN,
    ) -> None:
        __tracebackhide__ = True
        try:
            program = Program.compile(dict(flow) if isinstance(flow, Mapping) else flow.read_bytes())
        except UnusableFlow as error:
            raise FlowError(f"This Flow cannot be opened: {error}") from None
        if screen is not None and screen not in program.screens:
            raise FlowError(f"The Flow has no screen {screen!r}.{did_you_mean(screen, program.screens)}")
        opening = opening_without_message(program, screen, data, flow_token, has_endpoint=endpoint is not None)
        if data is not None and opening.action == "data_exchange":
            raise FlowError("This Flow begins by asking its endpoint (INIT). Name the screen of the data with screen=…")
        self.exchanges: list[Outcome] = []
        """Every exchange so far, in order, with `request`, `body`, `http_status` and `error_type`."""
        self._done: list[str] = []
        self._uploads: Uploads | None = None
        self._resources = ExitStack()
        self._portal = self._resources.enter_context(start_blocking_portal("asyncio"))
        self._endpoint = None
        if endpoint is not None:
            try:
                self._endpoint = client_to(endpoint, public_key, app_secret, path, self._client)
            except BaseException:
                self._resources.close()
                raise
        self._driver = Driver(Session.start(program, opening), self._endpoint)

    def leave(self) -> None:
        """Ends it: nothing runs on afterwards. The fixture does so after the test."""
        self._resources.close()

    # What there is to see

    @property
    def session(self) -> Session:
        return self._driver.session

    @property
    def view(self) -> View:
        """Everything the phone draws, as typed values."""
        return self.session.view()

    @property
    def status(self) -> str:
        """`ready`, `error`, `completed` or `closed`; `loading` while an exchange waits for an endpoint not given."""
        return self.view.status

    @property
    def screen(self) -> str | None:
        """The id of the screen that is shown."""
        return self.session.screen

    @property
    def title(self) -> str | None:
        return self.view.screen.title if self.view.screen else None

    @property
    def data(self) -> dict[str, Any]:
        """The data of the screen."""
        return dict(self.session.data)

    @property
    def form(self) -> dict[str, Any]:
        """The values of the screen's inputs by name."""
        return dict(self.session.form)

    @property
    def text(self) -> str:
        """The screen as lines of text."""
        return as_text(self.view)

    @property
    def notice(self) -> str | None:
        """What the phone tells in a snackbar, in the dialog that ends a Flow, or on its error screen."""
        return notice_of(self.view) or None

    @property
    def error_type(self) -> str | None:
        """The protocol's name for what went wrong in the last exchange, or keeps the Flow from opening."""
        return self.view.failure_type or (self.exchanges[-1].error_type if self.exchanges else None)

    @property
    def request(self) -> dict[str, Any] | None:
        """The clear body of the last exchange, also of one that waits for an endpoint that was not given."""
        pending = self.session.pending
        if pending is not None:
            return pending.request
        return self.exchanges[-1].request if self.exchanges else None

    @property
    def response(self) -> dict[str, Any] | None:
        """What the business receives (`response_json`, as an object), once the Flow is completed."""
        return self.session.response

    def input(self, name: str) -> FieldView:
        """One input by its name."""
        __tracebackhide__ = True
        found = self.view.screen.field(name) if self.view.screen else None
        if found is None:
            raise self._error(
                f"The screen {self.screen} shows no input {name!r}.{did_you_mean(name, inputs_shown(self.view))}"
            )
        return found

    def expect(self, **wanted: Any) -> None:
        """Fails when something is not so: screen, title, status, text, data, form, errors, options, footer, notice,
        request, completed; as in the steps of `headrace run`.
        """
        __tracebackhide__ = True
        unknown = next((name for name in wanted if name not in EXPECTABLE), None)
        if unknown is not None:
            raise TypeError(f"Nothing called {unknown!r} can be expected. There are: {', '.join(EXPECTABLE)}.")
        faults = mismatches(wanted, self.session, self.exchanges)
        if faults:
            raise self._error("\n".join(faults))

    # What a person does

    def open(self) -> None:
        """Presses the message's button: opens the Flow, or shows it again after it was closed."""
        __tracebackhide__ = True
        self._act("open", Open())

    def fill(self, **values: Any) -> None:
        """Types into inputs, by their names; a choice the Flow acts on is made as by `select`. One value may bring the
        input of another onto the screen.
        """
        __tracebackhide__ = True
        here = self.session.program.screens.get(self.screen or "")
        for name in values:
            if here is None or name not in here.inputs:
                self.input(name)
        for event in self.session.entered(values):
            self._act(f"fill {', '.join(f'{name}={value!r}' for name, value in values.items())}", event)

    def select(self, name: str, value: Any) -> None:
        """Makes a choice, or takes a row of a list by its id; runs what the Flow does on it."""
        __tracebackhide__ = True
        here = self.session.program.screens.get(self.screen or "")
        if here is None or name not in here.list_names:
            self.input(name)
        self._act(f"select {name}={value!r}", Select(name, value))

    def upload(self, name: str, *paths: str | Path) -> None:
        """Chooses files in a picker."""
        __tracebackhide__ = True
        self.input(name)
        uploads = self._started_uploads()
        picked = [uploads.pick_file(Path(path)) for path in paths]
        self._take(
            f"upload {name}: {', '.join(str(path) for path in paths)}", self._driver.upload, name, picked, uploads
        )

    def remove(self, name: str, file_name: str) -> None:
        """Takes a file out of a picker again."""
        __tracebackhide__ = True
        part = self.input(name)
        names = [file.file_name for file in part.files] if isinstance(part, UploadView) else []
        if file_name not in names:
            raise self._error(f"{name} holds no file {file_name!r}.{did_you_mean(file_name, names)}")
        self._act(f"remove {file_name} from {name}", Remove(name, file_name))

    def tap(self, target: str) -> None:
        """Presses a button, a link or a row, by its label or by its component's name."""
        __tracebackhide__ = True
        self._act(f"tap {target!r}", Tap(target), meant=did_you_mean(target, tappable(self.view)))

    def back(self) -> None:
        """Presses the arrow of the title bar."""
        __tracebackhide__ = True
        self._act("back", Back())

    def close(self) -> None:
        """Closes the sheet; `open` shows it again."""
        __tracebackhide__ = True
        self._act("close", Close())

    # How

    def _act(self, what: str, event: Event, meant: str = "") -> None:
        __tracebackhide__ = True
        if self.session.pending is not None and not isinstance(event, Close):
            raise self._error(f"Cannot {what}: the Flow waits for its endpoint. Give open_flow one with endpoint=.")
        self._take(what, self._driver.dispatch, event, meant=meant)

    def _take(self, what: str, act: Callable[..., Awaitable[Turn]], *arguments: Any, meant: str = "") -> None:
        __tracebackhide__ = True
        turn = self._finished(self._portal.start_task_soon(act, *arguments))
        self._finished(self._portal.start_task_soon(self._driver.settle))
        self.exchanges += turn.outcomes
        if isinstance(self._endpoint, Answers) and self._endpoint.mishap is not None:
            mishap, self._endpoint.mishap = self._endpoint.mishap, None
            raise self._error(str(mishap)) from mishap
        refused = next((effect for effect in turn.effects if isinstance(effect, Declined)), None)
        if refused is not None:
            raise self._error(f"Cannot {what}: {refused.reason}{meant}")
        self._done.append(what)

    def _finished(self, work: "Future[_T]") -> _T:
        """What work gives; nothing of it goes on when the test is stopped meanwhile."""
        __tracebackhide__ = True
        try:
            return work.result()
        except BaseException:
            work.cancel()
            raise

    def _error(self, words: str) -> FlowError:
        before = f"\n\nBefore that: {', '.join(self._done)}." if self._done else ""
        where = f"The screen {self.screen}:" if self.screen else "The phone shows:"
        return FlowError(f"{words}\n\n{where}\n{self.text}{before}")

    def _client(self) -> Outbound:
        outbound = Outbound(private_networks=True)
        self._resources.callback(self._portal.call, outbound.close)
        return outbound

    def _started_uploads(self) -> Uploads:
        if self._uploads is None:
            self._uploads = self._resources.enter_context(self._portal.wrap_async_context_manager(file_server()))
        return self._uploads
