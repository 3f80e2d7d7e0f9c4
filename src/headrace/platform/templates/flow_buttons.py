"""The Flow behind a FLOW button: found by id or name, or made from the Flow JSON that the template brings."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.callers import Caller
from headrace.platform.box import Box
from headrace.platform.errors.catalogue import TEMPLATE_INVALID
from headrace.platform.flows import publishing
from headrace.platform.flows.sending import FlowName, Sendable, find_flows, opening_of
from headrace.platform.templates.buttons import FlowRequest
from headrace.platform.templates.components import Components
from headrace.protocol import FlowStatus

_SENDABLE = frozenset({FlowStatus.PUBLISHED, FlowStatus.THROTTLED, FlowStatus.BLOCKED})
_CATEGORY = "OTHER"


@dataclass(frozen=True)
class Connected:
    """Components whose FLOW button names its Flow. `made` is a Flow that still has to be stored."""

    stored: list[dict[str, Any]]
    flow_id: str | None = None
    made: publishing.Prepared | None = None


async def connect(box: Box, caller: Caller, waba_id: str, name: str, components: Components) -> Connected:
    """Finds the Flow of the button, or prepares the one that is brought, to be called `name`.

    Raises code 100 for a Flow that is not there, not published or cannot be opened like this.
    """
    request = components.flow
    if request is None:
        return Connected(components.stored)
    if request.flow_json is not None:
        made = await _prepare(box, caller, waba_id, name, request.flow_json)
        own = made.flow
        version = Sendable(None, own.json_version, own.data_api_version is not None, opening_of(own.json_text))
        return Connected(_with_flow(components, request, made.flow.id, version), made.flow.id, made)
    async with box.database.reading() as session:
        wanted = FlowName(waba_id, request.flow_id, request.flow_name)
        flow = (await find_flows(session, await box.cache.kept(session), [wanted])).get(wanted)
    which = f"with the id {str(request.flow_id)[:40]}" if request.flow_id else f'named "{str(request.flow_name)[:80]}"'
    if flow is None:
        raise TEMPLATE_INVALID.explained(f"The WhatsApp account of this template has no Flow {which}.")
    if flow.status not in _SENDABLE or flow.published is None:
        raise TEMPLATE_INVALID.explained(
            f'The Flow "{flow.name}" is {flow.status}. A template needs one that is published: publish it first.'
        )
    return Connected(_with_flow(components, request, flow.id, flow.published), flow.id)


async def store(session: AsyncSession, box: Box, connected: Connected) -> None:
    """Stores the Flow that a template brings."""
    if connected.made is not None:
        await publishing.store(session, box, connected.made)


async def _prepare(box: Box, caller: Caller, waba_id: str, name: str, flow_json: bytes) -> publishing.Prepared:
    wanted = publishing.NewFlow(name=name, categories=[_CATEGORY], flow_json=flow_json, publish=True)
    async with box.database.reading() as session:
        taken = FlowName(waba_id, None, name)
        if await find_flows(session, await box.cache.kept(session), [taken]):
            wanted = replace(wanted, name=f"{name[:180]} {box.identifiers.graph_id()}")
    made = await publishing.prepare(box, caller, waba_id, wanted)
    if made.flow.validation_errors:
        first = made.flow.validation_errors[0]
        count = len(made.flow.validation_errors) + made.flow.errors_left_out
        raise TEMPLATE_INVALID.explained(
            f"flow_json has {count} validation errors. The first, on line {first['line_start']}: {first['message']}"
        )
    return made


def _with_flow(components: Components, request: FlowRequest, flow_id: str, version: Sendable) -> list[dict[str, Any]]:
    """The components with the Flow's id, action and first screen in the button."""
    opening = version.opening
    if opening.problem is not None:
        raise TEMPLATE_INVALID.explained(f"The Flow cannot be opened: {opening.problem}")
    named: dict[str, Any] = {"flow_id": flow_id, "flow_action": request.action}
    if request.action == "DATA_EXCHANGE":
        if not version.has_endpoint:
            raise TEMPLATE_INVALID.explained("flow_action DATA_EXCHANGE takes a Flow with an endpoint. Use NAVIGATE.")
    else:
        screen = request.screen or opening.entry_screen
        if screen not in opening.screens:
            known = ", ".join(opening.screens)
            raise TEMPLATE_INVALID.explained(f"The Flow cannot open with screen {screen[:80]}. It opens with {known}.")
        named["navigate_screen"] = screen
    stored = [dict(component) for component in components.stored]
    for component in stored:
        if component["type"] == "BUTTONS":
            buttons = list(component["buttons"])
            buttons[request.position] = buttons[request.position] | named
            component["buttons"] = buttons
    return stored
