"""What the control room is told to do: members of a JSON object or of a form, with a sentence for every mistake."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from starlette.requests import Request

from headrace.ui.bodies import BodyRefused, BodyTooLarge, Unparsable, parse_form, parse_json, read_body

_LARGEST_BODY = 64 * 1024
_DURATION = re.compile(
    r"(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?", re.ASCII
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_UNITS = (86_400, 3_600, 60, 1)
_HOW = "Write it as seconds, or like 90s, 5m, 1h30m or 2d."


class Refused(Exception):
    """What is not done, with the HTTP status and words for a person."""

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.words = words
        self.status = status


class Wishes:
    """The members of one request. Each reader gives None for what is not there; raises `Refused` for what is wrong."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        self._members = {name: value for name, value in members.items() if value is not None and value != ""}

    def only(self, *names: str) -> None:
        """Refuses members of other names, which would be wishes that nobody hears."""
        unknown = sorted(set(self._members) - set(names))
        if unknown:
            raise Refused(f"There is no member {unknown[0][:60]!r} here. Known are: {', '.join(names)}.")

    @property
    def members(self) -> Mapping[str, Any]:
        return self._members

    def text(self, name: str) -> str | None:
        value = self._members.get(name)
        if value is None or isinstance(value, str):
            return value
        raise Refused(f"{name} is a text.")

    def flag(self, name: str) -> bool | None:
        value = self._members.get(name)
        if isinstance(value, str):
            value = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}.get(value.lower())
            if value is None:
                raise Refused(f"{name} is true or false.")
        if value is None or isinstance(value, bool):
            return value
        raise Refused(f"{name} is true or false.")

    def whole(self, name: str, least: int, most: int) -> int | None:
        value = self._members.get(name)
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value, re.ASCII):
            value = int(value)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Refused(f"{name} is a whole number from {least} to {most}.")
        return value

    def duration(self, name: str, most: timedelta) -> timedelta | None:
        """Seconds, or a text like `1h30m`."""
        value = self._members.get(name)
        if value is None:
            return None
        seconds = _seconds(value)
        if seconds is None:
            raise Refused(f"{name} is no length of time. {_HOW}")
        if not 0 <= seconds <= most.total_seconds():
            raise Refused(f"{name} is at most {most.total_seconds():g} s.")
        return timedelta(seconds=seconds)

    def moment(self, name: str) -> datetime | None:
        """A moment in ISO 8601; without a zone it is UTC."""
        text = self.text(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Refused(f"{name} is no moment. Write it like 2026-12-24T18:00 (UTC).") from None

    def day(self, name: str) -> date | None:
        text = self.text(name)
        try:
            return None if text is None else date.fromisoformat(text)
        except ValueError:
            raise Refused(f"{name} is no day. Write it like 2026-12-24.") from None


async def read_wishes(request: Request) -> Wishes:
    """The members of the body. Raises `Refused` for what is no JSON object and no form."""
    try:
        body = await read_body(request, _LARGEST_BODY)
    except BodyTooLarge as error:
        raise Refused("That is more than 64 KB.", 413) from error
    except BodyRefused as error:
        raise Refused("The body does not come to its end. Send it again.", error.status) from error
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not body.strip():
        return Wishes({})
    try:
        if kind == "application/x-www-form-urlencoded" and not body.lstrip().startswith(b"{"):
            return Wishes(dict(parse_form(body, errors="replace")))
        value = parse_json(body)
    except Unparsable as error:
        raise Refused(f"The body {error}.") from error
    if not isinstance(value, dict):
        raise Refused("The body is not a JSON object.")
    return Wishes(value)


def _seconds(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if math.isfinite(value) else None
    if not isinstance(value, str) or len(value) > 40:
        return None
    text = value.replace(" ", "").lower()
    if _NUMBER.fullmatch(text):
        return float(text)
    match = _DURATION.fullmatch(text)
    if match is None or not text:
        return None
    return sum(float(part) * unit for part, unit in zip(match.groups(), _UNITS, strict=True) if part)
