"""What a handler of an endpoint is asked, and what it may answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, TypeVar

from headrace.exchange import messages
from headrace.exchange.media import Attachment, UnusableFile
from headrace.exchange.receiving import ReceivedFile, fetch_files
from headrace.exchange.transport import Transport
from headrace.outbound import Outbound
from headrace.protocol import SUCCESS, UNUSED_TOKEN

FIELD_ERRORS = "error_messages"
"""The member of a screen's data that `Screen(field_errors=…)` fills; bind a Form's `error-messages` to it."""


class UnusablePayload(ValueError):
    """What the phone sent does not have the form that a handler expects. The text names the members, no values."""


class NotARequest(ValueError):
    """What was opened is no request of a phone; the text says why."""


class Written(Protocol):
    """A Pydantic model, or whatever else is written as it is."""

    def model_dump(self, *, mode: str, by_alias: bool, exclude_none: bool) -> dict[str, Any]: ...


class Parsed(Protocol):
    """A class of Pydantic models, or whatever else is read as they are."""

    @classmethod
    def model_validate(cls, obj: Any) -> Self: ...


Model = TypeVar("Model", bound=Parsed)


@dataclass(frozen=True)
class Request:
    """What the phone asks, in clear.

    `action` is `INIT` (the Flow opens), `data_exchange` (the person did something on `screen`) or `BACK` (the person
    left `screen` backwards). `data` holds what the action's payload names. `flow_token` is the token of the message,
    `"unused"` when it has none. In an error notice `error` names the kind and `error_message` explains it.
    """

    action: str
    screen: str | None
    data: dict[str, Any]
    flow_token: str
    version: str
    flow_token_signature: str | None = None
    error: str | None = None
    error_message: str | None = None
    transport: Transport = field(default_factory=Outbound, repr=False, compare=False)

    def parsed(self, model: type[Model]) -> Model:
        """`data` as a Pydantic model, for instance one that `headrace stub` wrote. Raises UnusablePayload.

        A handler that lets the exception pass answers 400.
        """
        try:
            return model.model_validate(self.data)
        except ValueError as error:
            raise UnusablePayload(f"data is no {model.__name__}: {_places(error)}.") from error

    def attachments(self, name: str) -> list[Attachment]:
        """The files of a PhotoPicker or DocumentPicker that came as `data[name]`, described but not fetched.

        Raises UnusableFile when the member is there and describes no files.
        """
        value = self.data.get(name)
        if value in (None, "", []):
            return []
        if not isinstance(value, list):
            raise UnusableFile(f"{name} holds no list of files.")
        return [Attachment.from_json(described) for described in value]

    async def files(self, name: str) -> list[ReceivedFile]:
        """The same files, fetched, checked and opened. Raises UnusableFile when one of them cannot be had."""
        return await fetch_files(self.attachments(name), self.transport)


@dataclass(frozen=True)
class Screen:
    """Shows a screen with its data: a dict, or a Pydantic model. Naming the screen the person is on keeps it open, and
    only the fields named in `data` change.

    `error_message` appears at the foot of the screen. `field_errors` are words by the name of the input they are about;
    they travel as `data.error_messages`, to which the Form's `error-messages` is bound.
    """

    name: str
    data: Mapping[str, Any] | Written = field(default_factory=dict)
    error_message: str | None = None
    field_errors: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if self.name == SUCCESS:
            raise ValueError(f"No screen is called {SUCCESS}. Return Finish(params) to end the Flow.")

    def to_json(self, _request: Request) -> dict[str, Any]:
        data = _members(self.data)
        if self.field_errors is not None:
            data[FIELD_ERRORS] = dict(self.field_errors)
        if self.error_message is not None:
            data["error_message"] = self.error_message
        return {"screen": self.name, "data": data}


@dataclass(frozen=True)
class Finish:
    """Ends the Flow. `params` is what the message to the business will contain; the flow token is added to it."""

    params: Mapping[str, Any] | Written = field(default_factory=dict)

    def to_json(self, request: Request) -> dict[str, Any]:
        return messages.final_answer({"flow_token": request.flow_token, **_members(self.params)})


class TokenExpired(Exception):
    """Raised by a handler when the flow token counts no more, for instance because the order was placed. The phone
    shows the message, closes the Flow and disables the button that opened it."""


@dataclass(frozen=True)
class Answer:
    """An answer as the protocol has it: an object with `screen` and `data`, for those who make it elsewhere."""

    body: dict[str, Any]

    def to_json(self, _request: Request) -> dict[str, Any]:
        return self.body


class Unanswerable(Exception):
    """Raised by a handler that has no answer: the phone gets this HTTP status, the log the words."""

    def __init__(self, words: str, status: int = 500) -> None:
        super().__init__(words)
        self.status = status


def _members(value: Mapping[str, Any] | Written) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    return value.model_dump(mode="json", by_alias=True, exclude_none=True)


def _places(error: ValueError) -> str:
    """Which members are wrong and how, without their values."""
    listed = getattr(error, "errors", None)
    if not callable(listed):
        return type(error).__name__
    return "; ".join(f"{'.'.join(map(str, one['loc'])) or 'all of it'} ({one['type']})" for one in listed()[:5])


def read_request(clear: bytes) -> Request:
    """Reads an opened request. Raises NotARequest."""
    try:
        body = messages.from_bytes(clear)
    except messages.NotAMessage as error:
        raise NotARequest(f"The request was opened but cannot be read. {error}") from error
    texts = {name: body.get(name) for name in ("action", "version", "flow_token", "screen", "flow_token_signature")}
    if not isinstance(texts["action"], str):
        raise NotARequest("The request names no action.")
    if any(not isinstance(value, str | None) for value in texts.values()):
        raise NotARequest("A member of the request that must be a text is not one.")
    data = body.get("data")
    if not isinstance(data, dict | None):
        raise NotARequest("data is not a JSON object.")
    kind, words = messages.error_of(body) or (None, None)
    return Request(
        action=texts["action"],
        screen=texts["screen"] or None,
        data=data or {},
        flow_token=texts["flow_token"] or UNUSED_TOKEN,
        version=texts["version"] or "3.0",
        flow_token_signature=texts["flow_token_signature"],
        error=kind,
        error_message=words,
    )
