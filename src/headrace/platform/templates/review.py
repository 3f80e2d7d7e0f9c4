"""What WhatsApp decides about templates: the review of new ones, their quality, pauses, categories. Each is told.

New and edited templates are reviewed by a job, `templates.review`: by the first rule that fits, else they are
approved. Whatever a rule or monitoring may decide can also be decided by hand, with the same functions. The pauses for
low quality are Meta's: three hours, then six, then the template is disabled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any, Literal

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.clock import unix_seconds
from headrace.database import touch
from headrace.jobs import Again, Handler, Job
from headrace.platform.box import Box
from headrace.platform.templates.lifecycle import Action, step
from headrace.platform.templates.models import ReviewRule, Template
from headrace.platform.webhooks.events import NewEvent
from headrace.platform.webhooks.service import tell
from headrace.protocol import RejectionReason, TemplateCategory, TemplateQuality, TemplateStatus

REVIEW = "templates.review"
RESUME = "templates.resume"
TOPIC = "templates"

Decision = Literal["approve", "reject", "hold"]

PAUSES = (timedelta(hours=3), timedelta(hours=6))
"""How long a template rests for low quality, the first time and the second. The third time it is disabled."""
_PAUSE_TITLES = ("FIRST_PAUSE", "SECOND_PAUSE")

_RECOMMENDATION = "Change what the reason names, and send the template for review again."


@dataclass(frozen=True)
class Rule:
    """A rule of the review, see `ReviewRule`."""

    pattern: str
    decision: Decision
    reason: RejectionReason = RejectionReason.NONE
    delay_seconds: int = 0


def register_review(box: Box) -> None:
    """Gives the worker the jobs of this room."""
    box.jobs.handle(REVIEW, _reviewer(box))
    box.jobs.handle(RESUME, _resumer(box))


async def list_rules(session: AsyncSession) -> list[Rule]:
    rows = await session.scalars(select(ReviewRule).order_by(ReviewRule.position))
    return [
        Rule(row.pattern, decision_of(row.decision), RejectionReason(row.reason), row.delay_seconds) for row in rows
    ]


async def set_rules(session: AsyncSession, box: Box, rules: Sequence[Rule]) -> None:
    """Puts rules in place of those there are. Templates that wait for their review are reviewed by them at once."""
    await session.execute(delete(ReviewRule))
    session.add_all(
        ReviewRule(
            position=position,
            pattern=rule.pattern,
            decision=rule.decision,
            reason=rule.reason.value,
            delay_seconds=rule.delay_seconds,
        )
        for position, rule in enumerate(rules)
    )
    for template in await session.scalars(select(Template).where(Template.status == TemplateStatus.PENDING)):
        await schedule_review(session, box, template)
    await touch(session, TOPIC)


async def schedule_review(session: AsyncSession, box: Box, template: Template) -> None:
    """Has a template reviewed that is new or was edited."""
    await box.jobs.schedule(session, REVIEW, template.id, box.clock.now())


async def act(
    session: AsyncSession,
    box: Box,
    template: Template,
    action: Action,
    reason: RejectionReason = RejectionReason.NONE,
) -> None:
    """Does to a template what WhatsApp may do, and tells the subscribers. Raises `NotPossible`.

    `reason` is why it is rejected. A pause ends by itself after three hours, the second after six; the third disables.
    """
    taken = step(action, template.status)
    now = box.clock.now()
    info: dict[str, Any] = {}
    template.resumes_at = None
    if action is Action.REJECT:
        reason = RejectionReason.INVALID_FORMAT if reason is RejectionReason.NONE else reason
        info["rejection_info"] = {"reason": reason.value, "recommendation": _RECOMMENDATION}
    elif action is Action.PAUSE:
        template.pauses += 1
        if template.pauses > len(PAUSES):
            taken = step(Action.DISABLE, template.status)
            action = Action.DISABLE
        else:
            template.resumes_at = now + PAUSES[template.pauses - 1]
            await box.jobs.schedule(session, RESUME, template.id, template.resumes_at)
            info["other_info"] = {
                "title": _PAUSE_TITLES[template.pauses - 1],
                "description": f"Paused for {PAUSES[template.pauses - 1].seconds // 3600} hours for its quality.",
            }
    elif action is Action.UNPAUSE:
        info["other_info"] = {"title": "UNPAUSE", "description": "The template can be sent again."}
    if action is Action.DISABLE:
        info["other_info"] = {"title": "DISABLED", "description": "The template can no longer be sent."}
        info["disable_info"] = {"disable_date": unix_seconds(now)}
    template.rejected_reason = reason.value if action is Action.REJECT else RejectionReason.NONE.value
    if taken.target is not None:
        template.status = taken.target.value
    template.updated_at = now
    await tell_status(session, box, template, taken.event, info)


async def tell_status(
    session: AsyncSession, box: Box, template: Template, event: str, info: dict[str, Any] | None = None
) -> None:
    """Tells the subscribers what became of a template."""
    value = {
        "event": event,
        **_named(template),
        "reason": template.rejected_reason,
        "message_template_category": template.category,
        **(info or {}),
    }
    await _tell(session, box, template, "message_template_status_update", value)


async def set_quality(session: AsyncSession, box: Box, template: Template, quality: TemplateQuality) -> None:
    """How people receive a template. One that is approved and becomes RED is paused."""
    before = template.quality
    if before == quality:
        return
    template.quality, template.quality_at = quality.value, box.clock.now()
    value = {"previous_quality_score": before, "new_quality_score": quality.value, **_named(template)}
    await _tell(session, box, template, "message_template_quality_update", value)
    if quality is TemplateQuality.RED and template.status == TemplateStatus.APPROVED:
        await act(session, box, template, Action.PAUSE)


async def recategorize(
    session: AsyncSession, box: Box, template: Template, category: TemplateCategory, *, is_impending: bool = False
) -> None:
    """Gives a template another category; one that `is_impending` is only announced."""
    if template.category == category:
        return
    value = {**_named(template)}
    if is_impending:
        template.correct_category = category.value
        value |= {"new_category": template.category, "correct_category": category.value}
    else:
        value |= {"previous_category": template.category, "new_category": category.value}
        template.previous_category, template.correct_category = template.category, None
        template.category = category.value
    template.updated_at = box.clock.now()
    await _tell(session, box, template, "template_category_update", value)


def _named(template: Template) -> dict[str, Any]:
    return {
        "message_template_id": int(template.id),
        "message_template_name": template.name,
        "message_template_language": template.language,
    }


async def _tell(session: AsyncSession, box: Box, template: Template, field: str, value: dict[str, Any]) -> None:
    await tell(session, box, [NewEvent(template.waba_id, field, value, subject=f"template:{template.id}")])
    await touch(session, TOPIC)


def _reviewer(box: Box) -> Handler:
    async def review(job: Job) -> Again | None:
        async with box.database.transaction() as session:
            template = await session.get(Template, job.key, with_for_update=True)
            if template is None or template.status != TemplateStatus.PENDING:
                return None
            rule = _rule_for(template, await list_rules(session))
            due = template.updated_at + timedelta(seconds=rule.delay_seconds)
            if rule.decision != "hold" and due > box.clock.now():
                return Again(due)
            if rule.decision == "approve":
                await act(session, box, template, Action.APPROVE)
            elif rule.decision == "reject":
                await act(session, box, template, Action.REJECT, rule.reason)
            return None

    return review


def _rule_for(template: Template, rules: Sequence[Rule]) -> Rule:
    return next((rule for rule in rules if fnmatchcase(template.name, rule.pattern)), Rule("*", "approve"))


def _resumer(box: Box) -> Handler:
    async def resume(job: Job) -> Again | None:
        async with box.database.transaction() as session:
            template = await session.get(Template, job.key, with_for_update=True)
            if template is None or template.status != TemplateStatus.PAUSED or template.resumes_at is None:
                return None
            if template.resumes_at > box.clock.now():
                return Again(template.resumes_at)
            await act(session, box, template, Action.UNPAUSE)
            return None

    return resume


def decision_of(word: str) -> Decision:
    """The decision that a word names; anything else holds a template back."""
    return "approve" if word == "approve" else "reject" if word == "reject" else "hold"
