"""Templates as messages see them, and whether one may be sent in its status."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.cache import TEMPLATES, Kept
from headrace.platform.errors import ErrorCode
from headrace.platform.errors.catalogue import TEMPLATE_DISABLED, TEMPLATE_PAUSED
from headrace.platform.templates.models import Template
from headrace.protocol import TemplateStatus

REFUSALS: Mapping[str, ErrorCode] = {
    TemplateStatus.PAUSED: TEMPLATE_PAUSED,
    TemplateStatus.DISABLED: TEMPLATE_DISABLED,
}
"""How sending is refused in these statuses. In every other but APPROVED senders hear that there is no such template."""


@dataclass(frozen=True)
class TemplateName:
    """How a message names a template of a WABA."""

    waba_id: str
    name: str
    language: str


@dataclass(frozen=True)
class TemplateToSend:
    """A template as it is now. `flow_id` is the Flow of its FLOW button."""

    id: str
    status: str
    category: str
    parameter_format: str
    components: list[dict[str, Any]]
    flow_id: str | None


async def find_templates(
    session: AsyncSession, kept: Kept, names: Iterable[TemplateName]
) -> dict[TemplateName, TemplateToSend]:
    """The templates that are there, in whatever status, by the names given."""
    templates = kept.of(TEMPLATES)
    wanted = set(names)
    for name in sorted(wanted - templates.keys(), key=repr):
        template = await session.scalar(
            select(Template).where(
                Template.waba_id == name.waba_id,
                Template.name == name.name,
                Template.language == name.language,
                Template.status != TemplateStatus.DELETED,
            )
        )
        if template is not None:
            templates[name] = TemplateToSend(
                id=template.id,
                status=template.status,
                category=template.category,
                parameter_format=template.parameter_format,
                components=template.components,
                flow_id=template.flow_id,
            )
    return {name: templates[name] for name in wanted if name in templates}
