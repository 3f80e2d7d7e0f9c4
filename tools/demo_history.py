"""Fourteen days of the demo's business, which really happen: on the moved clock, by the box's own calls.

Scripted persons answer the survey and book eye tests, a newsletter is given up, one endpoint grows slow this morning
and another one dies: their Flows are throttled and blocked before the reader comes.
"""

import json
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from demo_business import Business
from demo_templates import AFTER_YOUR_VISIT, TIME_FOR_AN_EYE_TEST, make_survey, make_templates, send_template

from headrace.testing import Handset

ROOT = Path(__file__).resolve().parent.parent
FLOWS = ROOT / "tools" / "demo_flows"
DAYS = 14
PATIENCE_SECONDS = 30
RARELY, OFTEN = 6 * 3600, 600
"""So many seconds lie between two pings until the last day, and until its last hours, which are told in full."""

LAST_HOURS = timedelta(hours=5)

NAMES = (  # one for each, first names only
    "Abel", "Ada", "Aino", "Alma", "Amir", "Anouk", "Anton", "Asha", "Bea", "Bilal", "Carla", "Chidi", "Cleo",
    "Dario", "Dora", "Edda", "Elif", "Emil", "Enzo", "Esra", "Fadi", "Finn", "Flora", "Gita", "Hana", "Hugo",
    "Ida", "Ines", "Iris", "Ivo", "Jana", "Jonas", "Jule", "Kai", "Kofi", "Lars", "Lea", "Lina", "Luca", "Mara",
    "Maya", "Mika", "Milo", "Nadia", "Nora", "Omar", "Otto", "Paula", "Pia", "Ravi", "Rosa", "Samir", "Selma",
    "Sina", "Tara", "Theo", "Timo", "Vera", "Yara", "Zoe",
)  # fmt: skip
RATINGS = ("very_good", "good", "very_good", "fair", "good", "very_good", "poor")
OUTCOME = {
    "Repair status": "THROTTLED",
    "Insurance claim": "BLOCKED",
    "Newsletter sign-up": "DEPRECATED",
    "Send your prescription": "DRAFT",
    "Refer a friend": "DRAFT",
    "How was your visit?": "PUBLISHED",
}
REASONS = ("I waited for half an hour.", "Nobody could tell me the price.", "My frame was not there.")
LIKED = (("staff",), ("advice", "range"), ("speed",), ("staff", "price"), ())
SERVICES = ("eye_test", "eye_test", "contact_lenses", "eye_test")
SHOPS = ("canal_street", "market_row")


@dataclass(frozen=True)
class Person:
    name: str
    wa_id: str
    phone: Handset


class History:
    """What happens before the reader comes. `persons` answer the survey, `bookings` of them book an eye test."""

    def __init__(self, business: Business, ill_url: str, persons: int, bookings: int) -> None:
        self._business = business
        self._ill_url = ill_url
        self._bookings = bookings
        self._now = datetime.now(UTC)
        self._count = persons
        self._persons: list[Person] = []

    def begin(self) -> None:
        """Moves the clock to where the history begins, once all that was under way has arrived."""
        end = time.monotonic() + PATIENCE_SECONDS
        while self._world("GET", "")["webhooks"]["waiting"]:
            if time.monotonic() > end:
                raise TimeoutError("webhooks are still waiting")
            time.sleep(0.05)
        self._world("POST", "/rules", ping_seconds=RARELY)
        self._go(timedelta(days=DAYS))

    def play(self, flow_id: str) -> None:
        """Fourteen days pass for the Flow with which eye tests are booked; at their end the clock is the machine's."""
        self._calendar()
        self._dress()
        make_survey(self._business)
        newsletter = self._publish("Newsletter sign-up", "newsletter.json", "SIGN_UP")
        make_templates(self._business, flow_id)
        self._persons = [self._person(number) for number in range(self._count)]
        self._days(newsletter)
        self._drafts()
        self._today()
        self._world("POST", "/clock", reset=True)
        found = {flow["name"]: flow["status"] for flow in self._world("GET", "")["flows"]}
        if wrong := {name: found.get(name) for name, status in OUTCOME.items() if found.get(name) != status}:
            raise RuntimeError(f"the history came out otherwise than it should: {wrong}")

    def told(self) -> str:
        """What came of it, in a line."""
        return f"{DAYS} days pass: {self._count} persons, one Flow throttled, one blocked"

    def _calendar(self) -> None:
        """5.0 freezes ten days ago, after the newsletter was published with it; 6.3 in sixty days."""
        frozen, soon = self._now - timedelta(days=10), self._now + timedelta(days=60)
        self._world("POST", "/versions/5.0", frozen=frozen.date().isoformat())
        self._world("POST", "/versions/6.3", frozen=soon.date().isoformat())

    def _dress(self) -> None:
        """Every phone is another."""
        settings = {
            "Dalia": {"direction": "rtl", "theme": "dark"},
            "Ewa": {"text_size": "150"},
        }
        for name, switches in settings.items():
            self._post(f"{self._known(name).url}/switches", **switches)

    def _person(self, number: int) -> Person:
        wa_id = f"447700900{200 + number}"
        added = self._post(f"{self._base}/handsets", name=NAMES[number % len(NAMES)], number=f"+{wa_id}")
        phone = Handset(f"{self._base}{added['url']}")
        self._post(f"{phone.url}/script", script(number))
        return Person(added["name"], wa_id, phone)

    def _days(self, newsletter: str) -> None:
        """A few persons a day; the eye tests in between."""
        for day in range(DAYS - 1, 0, -1):
            self._go(timedelta(days=day))
            for number in range(day, self._count, DAYS - 1):
                person = self._persons[number]
                send_template(self._business, AFTER_YOUR_VISIT, person.wa_id, [person.name])
                if number < self._bookings:
                    token = f"eye-test-{number}"
                    send_template(self._business, TIME_FOR_AN_EYE_TEST, person.wa_id, [person.name, "2"], token, 1)
            if day == 2:
                self._open_newsletter(newsletter)
                self._go(timedelta(hours=26))
                self._known("Ben").write("When are you open on Saturday?")
        self._world("POST", "/rules", ping_seconds=OFTEN)
        self._business.graph.call("POST", f"{newsletter}/deprecate")
        self._go(LAST_HOURS)
        self._world("POST", "/rules", reset=True)

    def _open_newsletter(self, newsletter: str) -> None:
        """Ewa has the form open when it is given up: her answer still arrives."""
        ewa = self._known("Ewa")
        ewa.write("Do you have a newsletter?")
        ewa.open(self._send(newsletter, ewa.wa_id, "Yes, once a month.", "Sign up"))

    def _drafts(self) -> None:
        """One with three mistakes, and one that waits to be published; a copy of the eye test on staging."""
        graph, waba = self._business.graph, self._business.credentials["waba_id"]
        for name, file, category in (
            ("Send your prescription", "prescription.json", "CONTACT_US"),
            ("Refer a friend", "refer_a_friend.json", "LEAD_GENERATION"),
        ):
            made = graph.call("POST", f"{waba}/flows", {"name": name, "categories": [category]})
            graph.upload(made["id"], (FLOWS / file).read_text())
        staging = self._business.credentials["wabas"][1]["id"]
        key = {"business_public_key": self._business.public_key}
        for sender in self._business.credentials["senders"]:
            if sender["waba_id"] == staging:
                graph.call("POST", f"{sender['id']}/whatsapp_business_encryption", key)
        names = {"source_waba_id": waba, "source_flow_names": ["Book an eye test"]}
        graph.call("POST", f"{staging}/migrate_flows", names)

    def _today(self) -> None:
        """The endpoint of the repairs grows slow, that of the claims dies."""
        self._go(timedelta(minutes=170))
        repairs = self._publish("Repair status", "repair_status.json", "CUSTOMER_SUPPORT", "repairs/")
        claims = self._publish("Insurance claim", "insurance_claim.json", "LEAD_GENERATION", "claims/")
        near = self._persons[:3]
        for person in near:
            person.phone.write("My glasses are broken.")
        waiting = [(person, self._send(claims, person.wa_id, "We are sorry.", "Claim")) for person in near]
        for person in self._persons:
            person.phone.write("Is my repair done?")
        self._go(timedelta(minutes=160))
        self._ask(repairs, 12)
        self._go(timedelta(minutes=118))
        self._world("POST", f"/flows/{claims}/endpoint", drops=True)
        self._world("POST", f"/flows/{repairs}/endpoint", latency_milliseconds=7_400)
        for minutes in (117, 104, 92, 74, 52):
            self._go(timedelta(minutes=minutes))
            self._look_again()
        self._go(timedelta(minutes=27))
        self._ask(repairs, 7)
        self._go(timedelta(minutes=26))
        self._look_again()
        self._go(timedelta(minutes=6))
        for person, wamid in waiting:
            self._post(f"{person.phone.url}/open", message=wamid)
            self._post(f"{person.phone.url}/dismiss")
        self._go(timedelta(seconds=20))

    def _ask(self, flow_id: str, count: int) -> None:
        """So many persons are sent the Flow, and look how far their repair is."""
        for number in range(count):
            person = self._persons[number % len(self._persons)]
            self._send(flow_id, person.wa_id, "Look for yourself.", "Your repair", "data_exchange")

    def _look_again(self) -> None:
        """Twelve times somebody asks anew, in the form that is open on their phone."""
        for number in range(12):
            person = self._persons[number % min(12, len(self._persons))]
            session = self._open_session(person)
            self._post(f"{session}tap", target="Look again")

    def _open_session(self, person: Person) -> str:
        url = person.phone.look()["session_url"]
        return f"{self._base}{url.rstrip('/')}/"

    def _send(self, flow_id: str, wa_id: str, text: str, cta: str, action: str = "navigate") -> str:
        parameters = {
            "flow_message_version": "3",
            "flow_id": flow_id,
            "flow_cta": cta,
            "flow_token": f"history-{time.time_ns()}",
            "flow_action": action,
        }
        interactive = {"type": "flow", "body": {"text": text}, "action": {"name": "flow", "parameters": parameters}}
        message = {"messaging_product": "whatsapp", "to": wa_id, "type": "interactive", "interactive": interactive}
        answer = self._business.graph.call("POST", f"{self._business.credentials['phone_number_id']}/messages", message)
        return str(answer["messages"][0]["id"])

    def _publish(self, name: str, file: str, category: str, endpoint: str | None = None) -> str:
        body: dict[str, Any] = {"name": name, "categories": [category], "flow_json": (FLOWS / file).read_text()}
        if endpoint is not None:
            body["endpoint_uri"] = f"{self._ill_url}{endpoint}"
        waba = self._business.credentials["waba_id"]
        return str(self._business.graph.call("POST", f"{waba}/flows", {**body, "publish": True})["id"])

    def _known(self, name: str) -> Handset:
        found = next(phone for phone in self._business.credentials["handsets"] if phone["name"] == name)
        return Handset(found["url"])

    @property
    def _base(self) -> str:
        return str(self._business.credentials["base_url"])

    def _go(self, ago: timedelta) -> None:
        """Moves the clock to so long before now; what is due by then is done."""
        self._world("POST", "/clock", to=(self._now - ago).isoformat())

    def _world(self, method: str, path: str, **members: Any) -> Any:
        return call(method, f"{self._base}/_world{path}", members)

    def _post(self, url: str, text: str | None = None, **members: Any) -> Any:
        return call("POST", url, members if text is None else text)


def script(number: int) -> str:
    """What the person of this number answers."""
    rating = RATINGS[number % len(RATINGS)]
    visit: list[dict[str, Any]] = [{"select": {"rating": rating}}]
    if rating in {"fair", "poor"}:
        visit.append({"fill": {"reason": REASONS[number % len(REASONS)]}})
    visit += [{"tap": "One more question"}, {"fill": {"liked": list(LIKED[number % len(LIKED)])}}]
    visit.append({"tap": "Send your answer"})
    rules = [
        {"when": {"template": AFTER_YOUR_VISIT}, "after": f"{7 + number * 5}m", "do": visit},
        {"when": {"template": TIME_FOR_AN_EYE_TEST}, "after": f"{30 + number * 7}m", "do": list(_booking(number))},
        {"when": {"flow": "Repair status"}, "do": [{"fill": {"ticket": f"R{number}"}}, {"tap": "Look again"}]},
    ]
    return json.dumps(rules)


def _booking(number: int) -> Iterator[dict[str, Any]]:
    service, shop = SERVICES[number % len(SERVICES)], SHOPS[number % len(SHOPS)]
    day, at = free_time(service, shop, number)
    yield {"select": {"service": service}}
    yield {"select": {"shop": shop}}
    yield {"select": {"date": day}}
    yield {"select": {"time": at}}
    yield {"tap": "Go on to your details"}
    yield {"fill": {"name": NAMES[number % len(NAMES)]}}
    yield {"fill": {"email": f"{NAMES[number % len(NAMES)].lower()}@example.com"}}
    yield {"tap": "Check your booking"}
    yield {"tap": "Confirm booking"}


def free_time(service: str, shop: str, number: int) -> tuple[str, str]:
    """A day and a time that the endpoint offers at first; those who go to the same shop get another day, or a time that
    is hours away.
    """
    sys.path.insert(0, str(ROOT / "examples" / "appointment"))
    try:
        import endpoint  # the example's own module, which is no package
    finally:
        sys.path.pop(0)
    diary, offered = endpoint.Diary(), endpoint.SERVICES[service]
    days = [diary.first_day() + timedelta(days=offset) for offset in range(2, 26)]
    free = [(day, times) for day in days if len(times := diary.free_times(offered, endpoint.SHOPS[shop], day)) > 3]
    turn, place = divmod(number // len(SHOPS), len(free))
    day, times = free[place]
    return day.isoformat(), f"{times[0 if turn % 2 == 0 else -1]:%H:%M}"


def call(method: str, url: str, body: dict[str, Any] | str) -> Any:
    """Calls a page of the box that answers scripts."""
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    headers = {
        "Accept": "application/json",
        "Content-Type": "text/plain" if isinstance(body, str) else "application/json",
    }
    request = urllib.request.Request(url, None if method == "GET" else content, headers, method=method)
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)
