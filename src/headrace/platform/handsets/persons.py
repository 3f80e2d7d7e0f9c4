"""Scripted persons: phones that answer by themselves, by the rules of `scripts`.

What arrives on such a phone makes a job, `persons.answer`, in which the person reads it and answers. A Flow is filled
in by another, `persons.go_on`, step by step: each is stored with what it changed, and whoever waits for an endpoint is
woken by its answer. So a person goes on where they were after a restart, and does nothing twice.
"""

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.jobs import Again, Job
from headrace.phone.engine.effects import Declined, Effect
from headrace.phone.engine.events import Back, Close, Event, Select, Tap
from headrace.phone.screen.view_text import notice_of
from headrace.phone.session import Session
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.flows.models import Flow
from headrace.platform.handsets import service
from headrace.platform.handsets.choices import choices_of
from headrace.platform.handsets.models import FlowSession, Handset
from headrace.platform.handsets.opening import press_button
from headrace.platform.handsets.scripts import Heard, Rule, read_rules, rule_for, step_of
from headrace.platform.handsets.session_rows import GO_ON, HeldRow, hold_phone
from headrace.platform.handsets.store import HandsetStore
from headrace.platform.handsets.words import part
from headrace.platform.messaging.delivery import ANSWER
from headrace.platform.messaging.models import Message
from headrace.platform.messaging.receipts import read_chat
from headrace.platform.messaging.service import UnwritableText
from headrace.platform.templates.models import Template
from headrace.simulator.driver import Driver
from headrace.simulator.steps import Step

_log = logging.getLogger(__name__)


def give_script(handset: Handset, rules: Sequence[Rule]) -> None:
    """The person answers by these rules from now on; without any they wait for somebody to use their phone."""
    handset.script = [rule.as_json() for rule in rules] or None
    handset.script_trouble = None
    handset.user.is_scripted = bool(rules)


def register_persons(box: Box) -> None:
    """Gives the worker the jobs of this module."""
    store = HandsetStore(box)

    async def answer(job: Job) -> Again | None:
        async with box.database.transaction() as session:
            return await _answer(session, box, job.key)

    async def go_on(job: Job) -> None:
        is_done = False
        while not is_done:
            async with store.held(job.key) as held:
                is_done = held is None or await _take_step(held)

    box.jobs.handle(ANSWER, answer)
    box.jobs.handle(GO_ON, go_on)


async def _answer(session: AsyncSession, box: Box, wamid: str) -> Again | None:
    found = (
        await session.execute(
            select(Message, Handset).join(Handset, Handset.wa_id == Message.wa_id).where(Message.wamid == wamid)
        )
    ).one_or_none()
    if found is None:
        return None
    message, handset = found
    await hold_phone(session, handset.id)
    rule = rule_for(read_rules(handset.script or []), await _heard(session, message))
    if rule is None or message.delivered_at is None or await _is_answered(session, message, rule):
        return None
    due = message.delivered_at + rule.after
    if due > box.clock.now():
        return Again(due)
    try:
        await _act(session, box, handset, message, rule)
    except (UnwritableText, service.NotThere) as error:
        _note(handset, str(error))
    return None


async def _heard(session: AsyncSession, message: Message) -> Heard:
    flow = None if message.flow_id is None else await session.get(Flow, message.flow_id)
    template = None if message.template_id is None else await session.get(Template, message.template_id)
    payload = message.shown or message.payload
    words = ""
    if isinstance(payload, dict):
        words = str(payload.get("body", "")) if message.type == "text" else part(payload, "body")
    return Heard(words, None if flow is None else flow.name, None if template is None else template.name)


async def _is_answered(session: AsyncSession, message: Message, rule: Rule) -> bool:
    if rule.act == "do":
        opened = select(FlowSession.id).where(FlowSession.message_id == message.id)
        return message.flow_outcome is not None or await session.scalar(opened) is not None
    if rule.act == "read":
        return message.read_at is not None
    answers = select(Message.id).where(
        Message.wa_id == message.wa_id, Message.direction == "in", Message.context_wamid == message.wamid
    )
    return await session.scalar(answers.limit(1)) is not None


async def _act(session: AsyncSession, box: Box, handset: Handset, message: Message, rule: Rule) -> None:
    sender = await session.get_one(PhoneNumber, message.phone_number_id)
    await read_chat(session, box, handset.user, sender)
    match rule.act:
        case "say":
            await service.write(session, box, handset, sender, rule.content, message.wamid)
        case "react":
            await service.react(session, box, handset, message, rule.content)
        case "tap":
            choices = choices_of(message)
            choice = next((one for one in choices if one.label == rule.content), None)
            if choice is None:
                offered = ", ".join(one.label for one in choices) or "nothing"
                raise service.NotThere(f"{message.wamid} offers no {rule.content!r}, but {offered}.")
            await service.choose(session, box, handset, message, choice.position)
        case "do":
            await _begin(session, box, handset, message, rule)


async def _begin(session: AsyncSession, box: Box, handset: Handset, message: Message, rule: Rule) -> None:
    if message.flow_opening is None:
        raise service.NotThere(f"{message.wamid} opens no Flow, so its steps cannot be done.")
    row = await press_button(session, box, handset, message)
    if row is None:
        _note(handset, handset.notice or "The Flow did not open.")
        handset.notice = None
        return
    row.script = {"steps": rule.content, "done": 0}
    if not row.is_waiting:
        await box.jobs.schedule(session, GO_ON, row.id, box.clock.now())


async def _take_step(held: HeldRow) -> bool:
    """Does the next step of a session. True when there is nothing to do, now or at all."""
    row, session = held.row, held.opened.session
    if row.script is None or session.pending is not None:
        return True
    steps, done = row.script["steps"], int(row.script["done"])
    if done >= len(steps) or row.status != "open":
        row.script = None
        return True
    step = step_of(steps[done], done + 1)
    turn = await Driver(session, None, held).begin(*_events(session, step))
    trouble = _refusal(session, turn.effects)
    if trouble:
        row.script = None
        _note(held.handset, f"{step}: {trouble}")
        return True
    row.script = {"steps": steps, "done": done + 1}
    return False


def _events(session: Session, step: Step) -> list[Event]:
    if step.kind == "fill":
        return session.entered(dict(step.content))
    if step.kind == "select":
        return [Select(name, value) for name, value in step.content.items()]
    if step.kind == "tap":
        return [Tap(step.content)]
    return [Back() if step.kind == "back" else Close()]


def _refusal(session: Session, effects: Sequence[Effect]) -> str | None:
    declined: Any = next((effect for effect in effects if isinstance(effect, Declined)), None)
    if declined is None:
        return None
    notice = notice_of(session.view())
    words = f"{declined.target}: {declined.reason}" if declined.target else declined.reason
    return f"{words}. The phone shows: {notice}" if notice else words


def _note(handset: Handset, words: str) -> None:
    """What kept a person from answering stands with their script, until it is given anew."""
    handset.script_trouble = words[:1_000]
    _log.warning("%s (%s) could not answer: %s", handset.name, handset.wa_id, words)
