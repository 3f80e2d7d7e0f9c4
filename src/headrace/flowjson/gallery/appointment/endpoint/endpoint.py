"""The endpoint of "Book an appointment": what is offered, when there is time, and the booking itself.

    APP_SECRET=… uvicorn --factory endpoint:app --port 9000

`private.pem` stands beside this file; its public half belongs to your phone number, and APP_SECRET to the app that the
Flow is linked to. Replace `SERVICES` and `Diary` by what you have: bookings are kept in memory, a restart forgets them.

With REHEARSAL=1 it is always the same day and no booking is kept, so that `steps.yaml` can be walked again and again.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from headrace.exchange.endpoint import Endpoint, Finish, Request, Screen, TokenExpired

OPENS, CLOSES = time(9), time(18)
DAY_OFF = 6  # Sunday
STEP = timedelta(minutes=30)
DAYS_AHEAD = 28
REHEARSAL_DAY = date(2027, 3, 1)
UNUSED = "unused"  # the token of a message that has none; many people share it


@dataclass(frozen=True)
class Service:
    title: str
    description: str
    length: timedelta


SERVICES = {
    "cut": Service("Cut and finish", "45 minutes", timedelta(minutes=45)),
    "colour": Service("Colour", "90 minutes, with a patch test", timedelta(minutes=90)),
    "beard": Service("Beard trim", "20 minutes", timedelta(minutes=20)),
    "child": Service("Children's cut", "30 minutes, up to 12 years", timedelta(minutes=30)),
}


@dataclass
class Diary:
    """Who is taken from when to when. `today` is the day on which people book; in a rehearsal nothing is kept."""

    today: Callable[[], date] = date.today
    is_rehearsal: bool = False
    taken: list[tuple[datetime, datetime]] = field(default_factory=list)

    def days(self) -> list[date]:
        return [self.today() + timedelta(days=number) for number in range(1, DAYS_AHEAD + 1)]

    def free_times(self, service: Service, day: date) -> list[time]:
        """When the service can begin on that day: within the opening hours, and with nobody in between."""
        if day not in self.days() or day.weekday() == DAY_OFF:
            return []
        begins, found = datetime.combine(day, OPENS), []
        while begins + service.length <= datetime.combine(day, CLOSES):
            if not any(start < begins + service.length and begins < end for start, end in self.taken):
                found.append(begins.time())
            begins += STEP
        return found

    def book(self, service: Service, day: date, at: time) -> bool:
        """Takes the time; False when somebody else has it."""
        if at not in self.free_times(service, day):
            return False
        begins = datetime.combine(day, at)
        if not self.is_rehearsal:
            self.taken.append((begins, begins + service.length))
        return True


@dataclass(frozen=True)
class Wish:
    """What was chosen so far. What does not exist counts as not chosen."""

    service_id: str = ""
    day: date | None = None
    at: time | None = None

    @classmethod
    def read(cls, data: dict[str, Any]) -> "Wish":
        service_id = text(data, "service")
        return cls(
            service_id if service_id in SERVICES else "",
            read_day(text(data, "day")),
            read_time(text(data, "time")),
        )

    @property
    def service(self) -> Service | None:
        return SERVICES.get(self.service_id)


def build(private_key: str | Path, app_secret: str, *, diary: Diary | None = None) -> Endpoint:
    """The endpoint with all its handlers. Raises UnusableKey."""
    book = diary or Diary()
    endpoint = Endpoint(private_key=private_key, app_secret=app_secret)
    finished: set[str] = set()

    def refuse_finished(request: Request) -> None:
        if request.flow_token in finished:
            raise TokenExpired("This appointment is booked. Write to us if you want to change it.")

    @endpoint.on_init
    async def begin(request: Request) -> Screen:
        refuse_finished(request)
        return Screen("SERVICE", services_data())

    @endpoint.on("SERVICE")
    async def choose_service(request: Request) -> Screen:
        refuse_finished(request)
        wish = Wish.read(request.data)
        if wish.service is None:
            return Screen("SERVICE", services_data(), "Choose a service.")
        return Screen("TIME", times_data(book, wish))

    @endpoint.on("TIME")
    async def choose_time(request: Request) -> Screen:
        refuse_finished(request)
        wish = Wish.read(request.data)
        if wish.service is None:
            return Screen("SERVICE", services_data(), "Choose a service.")
        if "time" not in request.data:
            return Screen("TIME", times_data(book, wish))
        if wish.day is None or wish.at not in book.free_times(wish.service, wish.day):
            return Screen("TIME", times_data(book, wish), "This time is not free. Choose another one.")
        return Screen("DETAILS", chosen_data(wish))

    @endpoint.on("REVIEW")
    async def confirm(request: Request) -> Screen | Finish:
        refuse_finished(request)
        wish, name, phone = Wish.read(request.data), text(request.data, "name"), text(request.data, "phone")
        if not name or not phone:
            return Screen("REVIEW", error_message="Go back and give your name and number.")
        if wish.service is None or wish.day is None or wish.at is None:
            return Screen("REVIEW", error_message="Go back and choose a service, a day and a time.")
        if not book.book(wish.service, wish.day, wish.at):
            return Screen("REVIEW", error_message="Somebody was faster. Go back and choose another time.")
        if request.flow_token != UNUSED:
            finished.add(request.flow_token)
        return Finish(chosen_data(wish) | {"name": name, "phone": phone, "note": text(request.data, "note")})

    return endpoint


def services_data() -> dict[str, Any]:
    return {
        "services": [
            {"id": key, "title": service.title, "description": service.description} for key, service in SERVICES.items()
        ]
    }


def times_data(diary: Diary, wish: Wish) -> dict[str, Any]:
    """Everything the screen TIME shows. A list is never empty: the phone would not draw it."""
    assert wish.service is not None
    times = diary.free_times(wish.service, wish.day) if wish.day else []
    days = diary.days()
    hint = "Choose a day to see its free times." if wish.day is None else f"Free times on {in_words(wish.day)}:"
    return {
        "service": wish.service_id,
        "service_title": wish.service.title,
        "first_day": days[0].isoformat(),
        "last_day": days[-1].isoformat(),
        "full_days": [day.isoformat() for day in days if not diary.free_times(wish.service, day)],
        "hint": hint if times or wish.day is None else f"There is no free time on {in_words(wish.day)}.",
        "times": [{"id": f"{at:%H:%M}", "title": clock(at)} for at in times] or [{"id": "none", "title": "No time"}],
        "has_times": bool(times),
    }


def chosen_data(wish: Wish) -> dict[str, Any]:
    assert wish.service is not None
    assert wish.day is not None
    assert wish.at is not None
    return {
        "service": wish.service_id,
        "day": wish.day.isoformat(),
        "time": f"{wish.at:%H:%M}",
        "appointment": f"{wish.service.title} on {in_words(wish.day)} at {clock(wish.at)}",
    }


def in_words(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B}"


def clock(at: time) -> str:
    return f"{at.hour}:{at:%M}"


def text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value.strip() if isinstance(value, str) else ""


def read_day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def read_time(written: str) -> time | None:
    try:
        return time.fromisoformat(written)
    except ValueError:
        return None


def app() -> Endpoint:
    """What an ASGI server runs."""
    secret = os.environ.get("APP_SECRET") or sys.exit("Set APP_SECRET to the secret of the app the Flow is linked to.")
    diary = Diary(today=lambda: REHEARSAL_DAY, is_rehearsal=True) if os.environ.get("REHEARSAL") else Diary()
    return build(Path(__file__).parent / "private.pem", secret, diary=diary)
