"""The endpoint of "Get help": answers that help most people, and a ticket for the others.

    APP_SECRET=… uvicorn --factory endpoint:app --port 9000

`private.pem` stands beside this file; its public half belongs to your phone number, and APP_SECRET to the app that the
Flow is linked to. Replace `ARTICLES` and `Tickets` by what you have: tickets are kept in memory until a restart.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from headrace.exchange.endpoint import Endpoint, Finish, Request, Screen, TokenExpired

OPENS, CLOSES = time(9), time(17)
WORKING_DAYS = range(5)
ANSWERED_WITHIN = timedelta(hours=4)
UNUSED = "unused"  # the token of a message that has none; many people share it


@dataclass(frozen=True)
class Article:
    title: str
    description: str
    answer: str


ARTICLES = {
    "delivery": Article(
        "Where is my parcel?",
        "Times, tracking, delays",
        "Parcels arrive within three working days.\nThe number in your confirmation shows where yours is.",
    ),
    "returns": Article(
        "Returns and refunds",
        "How to send something back",
        "Send it back within 30 days with the label from the parcel.\nThe money is on your account a week later.",
    ),
    "invoice": Article(
        "My invoice",
        "Copies and corrections",
        "Every invoice is in your account, below Orders.\nA wrong name or address can be changed there, too.",
    ),
    "other": Article("Something else", "Ask a person", "Our people know more than this list. Ask them."),
}


@dataclass
class Tickets:
    """What people asked, by number."""

    now: Callable[[], datetime] = datetime.now
    kept: dict[str, dict[str, str]] = field(default_factory=dict)

    def open(self, topic: str, description: str, email: str) -> str:
        number = f"T-{len(self.kept) + 1001}"
        self.kept[number] = {"topic": topic, "description": description, "email": email}
        return number

    def promise(self) -> str:
        """By when a person answers, counted in opening hours."""
        at, left = self.now(), ANSWERED_WITHIN
        while True:
            opens, closes = datetime.combine(at.date(), OPENS), datetime.combine(at.date(), CLOSES)
            at = max(at, opens)
            if at.weekday() in WORKING_DAYS and closes - at >= left:
                due = at + left
                return f"A person answers by {due:%A}, {due.day} {due:%B} at {due.hour}:{due:%M}."
            if at.weekday() in WORKING_DAYS and at < closes:
                left -= closes - at
            at = opens + timedelta(days=1)


def build(private_key: str | Path, app_secret: str, *, tickets: Tickets | None = None) -> Endpoint:
    """The endpoint with all its handlers. Raises UnusableKey."""
    desk = tickets or Tickets()
    endpoint = Endpoint(private_key=private_key, app_secret=app_secret)
    finished: set[str] = set()

    def refuse_finished(request: Request) -> None:
        if request.flow_token in finished:
            raise TokenExpired("We have your question. Write to us here if you want to add something.")

    def finish(request: Request, params: dict[str, Any]) -> Finish:
        if request.flow_token != UNUSED:
            finished.add(request.flow_token)
        return Finish(params)

    @endpoint.on_init
    async def begin(request: Request) -> Screen:
        refuse_finished(request)
        return Screen("TOPIC", topics_data())

    @endpoint.on("TOPIC")
    async def show_answer(request: Request) -> Screen:
        refuse_finished(request)
        topic = text(request.data, "topic")
        if topic not in ARTICLES:
            return Screen("TOPIC", topics_data(), "Choose a subject.")
        return Screen("ANSWER", {"topic": topic, "title": ARTICLES[topic].title, "answer": ARTICLES[topic].answer})

    @endpoint.on("ANSWER")
    async def hear_whether_it_helped(request: Request) -> Screen | Finish:
        refuse_finished(request)
        if request.data.get("helped") == "yes":
            return finish(request, {"topic": text(request.data, "topic"), "solved": True})
        return Screen("TICKET", {"promise": desk.promise()})

    @endpoint.on("REVIEW")
    async def open_ticket(request: Request) -> Screen | Finish:
        refuse_finished(request)
        topic, description, email = (text(request.data, name) for name in ("topic", "description", "email"))
        if not description or "@" not in email:
            return Screen("REVIEW", error_message="Go back and give your question and your email.")
        number = desk.open(topic, description, email)
        return finish(request, {"topic": topic, "solved": False, "ticket": number, "email": email})

    return endpoint


def topics_data() -> dict[str, Any]:
    return {
        "topics": [
            {"id": key, "title": article.title, "description": article.description} for key, article in ARTICLES.items()
        ]
    }


def text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value.strip() if isinstance(value, str) else ""


def app() -> Endpoint:
    """What an ASGI server runs."""
    secret = os.environ.get("APP_SECRET") or sys.exit("Set APP_SECRET to the secret of the app the Flow is linked to.")
    return build(Path(__file__).parent / "private.pem", secret)
