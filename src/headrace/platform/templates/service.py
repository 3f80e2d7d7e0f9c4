"""Templates: making, editing, deleting and finding them.

A template may bring a Flow of its own as Flow JSON. That Flow is checked and its endpoint asked outside any
transaction, and it is stored together with the template or not at all; so `create` and `edit` open their own.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Text, cast, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import wait_for_turn
from headrace.platform.accounts.callers import Caller
from headrace.platform.accounts.models import Waba
from headrace.platform.accounts.service import business_of, find_waba
from headrace.platform.box import Box
from headrace.platform.errors import UnknownObject
from headrace.platform.errors.catalogue import (
    PARAMETER_INVALID,
    TEMPLATE_EXISTS,
    TEMPLATE_LIMIT_REACHED,
    TEMPLATE_NAME_RESTS,
    TEMPLATE_NOT_EDITABLE,
    TEMPLATES_TOO_FAST,
)
from headrace.platform.templates.components import read_components
from headrace.platform.templates.flow_buttons import Connected, connect, store
from headrace.platform.templates.lifecycle import EDITABLE
from headrace.platform.templates.models import Template
from headrace.platform.templates.placeholders import POSITIONAL
from headrace.platform.templates.review import schedule_review, tell_status
from headrace.protocol import TEMPLATE_LANGUAGES, TemplateStatus

MOST_AN_HOUR = 100
LIMITS = {False: 250, True: 6000}
"""How many templates a WABA may have, by whether its business is verified."""

_NAME = re.compile(r"[a-z0-9_]{1,512}")
_NAME_RESTS = timedelta(days=30)
_EDITS_A_DAY, _EDITS_A_MONTH = 1, 10


@dataclass(frozen=True)
class NewTemplate:
    """What a caller wants made; its words are checked by `create`."""

    name: str
    language: str
    category: str
    components: list[Any]
    parameter_format: str = POSITIONAL
    message_send_ttl_seconds: int | None = None
    cta_url_link_tracking_opted_out: bool | None = None


@dataclass(frozen=True)
class Edit:
    """What a caller wants changed; None leaves it as it is."""

    category: str | None = None
    components: list[Any] | None = None
    parameter_format: str | None = None
    message_send_ttl_seconds: int | None = None
    cta_url_link_tracking_opted_out: bool | None = None

    @property
    def is_empty(self) -> bool:
        return self == Edit()


@dataclass(frozen=True)
class Summary:
    """What a listing says about all templates of a WABA."""

    total_count: int
    message_template_count: int
    message_template_limit: int
    are_translations_complete: bool


def templates_of(waba_id: str) -> Select[Template]:
    return select(Template).where(Template.waba_id == waba_id, Template.status != TemplateStatus.DELETED)


def holding(statement: Select[Template], text: str, *, in_name: bool, in_content: bool) -> Select[Template]:
    """The templates that have a text in their name, in the texts of their components, or in either."""
    name = Template.name.icontains(text, autoescape=True)
    # The components are JSON in a text column: what is looked for is written as it stands there.
    content = cast(Template.components, Text).icontains(json.dumps(text)[1:-1], autoescape=True)
    return statement.where(or_(*([name] if in_name else []), *([content] if in_content else [])))


async def find_template(session: AsyncSession, business_id: str, template_id: str) -> Template:
    """A template of this business. Raises UnknownObject."""
    template = await session.scalar(
        select(Template)
        .join(Waba, Waba.id == Template.waba_id)
        .where(Template.id == template_id, Waba.business_id == business_id, Template.status != TemplateStatus.DELETED)
    )
    if template is None:
        raise UnknownObject(template_id)
    return template


async def create(box: Box, caller: Caller, waba_id: str, wanted: NewTemplate) -> Template:
    """Makes a template and has it reviewed. Raises code 100 with a subcode, or what its Flow is refused with."""
    _check(wanted)
    components = read_components(wanted.components, wanted.parameter_format, wanted.category)
    async with box.database.reading() as session:
        await find_waba(session, caller.business_id, waba_id)
        await _check_room(session, box, waba_id, wanted)
    connected = await connect(box, caller, waba_id, _flow_name(wanted.name, wanted.language), components)
    now = box.clock.now()
    template = Template(
        id=box.identifiers.graph_id(),
        waba_id=waba_id,
        name=wanted.name,
        language=wanted.language,
        category=wanted.category,
        parameter_format=wanted.parameter_format,
        status=TemplateStatus.PENDING.value,
        quality_at=now,
        message_send_ttl_seconds=wanted.message_send_ttl_seconds,
        cta_url_link_tracking_opted_out=wanted.cta_url_link_tracking_opted_out,
        created_at=now,
        updated_at=now,
    )
    async with box.database.transaction() as session:
        await wait_for_turn(session, f"templates {waba_id}")
        await _check_room(session, box, waba_id, wanted)
        await _put(session, box, template, connected)
        session.add(template)
        try:
            await session.flush()
        except IntegrityError as error:
            raise _exists(wanted) from error
        await schedule_review(session, box, template)
    return template


async def edit(box: Box, caller: Caller, template_id: str, changes: Edit) -> Template:
    """Changes a template that was approved, rejected or paused, and has it reviewed anew. Raises code 100."""
    async with box.database.reading() as session:
        template = await find_template(session, caller.business_id, template_id)
    _check_editable(template, changes, box.clock.now())
    connected = None
    if changes.components is not None:
        parameter_format = changes.parameter_format or template.parameter_format
        components = read_components(changes.components, parameter_format, changes.category or template.category)
        connected = await connect(
            box, caller, template.waba_id, _flow_name(template.name, template.language), components
        )
    async with box.database.transaction() as session:
        now = box.clock.now()
        stored = await find_template(session, caller.business_id, template_id)
        await session.refresh(stored, with_for_update=True)
        _check_editable(stored, changes, now)
        if changes.is_empty:
            return stored
        if connected is not None:
            await _put(session, box, stored, connected)
        if stored.status == TemplateStatus.APPROVED:
            stored.edits = [*_recent(stored, now, timedelta(days=30)), now.isoformat()]
        for name in ("category", "parameter_format", "message_send_ttl_seconds", "cta_url_link_tracking_opted_out"):
            if (value := getattr(changes, name)) is not None:
                setattr(stored, name, value)
        stored.status = TemplateStatus.PENDING.value
        stored.edition += 1
        stored.updated_at = now
        await tell_status(session, box, stored, TemplateStatus.PENDING)
        await schedule_review(session, box, stored)
    return stored


async def delete(session: AsyncSession, box: Box, waba_id: str, name: str, template_id: str | None) -> None:
    """Deletes a template in all languages, or only the one with this id. Raises code 100 when there is none.

    The name of one that was approved rests for 30 days.
    """
    statement = templates_of(waba_id).where(Template.name == name)
    if template_id is not None:
        statement = statement.where(Template.id == template_id)
    found = list(await session.scalars(statement.with_for_update()))
    if not found:
        which = f'named "{name[:80]}"' + ("" if template_id is None else f" with the id {template_id[:40]}")
        raise PARAMETER_INVALID.explained(f"The account has no message template {which}.")
    now = box.clock.now()
    for template in found:
        rests = template.status not in {TemplateStatus.PENDING, TemplateStatus.REJECTED}
        template.name_rests_until = now + _NAME_RESTS if rests else None
        template.status = TemplateStatus.DELETED.value
        template.edition += 1
        template.updated_at = now
        await tell_status(session, box, template, TemplateStatus.DELETED)


async def summary(session: AsyncSession, waba_id: str, statement: Select[Template]) -> Summary:
    """What a listing sums up: `statement` are the templates it lists, whatever page."""
    total = await session.scalar(select(func.count()).select_from(statement.subquery()))
    everything = await session.execute(
        select(Template.name, Template.language).where(
            Template.waba_id == waba_id, Template.status != TemplateStatus.DELETED
        )
    )
    languages: dict[str, set[str]] = {}
    for name, language in everything:
        languages.setdefault(name, set()).add(language)
    business = await business_of(session, waba_id)
    return Summary(
        total_count=total or 0,
        message_template_count=sum(map(len, languages.values())),
        message_template_limit=LIMITS[business.is_verified],
        are_translations_complete=len(set(map(frozenset, languages.values()))) <= 1,
    )


async def _put(session: AsyncSession, box: Box, template: Template, connected: Connected) -> None:
    """Gives a template its components, storing the Flow that it brings."""
    await store(session, box, connected)
    template.components, template.flow_id = connected.stored, connected.flow_id


def _flow_name(name: str, language: str) -> str:
    """What a Flow is called that a template brings."""
    return f"{name[:180]} {language}"


def _check(wanted: NewTemplate) -> None:
    if not _NAME.fullmatch(wanted.name):
        raise PARAMETER_INVALID.numbered(
            "Param name must be at most 512 characters long, of small letters, digits and underscores."
        )
    if wanted.language not in TEMPLATE_LANGUAGES:
        raise PARAMETER_INVALID.numbered(
            f'Param language must be a supported language such as en_US - got "{wanted.language[:40]}".'
        )


async def _check_room(session: AsyncSession, box: Box, waba_id: str, wanted: NewTemplate) -> None:
    now = box.clock.now()
    same = select(Template).where(
        Template.waba_id == waba_id, Template.name == wanted.name, Template.language == wanted.language
    )
    for other in await session.scalars(same):
        if other.status != TemplateStatus.DELETED:
            raise _exists(wanted)
        if other.name_rests_until is not None and other.name_rests_until > now:
            raise TEMPLATE_NAME_RESTS.explained(
                f'A template "{wanted.name}" in {wanted.language} was deleted. Its name can be used again from '
                f"{other.name_rests_until:%d %B %Y} on; choose another one until then."
            )
    made = select(func.count()).where(Template.waba_id == waba_id, Template.created_at > now - timedelta(hours=1))
    if (await session.scalar(made) or 0) >= MOST_AN_HOUR:
        raise TEMPLATES_TOO_FAST.numbered(
            f"{TEMPLATES_TOO_FAST.title}: {MOST_AN_HOUR} templates were created for this account within an hour. Wait."
        )
    limit = LIMITS[(await business_of(session, waba_id)).is_verified]
    if (await session.scalar(select(func.count()).select_from(templates_of(waba_id).subquery())) or 0) >= limit:
        raise TEMPLATE_LIMIT_REACHED.explained(f"The account has {limit} templates, as many as it may. Delete some.")


def _check_editable(template: Template, changes: Edit, now: datetime) -> None:
    if template.status not in EDITABLE:
        allowed = ", ".join(sorted(EDITABLE))
        raise TEMPLATE_NOT_EDITABLE.explained(f"The template is {template.status}. Editing takes one of {allowed}.")
    if template.status != TemplateStatus.APPROVED:
        return
    if changes.category is not None and changes.category != template.category:
        raise TEMPLATE_NOT_EDITABLE.explained("The category of an approved template cannot be changed. Create another.")
    if len(_recent(template, now, timedelta(days=1))) >= _EDITS_A_DAY:
        raise TEMPLATE_NOT_EDITABLE.explained("An approved template can be edited once in 24 hours. Wait.")
    if len(_recent(template, now, timedelta(days=30))) >= _EDITS_A_MONTH:
        raise TEMPLATE_NOT_EDITABLE.explained("An approved template can be edited ten times in 30 days. Wait.")


def _recent(template: Template, now: datetime, period: timedelta) -> list[str]:
    return [moment for moment in template.edits if datetime.fromisoformat(moment) > now - period]


def _exists(wanted: NewTemplate) -> Exception:
    return TEMPLATE_EXISTS.explained(
        f'The account has a template "{wanted.name}" in {wanted.language} already. Choose another name, or edit it.'
    )
