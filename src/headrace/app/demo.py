"""What a box brings to the business side: a workspace with an administrator and a connection to the box.

On loopback there is no sign-in: whoever sits at the machine is the demo's administrator.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import Headers

from headrace.app.box import BoxSide
from headrace.app.box_log import BoxLog
from headrace.app.box_watch import BoxWatch
from headrace.app.guard import LOCAL_NAMES, FindCaller, host_name, is_forwarded
from headrace.business.connections.service import (
    Connection,
    change_connection,
    create_connection,
    first_connection_id,
    list_connections,
)
from headrace.business.context import BusinessContext
from headrace.business.team import Caller
from headrace.business.team.service import demo_administrator
from headrace.business.whatsapp import Access, MetaApp
from headrace.console.place import BoxPlace, DeveloperAccess, DockPhone, MetaPlace, Place
from headrace.database import wait_for_turn
from headrace.platform.world import World
from headrace.settings import Settings

_WHERE = "Box · this machine"
_ELSEWHERE = "Meta"
_FIRST_WORKSPACE = "Workspace"
_TURN = "demo"  # servers that start at the same time


@dataclass(frozen=True)
class Demo:
    """The demo's administrator, and the connection through which its workspace is on the box, where there is one."""

    administrator: Caller
    connection: Connection | None


async def open_demo(context: BusinessContext, settings: Settings, world: World) -> Demo:
    """Makes the demo's workspace, administrator and connection, or finds them and renews the credentials.

    A box may have another address and other secrets than when its connection was made. Raises `KeyUnusable`.
    """
    app = MetaApp(world.console.app.id, world.console.app.secret, world.console.app.verify_token)
    access = Access(settings.base_url, world.console.token, tuple(waba.id for waba in world.wabas))
    async with context.database.transaction() as session:
        await wait_for_turn(session, _TURN)
        caller = await demo_administrator(session, world.business.name, context.clock.now())
        await _check_key(session, context, settings, caller)
        known = await first_connection_id(session, caller)
        if known is not None:
            connection = await change_connection(session, context.vault, caller, known, access=access, app=app)
        else:
            connection = await create_connection(
                session,
                context.vault,
                caller,
                key=context.identifiers.token(12),
                name=_WHERE,
                access=access,
                app=app,
                at=context.clock.now(),
            )
    return Demo(caller, connection)


async def open_administrator(context: BusinessContext) -> Demo:
    """The administrator of a console without a box: its first workspace's, which works by its stored connections."""
    async with context.database.transaction() as session:
        await wait_for_turn(session, _TURN)
        return Demo(await demo_administrator(session, _FIRST_WORKSPACE, context.clock.now()), None)


async def _check_key(session: AsyncSession, context: BusinessContext, settings: Settings, caller: Caller) -> None:
    """Where several servers share a database, one with another key would lock all others out of the secrets.

    A folder of its own that lost its key is repaired instead: the box knows its credentials.
    """
    if settings.database is not None:
        await list_connections(session, context.vault, caller)


def is_local(settings: Settings) -> bool:
    """Whether only this machine reaches a server."""
    return settings.host in LOCAL_NAMES and host_name(settings.base_url) in LOCAL_NAMES


def at_this_machine(settings: Settings, caller: Any) -> FindCaller:
    """This caller, for a server that only this machine reaches; nobody anywhere else."""
    is_ours = is_local(settings)

    async def find_caller(headers: Headers) -> Any:
        return caller if is_ours and not is_forwarded(headers) else None

    return find_caller


def place_of(settings: Settings, box: BoxSide | None, demo: Demo, caller: Caller) -> Place:
    """Where the caller's workspace is at work: the demo's on the box of this server, any other elsewhere."""
    if box is None or caller.workspace_id != demo.administrator.workspace_id:
        return MetaPlace(_ELSEWHERE)
    world, developer = box.world, box.world.developer
    return BoxPlace(
        label=_WHERE,
        phones=[DockPhone(phone.id, phone.name, phone.wa_id, f"/handsets/{phone.id}") for phone in box.roster.phones],
        developer=DeveloperAccess(
            base_url=settings.base_url,
            access_token=developer.token,
            waba_id=world.wabas[0].id,
            phone_number_id=world.senders[0].id,
            app_id=developer.app.id,
            app_secret=developer.app.secret,
            verify_token=developer.app.verify_token,
        ),
        log=BoxLog(box.box),
        watch=BoxWatch(box.box),
    )
