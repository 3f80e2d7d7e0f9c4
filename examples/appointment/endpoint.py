"""The endpoint of "Book an eye test": what Millrace Opticians offer, when they have time, and the booking itself.

Each list depends on what was chosen before it: a service is not offered in every shop, a shop is not open every day,
and a day has only so many free times. Bookings are kept in memory, so a restart forgets them.

    python endpoint.py --port 9000 --private-key private.pem --app-secret SECRET
"""

import argparse
import hashlib
import logging
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from headrace.exchange.endpoint import Endpoint, Finish, Request, Screen, TokenExpired
from headrace.exchange.keys import UnusableKey
from headrace.exchange.transcript import Transcript

BOOKABLE_DAYS = 28
STEP = timedelta(minutes=30)
SATURDAY = 5
NO_TOKEN = "unused"  # what the phone sends for a message without a flow token; it stands for many people

Hours = dict[int, tuple[time, time]]


@dataclass(frozen=True)
class Service:
    id: str
    title: str
    description: str
    length: timedelta


@dataclass(frozen=True)
class Shop:
    """`hours` holds opening and closing time per weekday, 0 being Monday; a day that is missing is a day off."""

    id: str
    title: str
    description: str
    services: frozenset[str]
    hours: Hours


def hours(weekdays: range, opens: time, closes: time, *, saturday: tuple[time, time]) -> Hours:
    return dict.fromkeys(weekdays, (opens, closes)) | {SATURDAY: saturday}


SERVICES = {
    service.id: service
    for service in (
        Service("eye_test", "Eye test", "30 minutes", timedelta(minutes=30)),
        Service("contact_lenses", "Contact lenses", "60 minutes, with a trial pair", timedelta(minutes=60)),
        Service("childs_eye_test", "Child's eye test", "30 minutes, up to 16 years", timedelta(minutes=30)),
        Service("hearing_check", "Hearing check", "30 minutes", timedelta(minutes=30)),
    )
}
SHOPS = {
    shop.id: shop
    for shop in (
        Shop(
            "canal_street",
            "Canal Street",
            "12 Canal Street, by the lock",
            frozenset({"eye_test", "contact_lenses", "childs_eye_test"}),
            hours(range(5), time(9), time(17, 30), saturday=(time(9), time(16))),
        ),
        Shop(
            "market_row",
            "Market Row",
            "3 Market Row, closed on Mondays",
            frozenset({"eye_test", "childs_eye_test", "hearing_check"}),
            hours(range(1, 5), time(9, 30), time(18), saturday=(time(10), time(16))),
        ),
        Shop(
            "station_road",
            "Station Road",
            "88 Station Road, early and late",
            frozenset({"eye_test", "contact_lenses", "hearing_check"}),
            hours(range(5), time(7, 30), time(19), saturday=(time(9), time(13))),
        ),
    )
}


@dataclass(frozen=True)
class Choice:
    """What a person has chosen so far. What does not exist or is not offered counts as not chosen."""

    service: Service | None = None
    shop: Shop | None = None
    day: date | None = None

    @classmethod
    def read(cls, data: dict[str, Any]) -> "Choice":
        service = SERVICES.get(text(data, "service"))
        shop = SHOPS.get(text(data, "shop"))
        if service is None or shop is None or service.id not in shop.services:
            return cls(service)
        try:
            return cls(service, shop, date.fromisoformat(text(data, "date")))
        except ValueError:
            return cls(service, shop)


@dataclass(frozen=True)
class Appointment:
    service: Service
    shop: Shop
    day: date
    begins: time

    def in_words(self) -> str:
        when = f"{self.day:%A}, {self.day.day} {self.day:%B} at {clock(self.begins)}"
        return f"{self.service.title} at {self.shop.title}\n{when}"


@dataclass
class Diary:
    """Who is taken when. Some times are taken from the start, always the same ones for the same shop and day."""

    today: Callable[[], date] = date.today
    booked: set[tuple[str, date, time]] = field(default_factory=set)

    def first_day(self) -> date:
        return self.today() + timedelta(days=1)

    def last_day(self) -> date:
        return self.today() + timedelta(days=BOOKABLE_DAYS)

    def free_times(self, service: Service, shop: Shop, day: date) -> list[time]:
        """When a service can begin: every half-hour of it must be free and lie within the opening hours."""
        if not self.first_day() <= day <= self.last_day() or day.weekday() not in shop.hours:
            return []
        opens, closes = (datetime.combine(day, moment) for moment in shop.hours[day.weekday()])
        steps = (closes - service.length - opens) // STEP + 1
        starts = [(opens + STEP * number).time() for number in range(steps)]
        return [
            begins for begins in starts if not any(self._taken(shop, day, at) for at in half_hours(begins, service))
        ]

    def days_without_time(self, service: Service, shop: Shop) -> list[date]:
        days = [self.first_day() + timedelta(days=number) for number in range(BOOKABLE_DAYS)]
        return [day for day in days if not self.free_times(service, shop, day)]

    def find(self, data: dict[str, Any]) -> Appointment | None:
        """The appointment that `data` describes, if its time is free."""
        choice = Choice.read(data)
        if not (choice.service and choice.shop and choice.day):
            return None
        for begins in self.free_times(choice.service, choice.shop, choice.day):
            if f"{begins:%H:%M}" == text(data, "time"):
                return Appointment(choice.service, choice.shop, choice.day, begins)
        return None

    def book(self, appointment: Appointment) -> None:
        times = half_hours(appointment.begins, appointment.service)
        self.booked |= {(appointment.shop.id, appointment.day, at) for at in times}

    def _taken(self, shop: Shop, day: date, at: time) -> bool:
        taken_from_the_start = hashlib.sha256(f"{shop.id} {day} {at}".encode()).digest()[0] % 4 == 0
        return taken_from_the_start or (shop.id, day, at) in self.booked


def half_hours(begins: time, service: Service) -> list[time]:
    start = datetime.combine(date.min, begins)
    return [(start + STEP * number).time() for number in range(service.length // STEP)]


def build(
    private_key: str | Path, app_secret: str, *, password: str | None = None, diary: Diary | None = None
) -> Endpoint:
    """The endpoint with all its handlers. Raises UnusableKey."""
    book = diary or Diary()
    endpoint = Endpoint(private_key=private_key, password=password, app_secret=app_secret)
    choices: dict[str, Choice] = {}
    finished: set[str] = set()

    def refuse_finished(request: Request) -> None:
        if request.flow_token in finished:
            raise TokenExpired("This appointment is booked. Write to us if you want to change it.")

    @endpoint.on_init
    async def begin(request: Request) -> Screen:
        refuse_finished(request)
        return Screen("APPOINTMENT", appointment_data(book, Choice()))

    @endpoint.on("APPOINTMENT")
    async def choose(request: Request) -> Screen:
        refuse_finished(request)
        choice = Choice.read(request.data)
        if request.flow_token != NO_TOKEN:
            choices[request.flow_token] = choice
        if request.data.get("trigger") != "continue":
            return Screen("APPOINTMENT", appointment_data(book, choice))
        appointment = book.find(request.data)
        if appointment is None:
            return Screen("APPOINTMENT", appointment_data(book, choice), not_free(request.data))
        return Screen("DETAILS", carried(request.data) | {"appointment": appointment.in_words()})

    @endpoint.on("DETAILS", action="BACK")
    async def choose_again(request: Request) -> Screen:
        refuse_finished(request)
        choice = choices.get(request.flow_token)  # not there after a restart: then the phone keeps what it shows
        return Screen("APPOINTMENT", appointment_data(book, choice) if choice else {})

    @endpoint.on("DETAILS")
    async def check_details(request: Request) -> Screen:
        refuse_finished(request)
        appointment = book.find(request.data)
        if appointment is None:
            return Screen("DETAILS", error_message=not_free(request.data))
        if not text(request.data, "name") or "@" not in text(request.data, "email"):
            return Screen("DETAILS", error_message="Give your name and your email.")
        return Screen("SUMMARY", summary_data(request.data, appointment))

    @endpoint.on("SUMMARY")
    async def confirm(request: Request) -> Screen | Finish:
        refuse_finished(request)
        appointment = book.find(request.data)
        if appointment is None:
            return Screen("SUMMARY", error_message=not_free(request.data))
        book.book(appointment)
        choices.pop(request.flow_token, None)
        if request.flow_token != NO_TOKEN:
            finished.add(request.flow_token)
        return Finish(carried(request.data) | person(request.data))

    return endpoint


def appointment_data(diary: Diary, choice: Choice) -> dict[str, Any]:
    """Everything the first screen shows. A list that cannot be chosen from yet says what to do first."""
    service, shop, day = choice.service, choice.shop, choice.day
    offering = [entry for entry in SHOPS.values() if service is None or service.id in entry.services]
    full = diary.days_without_time(service, shop) if service and shop else []
    times = diary.free_times(service, shop, day) if service and shop and day else []
    instead = "No free time on this day" if day else "Choose a date first"
    return {
        "services": [option(entry) for entry in SERVICES.values()],
        "shops": [option(entry) for entry in offering],
        "is_shop_enabled": service is not None,
        "min_date": diary.first_day().isoformat(),
        "max_date": diary.last_day().isoformat(),
        "unavailable_dates": [day.isoformat() for day in full],
        "is_date_enabled": shop is not None,
        "hours": hours_in_words(shop, day) if shop and day else "",
        "is_hours_visible": day is not None,
        "times": [{"id": f"{at:%H:%M}", "title": clock(at)} for at in times] or [{"id": "none", "title": instead}],
        "is_time_enabled": bool(times),
    }


def summary_data(data: dict[str, Any], appointment: Appointment) -> dict[str, Any]:
    who = person(data)
    lines = [str(who[name]) for name in ("name", "email", "phone") if who[name]]
    shown = {"appointment": appointment.in_words(), "contact": "\n".join(lines), "has_note": bool(who["note"])}
    return carried(data) | who | shown


def carried(data: dict[str, Any]) -> dict[str, Any]:
    return {name: text(data, name) for name in ("service", "shop", "date", "time")}


def person(data: dict[str, Any]) -> dict[str, Any]:
    texts = {name: text(data, name) for name in ("name", "email", "phone", "note")}
    return {**texts, "reminder": data.get("reminder") is True}


def not_free(data: dict[str, Any]) -> str:
    chosen = text(data, "time").removeprefix("0")
    return f"{chosen} is no longer free. Choose another time." if chosen else "Choose a time."


def option(entry: Service | Shop) -> dict[str, str]:
    return {"id": entry.id, "title": entry.title, "description": entry.description}


def hours_in_words(shop: Shop, day: date) -> str:
    if day.weekday() not in shop.hours:
        return f"{shop.title} is closed on {day:%A}."
    opens, closes = shop.hours[day.weekday()]
    return f"{shop.title} is open on {day:%A} from {clock(opens)} to {clock(closes)}."


def clock(moment: time) -> str:
    return f"{moment.hour}:{moment:%M}"


def text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value.strip() if isinstance(value, str) else ""


class Server(uvicorn.Server):
    """Says in one line when and where it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or []:
            host, port = listener.getsockname()[:2]
            print(f"Listening on http://{host}:{port}/", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description='The endpoint of "Book an eye test".')
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=9000, help="port to listen on; 0 takes a free one")
    parser.add_argument("--private-key", type=Path, required=True, help="PEM file with the private key")
    parser.add_argument("--password", help="password of the private key")
    parser.add_argument("--app-secret", required=True, help="secret of the app that the Flow is linked to")
    parser.add_argument("--log", type=Path, help="file to append one JSON line per request to")
    parser.add_argument("--today", type=date.fromisoformat, help="act as if it were this day, YYYY-MM-DD")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    diary = Diary(today=lambda: given.today) if given.today else Diary()
    try:
        app: ASGIApp = build(given.private_key, given.app_secret, password=given.password, diary=diary)
        if given.log:
            app = Transcript(app, given.log, private_key=given.private_key, password=given.password)
        listener = socket.create_server((given.host, given.port))
    except (UnusableKey, ValueError) as error:
        sys.exit(str(error))
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        sys.exit(f"Cannot listen on {given.host}:{given.port}: {reason}. Choose another port with --port.")
    Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


if __name__ == "__main__":
    main()
