"""One server: its two databases, both sides on the same clock, the pages, and the work that goes on behind them."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

from starlette.applications import Starlette
from starlette.types import ASGIApp

from headrace.app.credentials import Credentials
from headrace.app.demo import Demo, callers_of, open_demo, place_of
from headrace.app.guard import LOCAL_NAMES, PageGuard, host_name
from headrace.business.context import BusinessContext
from headrace.business.encryption import open_vault
from headrace.business.inbound import routes as inbound
from headrace.business.inbound.batches import register_batches
from headrace.business.tables import Job as BusinessJob
from headrace.business.tables import Revision as BusinessRevision
from headrace.business.whatsapp.subscriptions import subscribe
from headrace.clock import Clock, SystemClock
from headrace.console.context import Console
from headrace.console.routes import PAGES, REFUSALS
from headrace.database import Database, Revisions, migrate
from headrace.identifiers import Identifiers, RandomIdentifiers
from headrace.jobs import RowJobs
from headrace.outbound import Outbound
from headrace.platform import routes as platform
from headrace.platform import world
from headrace.platform.box import Box
from headrace.platform.handsets.exchanges import register_exchanges
from headrace.platform.messaging.delivery import register_delivery
from headrace.platform.tables import Job as PlatformJob
from headrace.platform.tables import Revision as PlatformRevision
from headrace.platform.webhooks.delivery import register_webhook_delivery
from headrace.settings import Settings
from headrace.ui.pages import CONTENT_SECURITY_POLICY, static_routes

_log = logging.getLogger(__name__)


@dataclass
class Application:
    """A composed server. `asgi` answers requests; `working` runs what goes on behind them."""

    settings: Settings
    asgi: ASGIApp
    box: Box
    business: BusinessContext
    world: world.World
    demo: Demo

    @classmethod
    async def open(
        cls, settings: Settings, clock: Clock | None = None, identifiers: Identifiers | None = None
    ) -> "Application":
        """Opens the data folder (made and migrated when new), seeds an empty box, and composes both sides."""
        settings.data.mkdir(parents=True, exist_ok=True)
        clock = clock or SystemClock()
        identifiers = identifiers or RandomIdentifiers()
        outbound = Outbound(private_networks=True)
        box = await _open_box(settings, clock, identifiers, outbound)
        seeded = await world.seed(box)
        business = await _open_business(settings, clock, identifiers, outbound)
        demo = await open_demo(business, settings, seeded)
        pages = Starlette(
            routes=[*static_routes(), *platform.pages(box), *PAGES],
            exception_handlers=REFUSALS,
        )
        pages.state.console = Console(business, partial(place_of, settings, seeded, demo))
        # What carries its own proof: a token, a signature, or an unguessable address. Everything else is a page.
        asgi = Starlette(routes=[*inbound.open_routes(business), *platform.open_routes(box)])
        asgi.state.box = pages.state.box = box
        asgi.router.default = PageGuard(
            pages,
            names=LOCAL_NAMES | {host_name(settings.base_url) or settings.host},
            find_caller=callers_of(settings, demo),
            content_security_policy=CONTENT_SECURITY_POLICY,
        )
        return cls(settings, asgi, box, business, seeded, demo)

    @contextlib.asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """While the block runs, jobs are done and open pages hear what changes."""
        tasks = [
            asyncio.create_task(work.run())
            for work in (self.box.revisions, self.box.jobs, self.business.revisions, self.business.jobs)
        ]
        for task in tasks:
            task.add_done_callback(_report_end)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def introduce(self) -> Credentials:
        """Once requests are accepted: registers the console's webhook and lets the first person write.

        Both go the way everybody's calls go, so nothing works here that would not work for others.
        """
        connection = self.demo.connection
        callback = f"{self.settings.base_url}{inbound.callback_path(connection)}"
        await subscribe(self.business.whatsapp(connection), connection.app, callback)
        await world.open_first_window(self.box, self.world)
        return self.credentials()

    def credentials(self) -> Credentials:
        seeded, base_url = self.world, self.settings.base_url
        developer = seeded.developer
        return Credentials(
            base_url=base_url,
            access_token=developer.token,
            app_id=developer.app.id,
            app_secret=developer.app.secret,
            verify_token=developer.app.verify_token,
            console_url=f"{base_url}/",
            wabas=tuple({"id": waba.id, "name": waba.name} for waba in seeded.wabas),
            senders=tuple(
                {
                    "id": sender.id,
                    "waba_id": sender.waba_id,
                    "display_phone_number": sender.display_number,
                    "verified_name": sender.verified_name,
                }
                for sender in seeded.senders
            ),
            handsets=tuple(
                {
                    "id": phone.id,
                    "name": phone.name,
                    "wa_id": phone.wa_id,
                    "url": f"{base_url}/handsets/{phone.id}",
                }
                for phone in seeded.handsets
            ),
        )

    def end_streams(self) -> None:
        """Ends the event streams of open pages, so that a stopping server need not wait for browsers."""
        self.box.revisions.end()
        self.business.revisions.end()

    async def close(self) -> None:
        await self.box.outbound.close()
        await self.box.database.close()
        await self.business.database.close()


async def _open_box(settings: Settings, clock: Clock, identifiers: Identifiers, outbound: Outbound) -> Box:
    database = Database(settings.database_url("platform"))
    await migrate(database, "platform")
    box = Box(
        settings=settings,
        database=database,
        clock=clock,
        identifiers=identifiers,
        outbound=outbound,
        jobs=RowJobs(database, PlatformJob, clock),
        revisions=Revisions(database, PlatformRevision),
    )
    register_delivery(box)
    register_webhook_delivery(box)
    register_exchanges(box)
    return box


async def _open_business(
    settings: Settings, clock: Clock, identifiers: Identifiers, outbound: Outbound
) -> BusinessContext:
    database = Database(settings.database_url("business"))
    await migrate(database, "business")
    business = BusinessContext(
        database=database,
        clock=clock,
        identifiers=identifiers,
        jobs=RowJobs(database, BusinessJob, clock),
        revisions=Revisions(database, BusinessRevision),
        outbound=outbound,
        vault=open_vault(settings.data),
    )
    register_batches(business)
    return business


def _report_end(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.critical("background work ended unexpectedly; restart the server", exc_info=error)
