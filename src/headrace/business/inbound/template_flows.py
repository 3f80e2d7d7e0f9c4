"""Which Flow a template opens: WhatsApp is asked once for each template, and again after a while."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from headrace.business.connections.service import Connection
from headrace.business.context import BusinessContext
from headrace.business.flows.messages import Echo, TemplateName
from headrace.business.whatsapp import WhatsAppRefused
from headrace.business.whatsapp.templates import find_template

_HOLDS = timedelta(minutes=10)
_MOST = 1000


class TemplateFlows:
    """The Flows behind templates, as far as they are known."""

    def __init__(self, context: BusinessContext) -> None:
        self._context = context
        self._known: dict[tuple[int, TemplateName], tuple[str | None, datetime]] = {}

    async def with_flows(self, connection: Connection, echoes: Sequence[Echo]) -> list[Echo]:
        """The echoes with the Flows that their templates open; those of templates that open none are left out."""
        found = []
        for echo in echoes:
            if echo.template is None:
                found.append(echo)
            elif (flow_id := await self._flow_of(connection, echo.template)) is not None:
                found.append(replace(echo, flow_id=flow_id))
        return found

    async def _flow_of(self, connection: Connection, template: TemplateName) -> str | None:
        key, now = (connection.id, template), self._context.clock.now()
        flow_id, at = self._known.get(key, (None, now - _HOLDS))
        if timedelta() <= now - at < _HOLDS:
            return flow_id
        try:
            whatsapp = self._context.whatsapp(connection)
            remote = await find_template(whatsapp, template.waba_id, template.name, template.language)
        except WhatsAppRefused:
            return flow_id  # what was known before
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = (None if remote is None else remote.flow_id, now)
        return self._known[key][0]
