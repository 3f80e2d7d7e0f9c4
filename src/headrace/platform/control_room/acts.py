"""What can be done in the control room: each act reads its wishes, does it, and says what came of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from headrace.exchange.health.rules import RULES, UnusableRules, changed
from headrace.flowjson.catalogue.versions import VERSIONS
from headrace.identifiers import ReseedableIdentifiers
from headrace.jobs import NewJob
from headrace.platform.accounts.models import Business, PhoneNumber
from headrace.platform.box import Box
from headrace.platform.control_room import log_entries, snapshots
from headrace.platform.control_room.moving_clock import FARTHEST, ClockMover, UnmovableClock
from headrace.platform.control_room.overview import flow_state, overview
from headrace.platform.control_room.requests import Refused, Wishes
from headrace.platform.control_room.snapshots import SnapshotUnusable
from headrace.platform.controls import EndpointFault, Values, VersionDates, WebhookFault
from headrace.platform.flows.models import Flow
from headrace.platform.webhooks.models import WAITING, WebhookDelivery
from headrace.platform.webhooks.service import DELIVER
from headrace.protocol import FlowStatus
from headrace.protocol.numbers import NumberStatus

_LONGEST_LATENCY_MILLISECONDS = 60_000
_LONGEST_DELAY = timedelta(days=7)
_MOST_REQUESTS = 1_000_000


@dataclass(frozen=True)
class Room:
    """The box whose control room this is, and what moves its clock."""

    box: Box
    mover: ClockMover

    async def change(self, change: Callable[[Values], Values]) -> None:
        await self.box.controls.change(self.box.database, self.box.clock, change)


Act = Callable[[Room, Wishes, Mapping[str, str]], Awaitable[dict[str, Any]]]
"""An act with the members of the body and the parameters of the path. Raises `Refused`."""


async def move_clock(room: Room, wishes: Wishes, _path: Mapping[str, str]) -> dict[str, Any]:
    """`by` a length of time, `to` a moment, or `reset` to the machine's time."""
    wishes.only("by", "to", "reset")
    by, to = wishes.duration("by", FARTHEST), wishes.moment("to")
    if sum((by is not None, to is not None, bool(wishes.flag("reset")))) != 1:
        raise Refused('Say how far: {"by": "1h30m"}, or {"to": "2026-12-24T18:00"}, or {"reset": true}.')
    try:
        await room.mover.move(by=by, to=to)
    except UnmovableClock as error:
        raise Refused(str(error)) from error
    return dict((await overview(room.box))["clock"])


async def break_endpoint(room: Room, wishes: Wishes, path: Mapping[str, str]) -> dict[str, Any]:
    """`latency_milliseconds`, `status`, `drops`, `waits`; without any the endpoint is sound again."""
    wishes.only("latency_milliseconds", "status", "drops", "waits")
    fault = EndpointFault(
        latency_milliseconds=wishes.whole("latency_milliseconds", 0, _LONGEST_LATENCY_MILLISECONDS) or 0,
        status=wishes.whole("status", 200, 599),
        drops=bool(wishes.flag("drops")),
        waits=bool(wishes.flag("waits")),
    )
    flow_id = path["flow_id"]
    await _check_flow(room, flow_id)

    def change(values: Values) -> Values:
        others = {known: one for known, one in values.endpoint_faults.items() if known != flow_id}
        is_sound = fault == EndpointFault(waits=fault.waits)
        return replace(values, endpoint_faults=others if is_sound else {**others, flow_id: fault})

    await room.change(change)
    return await show_flow(room, Wishes({}), path)


async def show_flow(room: Room, _wishes: Wishes, path: Mapping[str, str]) -> dict[str, Any]:
    found = await flow_state(room.box, path["flow_id"])
    if found is None:
        raise _no_flow(path["flow_id"])
    return found


async def break_webhooks(room: Room, wishes: Wishes, _path: Mapping[str, str]) -> dict[str, Any]:
    """`drops` loses all webhooks on their way, `delay` delivers them later; without any they go out as they should."""
    wishes.only("drops", "delay")
    delay = wishes.duration("delay", _LONGEST_DELAY)
    fault = WebhookFault(delay.total_seconds() if delay else 0, bool(wishes.flag("drops")))
    await room.change(lambda values: replace(values, webhook_fault=fault))
    async with room.box.database.transaction() as session:  # what was held back is looked at anew
        waiting = select(WebhookDelivery.queue).where(WebhookDelivery.state == WAITING).distinct()
        queues = sorted(await session.scalars(waiting))
        now = room.box.clock.now()
        await room.box.jobs.schedule_many(session, [NewJob(DELIVER, queue, now) for queue in queues])
    return dict((await overview(room.box))["webhooks"])


async def set_business(room: Room, wishes: Wishes, path: Mapping[str, str]) -> dict[str, Any]:
    """`verified`, `flagged`."""
    wishes.only("verified", "flagged")
    verified, flagged = wishes.flag("verified"), wishes.flag("flagged")
    async with room.box.database.transaction() as session:
        business = await session.get(Business, path["business_id"])
        if business is None:
            raise Refused("This box has no business with that id.", 404)
        business.is_verified = business.is_verified if verified is None else verified
        business.is_flagged = business.is_flagged if flagged is None else flagged
        return {
            "id": business.id,
            "name": business.name,
            "is_verified": business.is_verified,
            "is_flagged": business.is_flagged,
        }


async def set_number(room: Room, wishes: Wishes, path: Mapping[str, str]) -> dict[str, Any]:
    """`banned`."""
    wishes.only("banned")
    banned = wishes.flag("banned")
    async with room.box.database.transaction() as session:
        number = await session.get(PhoneNumber, path["phone_number_id"])
        if number is None:
            raise Refused("This box has no sender with that id.", 404)
        if banned is not None:
            number.status = (NumberStatus.BANNED if banned else NumberStatus.CONNECTED).value
        return {"id": number.id, "display_phone_number": number.display_number, "status": number.status}


async def set_rules(room: Room, wishes: Wishes, _path: Mapping[str, str]) -> dict[str, Any]:
    """Rules of health by their names; `reset` begins with the usual ones."""
    begins_anew = bool(wishes.flag("reset"))
    names = {name: value for name, value in wishes.members.items() if name != "reset"}
    try:
        wanted = {name: _number(value) for name, value in names.items()}
        changed(RULES, wanted)
        await room.change(lambda values: replace(values, rules=changed(RULES if begins_anew else values.rules, wanted)))
    except UnusableRules as error:
        raise Refused(str(error)) from error
    return dict((await overview(room.box))["rules"])


async def set_metrics(room: Room, wishes: Wishes, _path: Mapping[str, str]) -> dict[str, Any]:
    """`threshold`: so many requests before metrics are told; `zone`: the time zone whose days they count by."""
    wishes.only("threshold", "zone")
    threshold, zone = wishes.whole("threshold", 0, _MOST_REQUESTS), wishes.text("zone")
    if zone is not None and zone != "account":
        _check_zone(zone)

    def change(values: Values) -> Values:
        return replace(
            values,
            metrics_threshold=values.metrics_threshold if threshold is None else threshold,
            metrics_zone=values.metrics_zone if zone is None else None if zone == "account" else zone,
        )

    await room.change(change)
    return dict((await overview(room.box))["metrics"])


async def set_version(room: Room, wishes: Wishes, path: Mapping[str, str]) -> dict[str, Any]:
    """`frozen` and `expires`: the days from which a version of Flow JSON is so; without any it is as published."""
    wishes.only("frozen", "expires")
    version = path["version"]
    if version not in map(str, VERSIONS):
        raise Refused(
            f"There is no version {version[:20]} of Flow JSON. Known are {', '.join(map(str, VERSIONS))}.", 404
        )
    dates = VersionDates(wishes.day("frozen"), wishes.day("expires"))

    def change(values: Values) -> Values:
        others = {known: one for known, one in values.versions.items() if known != version}
        return replace(values, versions=others if dates == VersionDates() else {**others, version: dates})

    await room.change(change)
    return dict((await overview(room.box))["versions"])


async def _check_flow(room: Room, flow_id: str) -> None:
    async with room.box.database.reading() as session:
        flow = await session.get(Flow, flow_id)
    if flow is None or flow.status == FlowStatus.DELETED:
        raise _no_flow(flow_id)
    if not flow.endpoint_uri:
        raise Refused(f'The Flow "{flow.name}" has no endpoint.')


def _no_flow(flow_id: str) -> Refused:
    return Refused(f"This box has no Flow with the id {flow_id[:40]}.", 404)


def _check_zone(zone: str) -> None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(f"{zone[:60]} is no time zone. Write one like Europe/London, or account.") from None


def _number(value: Any) -> Any:
    """A number also where a form wrote it as a text."""
    if not isinstance(value, str):
        return value
    try:
        parts = [float(part) if "." in part else int(part) for part in value.split(",")]
    except ValueError:
        return value
    return parts if len(parts) > 1 else parts[0]


async def reset_world(room: Room, wishes: Wishes, _path: Mapping[str, str]) -> dict[str, Any]:
    """Everything as it began; with `seed`, what is made from then on has the same ids each time."""
    wishes.only("seed")
    seed = wishes.whole("seed", 0, 2**31)
    await snapshots.reset(room.box)
    if isinstance(room.box.identifiers, ReseedableIdentifiers):
        room.box.identifiers.reseed(seed)
    elif seed is not None:
        raise Refused("The identifiers of this box cannot be seeded.")
    return await overview(room.box)


async def list_snapshots(room: Room, _wishes: Wishes, _path: Mapping[str, str]) -> dict[str, Any]:
    return {"snapshots": snapshots.list_snapshots(room.box)}


async def take_snapshot(room: Room, wishes: Wishes, _path: Mapping[str, str]) -> dict[str, Any]:
    """Keeps the world as it is under a `name`."""
    wishes.only("name")
    name = wishes.text("name")
    if name is None:
        raise Refused('Say under which name: {"name": "before-lunch"}.')
    return dict(await _snapshot(snapshots.take_snapshot(room.box, name)))


async def restore_snapshot(room: Room, wishes: Wishes, path: Mapping[str, str]) -> dict[str, Any]:
    """Puts the world back to a snapshot."""
    wishes.only()
    await _snapshot(snapshots.restore(room.box, path["name"]))
    if isinstance(room.box.identifiers, ReseedableIdentifiers):
        room.box.identifiers.reseed(None)  # seeded ones would come a second time
    return await overview(room.box)


async def forget_snapshot(room: Room, wishes: Wishes, path: Mapping[str, str]) -> dict[str, Any]:
    """Deletes a snapshot."""
    wishes.only()
    try:
        snapshots.forget_snapshot(room.box, path["name"])
    except SnapshotUnusable as error:
        raise Refused(str(error), 404) from error
    return await list_snapshots(room, wishes, path)


async def keep_log(room: Room, wishes: Wishes, _path: Mapping[str, str]) -> dict[str, Any]:
    """`keeps`: whether calls to the Graph API are logged."""
    wishes.only("keeps")
    keeps = bool(wishes.flag("keeps"))
    await room.change(lambda values: replace(values, keeps_log=keeps))
    return {"keeps": keeps}


async def show_entry(room: Room, _wishes: Wishes, path: Mapping[str, str]) -> dict[str, Any]:
    """One entry of the log in full."""
    await room.box.call_log.flush(room.box.database)
    read = _READERS.get(path["kind"])
    async with room.box.database.reading() as session:
        found = None if read is None else await read(session, room.box, int(path["number"]))
    if found is None:
        raise Refused("The log has no such entry.", 404)
    return found


async def deliver_again(room: Room, wishes: Wishes, path: Mapping[str, str]) -> dict[str, Any]:
    """Posts a webhook once more, at once."""
    wishes.only()
    async with room.box.database.transaction() as session:
        if not await log_entries.deliver_again(session, room.box, int(path["number"])):
            raise Refused("The log has no such webhook.", 404)
    return {"delivers": True}


_READERS = {
    "call": log_entries.read_call,
    "exchange": log_entries.read_exchange,
    "ping": log_entries.read_exchange,
    "webhook": log_entries.read_webhook,
}


async def _snapshot(doing: Awaitable[Any]) -> Any:
    try:
        return await doing
    except SnapshotUnusable as error:
        raise Refused(str(error)) from error
