"""Writes the trace: what one event did to a session, as entries.

It compares the session before and after the event. What an act led to before the next one stands in this order:
the act, what the phone refused of it, the screen, what the phone told, links, the end.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from headrace.phone import carry_over
from headrace.phone.carry_over import Carried
from headrace.phone.engine.effects import Closed, Complete, Declined, Effect, Expired, OpenUrl
from headrace.phone.engine.events import PERSON_EVENTS, Event, Fill
from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program
from headrace.phone.engine.state import Snackbar
from headrace.phone.jump import jump_to
from headrace.phone.screen.emptiness import emptinesses
from headrace.phone.session import Session
from headrace.phone.values import texts
from headrace.simulator.trace import (
    Act,
    Changed,
    Ended,
    Entry,
    Followed,
    Jumped,
    Refusal,
    Shown,
    Told,
    opening_json,
)


def handle(session: Session, event: Event) -> tuple[list[Effect], list[Entry]]:
    """Hands over an event; gives its effects, and what the trace says of it."""
    before = _Glimpse.of(session)
    effects = session.handle(event)
    return effects, entries(event, effects, before, session)


def jump(session: Session, screen: str) -> tuple[Session, list[Entry]]:
    """Goes straight to a screen of the Flow; the given session stays as it was."""
    there = jump_to(session, screen)
    return there, [Jumped(screen), *_shown(_Glimpse.of(session), there)]


def carry(session: Session, program: Program, text: str, opening: Opening) -> tuple[Carried, list[Entry]]:
    """Carries a session over to the `program` of another `text`; the given session stays as it was."""
    carried = carry_over.carry(session, program, opening)
    before = _Glimpse.of(Session.start(program, opening) if carried.restarted else session)
    now = carried.session
    return carried, [Changed(text, opening_json(opening)), *_shown(before, now), *_told(before, now)]


@dataclass(frozen=True, slots=True)
class _Glimpse:
    """What the trace compares. The dictionaries are copies, the values in them are not."""

    visit: int
    screen: str | None
    data: dict[str, dict[str, Any]]
    form: dict[str, Any]
    snackbar: Snackbar | None
    failure: str | None
    expired: str | None

    @classmethod
    def of(cls, session: Session) -> "_Glimpse":
        state = session.state
        return cls(
            visit=state.visit,
            screen=state.screen,
            data={name: dict(store.data) for name, store in state.screens.items()},
            form=dict(state.screens[state.screen].form) if state.screen else {},
            snackbar=state.snackbar,
            failure=state.failure if state.status == "error" else None,
            expired=state.expired,
        )


def entries(event: Event, effects: Iterable[Effect], before: _Glimpse, session: Session) -> list[Entry]:
    """The entries for one event that was handled."""
    refusals = [Refusal(effect.target, effect.reason) for effect in effects if isinstance(effect, Declined)]
    found: list[Entry] = [*_act(event, refusals, before, session), *refusals]
    found += _shown(before, session)
    found += _told(before, session)
    found += [Followed(effect.url) for effect in effects if isinstance(effect, OpenUrl)]
    found += [_ended(effect) for effect in effects if isinstance(effect, Complete | Closed | Expired)]
    return found


def _act(event: Event, refusals: list[Refusal], before: _Glimpse, session: Session) -> list[Act]:
    if not isinstance(event, PERSON_EVENTS):
        return []
    if not isinstance(event, Fill):
        return [Act.of(event)]
    now = session.state.screens[session.state.screen].form if session.state.screen else {}
    refused = {refusal.target for refusal in refusals}
    told = {
        name: value for name, value in event.values.items() if name in refused or now.get(name) != before.form.get(name)
    }
    return [Act("fill", {"values": told or event.values})] if told or refusals else []


def _shown(before: _Glimpse, session: Session) -> list[Shown]:
    state = session.state
    if state.screen is None:
        return []
    known = before.data.get(state.screen, {})
    data = state.screens[state.screen].data
    fresh = {name: value for name, value in data.items() if name not in known or known[name] != value}
    if state.visit == before.visit and state.screen == before.screen and not fresh:
        return []
    screen = session.view().screen
    return [Shown(state.screen, state.visit, fresh, emptinesses(screen) if screen else [])]


def _told(before: _Glimpse, session: Session) -> list[Told]:
    state = session.state
    if state.expired is not None and before.expired is None:
        return [Told("dialog", state.expired)]
    if state.status == "error" and state.failure is not None and before.failure is None:
        return [Told("screen", texts.failure(state.failure), state.failure, state.failure_detail)]
    if state.snackbar is None or state.snackbar is before.snackbar:
        return []
    return [Told("snackbar", state.snackbar.text, state.snackbar.error_type, state.snackbar.detail)]


def _ended(effect: Complete | Closed | Expired) -> Ended:
    match effect:
        case Complete(response):
            return Ended("completed", response)
        case Closed():
            return Ended("closed")
        case Expired():
            return Ended("expired")
