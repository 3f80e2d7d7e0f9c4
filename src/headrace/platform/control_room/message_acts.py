"""What the control room does about messages and templates: limits, the review, what became of them."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, get_args

from sqlalchemy import select

from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.control_room.acts import Room
from headrace.platform.control_room.overview import lost_messages
from headrace.platform.control_room.requests import Refused, Wishes
from headrace.platform.controls import MessageLimits, Values
from headrace.platform.templates import review
from headrace.platform.templates.lifecycle import Action, NotPossible
from headrace.platform.templates.models import Template
from headrace.platform.webhooks.events import NewEvent
from headrace.platform.webhooks.service import tell
from headrace.protocol import RejectionReason, TemplateCategory, TemplateQuality, TemplateStatus
from headrace.protocol.numbers import MESSAGING_TIERS

_MOST_PER_SECOND = 100_000
_LONGEST_DELAY_SECONDS = 30 * 24 * 3600
_MOST_LOST = 100


async def limit_messages(room: Room, wishes: Wishes, _path: Mapping[str, str]) -> dict[str, Any]:
    """`pair`, `per_second` (0: none), `refuses_shut_windows`, `tier`; what is left out stays as it is. Another tier is
    told to who subscribed `phone_number_quality_update`.
    """
    wishes.only("pair", "per_second", "refuses_shut_windows", "tier")
    tier = wishes.text("tier")
    if tier is not None:
        _among("tier", tier.upper(), MESSAGING_TIERS)
    before_all = room.box.controls.values.message_limits.tier
    pair, refuses = wishes.flag("pair"), wishes.flag("refuses_shut_windows")
    rate = wishes.whole("per_second", 0, _MOST_PER_SECOND)

    def change(values: Values) -> Values:
        before = values.message_limits
        limits = MessageLimits(
            pair=before.pair if pair is None else pair,
            per_second=before.per_second if rate is None else rate or None,
            refuses_shut_windows=before.refuses_shut_windows if refuses is None else refuses,
            tier=before.tier if tier is None else tier.upper(),
        )
        return replace(values, message_limits=limits)

    await room.change(change)
    now = room.box.controls.values.message_limits
    if now.tier != before_all:
        await _tell_tier(room, before_all, now.tier)
    return asdict(now)


async def _tell_tier(room: Room, before: str, now: str) -> None:
    names = list(MESSAGING_TIERS)
    event = "UPGRADE" if names.index(now) > names.index(before) else "DOWNGRADE"
    async with room.box.database.transaction() as session:
        numbers = await session.scalars(select(PhoneNumber).order_by(PhoneNumber.created_at, PhoneNumber.id))
        told = [
            NewEvent(
                number.waba_id,
                "phone_number_quality_update",
                {
                    "display_phone_number": number.digits,
                    "event": event,
                    "current_limit": now,
                    "max_daily_conversations_per_business": now,
                },
                subject=f"number:{number.id}",
            )
            for number in numbers
        ]
        await tell(session, room.box, told)


async def show_lost(room: Room, _wishes: Wishes, _path: Mapping[str, str]) -> dict[str, Any]:
    """The messages that were accepted and lost without a word, the newest first, each with the reason."""
    async with room.box.database.reading() as session:
        return {"lost": await lost_messages(session, _MOST_LOST)}


async def show_templates(room: Room, _wishes: Wishes, _path: Mapping[str, str]) -> dict[str, Any]:
    """The rules of the review, and every template with its status."""
    chosen = (
        select(Template).where(Template.status != TemplateStatus.DELETED).order_by(Template.created_at, Template.id)
    )
    async with room.box.database.reading() as session:
        return {
            "rules": [_rule(rule) for rule in await review.list_rules(session)],
            "templates": [_template(template) for template in await session.scalars(chosen)],
        }


async def set_review(room: Room, wishes: Wishes, _path: Mapping[str, str]) -> dict[str, Any]:
    """`rules`: objects with `pattern`, `decision` (approve, reject, hold), `reason` and `delay_seconds`, in order."""
    wishes.only("rules")
    given = wishes.members.get("rules")
    if not isinstance(given, list):
        raise Refused('Say by which rules: {"rules": [{"pattern": "sale*", "decision": "hold"}]}. None are approved.')
    rules = [_read_rule(entry) for entry in given]
    async with room.box.database.transaction() as session:
        await review.set_rules(session, room.box, rules)
    return {"rules": [_rule(rule) for rule in rules]}


async def judge_template(room: Room, wishes: Wishes, path: Mapping[str, str]) -> dict[str, Any]:
    """`action` with a `reason` for a rejection, `quality`, `category` (only announced where it `is_impending`)."""
    wishes.only("action", "reason", "quality", "category", "is_impending")
    action, reason = wishes.text("action"), wishes.text("reason")
    quality, category = wishes.text("quality"), wishes.text("category")
    is_impending = bool(wishes.flag("is_impending"))
    if action is None and quality is None and category is None:
        raise Refused(f"Say what becomes of it: an action ({', '.join(Action)}), a quality or a category.")
    async with room.box.database.transaction() as session:
        template = await session.get(Template, path["template_id"], with_for_update=True)
        if template is None or template.status == TemplateStatus.DELETED:
            raise Refused("This box has no message template with that id.", 404)
        try:
            if action is not None:
                why = RejectionReason(_among("reason", (reason or "NONE").upper(), RejectionReason))
                await review.act(session, room.box, template, Action(_among("action", action.lower(), Action)), why)
        except NotPossible as error:
            raise Refused(str(error), 409) from error
        if quality is not None:
            known = TemplateQuality(_among("quality", quality.upper(), TemplateQuality))
            await review.set_quality(session, room.box, template, known)
        if category is not None:
            wanted = TemplateCategory(_among("category", category.upper(), TemplateCategory))
            await review.recategorize(session, room.box, template, wanted, is_impending=is_impending)
        return _template(template)


def _read_rule(entry: Any) -> review.Rule:
    if not isinstance(entry, dict) or not isinstance(entry.get("pattern"), str) or not entry["pattern"]:
        raise Refused('A rule has a pattern and a decision, such as {"pattern": "*", "decision": "hold"}.')
    decision = _among("decision", str(entry.get("decision")), get_args(review.Decision))
    reason = RejectionReason(_among("reason", str(entry.get("reason", "NONE")).upper(), RejectionReason))
    delay = entry.get("delay_seconds", 0)
    if not isinstance(delay, int) or isinstance(delay, bool) or not 0 <= delay <= _LONGEST_DELAY_SECONDS:
        raise Refused("delay_seconds is a whole number of at most 30 days.")
    return review.Rule(entry["pattern"], review.decision_of(decision), reason, delay)


def _among(name: str, value: str, allowed: Any) -> str:
    if value not in set(allowed):
        raise Refused(f"{name} cannot be {value[:40]}. It is one of {', '.join(allowed)}.")
    return value


def _rule(rule: review.Rule) -> dict[str, Any]:
    return {
        "pattern": rule.pattern,
        "decision": rule.decision,
        "reason": rule.reason.value,
        "delay_seconds": rule.delay_seconds,
    }


def _template(template: Template) -> dict[str, Any]:
    return {
        "id": template.id,
        "waba_id": template.waba_id,
        "name": template.name,
        "language": template.language,
        "category": template.category,
        "status": template.status,
        "rejected_reason": template.rejected_reason,
        "quality": template.quality,
    }
