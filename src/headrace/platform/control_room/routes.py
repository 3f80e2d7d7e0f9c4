"""The addresses of the control room, all below `/_world`. They are pages: the guard of pages stands before them."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from headrace.jobs import Jobs
from headrace.platform.box import Box
from headrace.platform.control_room import acts, message_acts
from headrace.platform.control_room.acts import Act, Room
from headrace.platform.control_room.moving_clock import ClockMover
from headrace.platform.control_room.overview import overview
from headrace.platform.control_room.requests import Refused, read_wishes

HERE = "/_world"

_ACTS: tuple[tuple[str, str, Act], ...] = (
    ("POST", "/clock", acts.move_clock),
    ("GET", "/flows/{flow_id:str}", acts.show_flow),
    ("POST", "/flows/{flow_id:str}/endpoint", acts.break_endpoint),
    ("POST", "/webhooks", acts.break_webhooks),
    ("POST", "/businesses/{business_id:str}", acts.set_business),
    ("POST", "/numbers/{phone_number_id:str}", acts.set_number),
    ("POST", "/rules", acts.set_rules),
    ("POST", "/metrics", acts.set_metrics),
    ("POST", "/versions/{version:str}", acts.set_version),
    ("POST", "/messages/limits", message_acts.limit_messages),
    ("GET", "/messages/lost", message_acts.show_lost),
    ("GET", "/templates", message_acts.show_templates),
    ("POST", "/templates/review", message_acts.set_review),
    ("POST", "/templates/{template_id:str}", message_acts.judge_template),
)


def control_room_routes(box: Box, neighbours: Sequence[Jobs] = ()) -> list[BaseRoute]:
    """Every address of the control room. `neighbours` is work of others that goes by the box's clock."""
    room = Room(box, ClockMover(box, neighbours))

    async def show(_request: Request) -> Response:
        return JSONResponse(await overview(box))

    return [
        Route(HERE, show, methods=["GET"]),
        *(Route(HERE + path, _endpoint(room, act), methods=[method]) for method, path, act in _ACTS),
    ]


def _endpoint(room: Room, act: Act) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(await act(room, await read_wishes(request), request.path_params))
        except Refused as refusal:
            return JSONResponse({"error": refusal.words}, refusal.status)

    return answer
