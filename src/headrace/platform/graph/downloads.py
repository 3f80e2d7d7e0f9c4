"""Links to a Flow's JSON that need no token: whoever has one may read, until it runs out."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from headrace.clock import Clock, unix_seconds
from headrace.platform.accounts import secrets
from headrace.platform.box import Box
from headrace.platform.flows.models import Flow
from headrace.platform.flows.service import content_of
from headrace.protocol import FlowStatus

PATH = "/flow-assets/{flow_id:graph_id}/flow.json"
_LASTS = timedelta(days=1)


async def link(session: AsyncSession, clock: Clock, base_url: str, flow_id: str) -> str:
    """A link to the Flow JSON as last uploaded, good for a day."""
    expires = str(unix_seconds(clock.now() + _LASTS))
    signature = await secrets.sign(session, secrets.DOWNLOADS, f"{flow_id} {expires}")
    return f"{base_url}/flow-assets/{flow_id}/flow.json?oe={expires}&oh={signature}"


async def download(box: Box, request: Request) -> Response:
    """The exact bytes last uploaded, 403 for a link that was not made here or has run out."""
    flow_id = request.path_params["flow_id"]
    expires, signature = request.query_params.get("oe", ""), request.query_params.get("oh", "")
    async with box.database.reading() as session:
        if not await secrets.is_signed(session, secrets.DOWNLOADS, f"{flow_id} {expires}", signature):
            return PlainTextResponse("URL signature mismatch", 403)
        if int(expires) <= unix_seconds(box.clock.now()):
            return PlainTextResponse("URL signature expired. Ask for the assets of the Flow again.", 403)
        flow = await session.get(Flow, flow_id)
    content = None if flow is None or flow.status == FlowStatus.DELETED else content_of(flow)
    if content is None:
        return PlainTextResponse("The Flow or its Flow JSON no longer exists.", 404)
    return Response(
        content,
        headers={"content-disposition": 'attachment; filename="flow.json"', "x-content-type-options": "nosniff"},
        media_type="application/json",
    )
