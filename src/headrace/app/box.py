"""The WhatsApp side of a server: its database, what is in it at first, and the addresses at which it answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute

from headrace.app.credentials import Credentials
from headrace.clock import Clock
from headrace.database import Revisions, open_database
from headrace.identifiers import Identifiers
from headrace.jobs import open_jobs
from headrace.outbound import Outbound
from headrace.platform import routes as platform
from headrace.platform import world
from headrace.platform.box import Box
from headrace.platform.flows.interactive import InteractivePreviews
from headrace.platform.handsets.exchanges import register_exchanges
from headrace.platform.handsets.persons import register_persons
from headrace.platform.handsets.roster import Roster
from headrace.platform.health.watching import register_watching
from headrace.platform.messaging.delivery import register_delivery
from headrace.platform.messaging.fetching import register_fetching
from headrace.platform.messaging.reachability import register_reachability
from headrace.platform.messaging.receipts import register_reading
from headrace.platform.tables import Job, Revision
from headrace.platform.templates.review import register_review
from headrace.platform.webhooks.delivery import register_webhook_delivery
from headrace.platform.webhooks.pruning import register_pruning
from headrace.settings import Settings


@dataclass(frozen=True)
class BoxSide:
    """A box and the world in it."""

    box: Box
    world: world.World
    roster: Roster
    previews: InteractivePreviews

    def open_routes(self) -> list[BaseRoute]:
        """What carries its own proof: a token, a signature, or an unguessable address."""
        return platform.open_routes(self.box, self.previews)

    def last_route(self, pages: Sequence[BaseRoute]) -> BaseRoute:
        """Stands behind every other door, before `pages`."""
        return platform.last_route(self.box, pages)

    def pages(self, console: str | None) -> list[BaseRoute]:
        return platform.pages(self.box, console)

    async def open_first_window(self) -> None:
        await world.open_first_window(self.box, self.world)

    def credentials(self) -> Credentials:
        seeded, base_url = self.world, self.box.settings.base_url
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
                for phone in self.roster.phones
            ),
        )


async def open_box(settings: Settings, clock: Clock, identifiers: Identifiers, outbound: Outbound) -> BoxSide:
    """Opens the box's database, and fills it when it is empty. Raises `DatabaseUnusable`."""
    database = await open_database(settings.database_url("platform"), "platform")
    box = Box(
        settings=settings,
        database=database,
        clock=clock,
        identifiers=identifiers,
        outbound=outbound,
        jobs=open_jobs(database, Job, clock),
        revisions=Revisions(database, Revision),
    )
    register_delivery(box)
    register_fetching(box)
    register_reading(box)
    register_reachability(box)
    register_webhook_delivery(box)
    register_pruning(box)
    register_review(box)
    register_exchanges(box)
    register_persons(box)
    register_watching(box)
    await box.controls.load(database, clock)
    seeded = await world.seed(box)
    return BoxSide(box, seeded, Roster(seeded.handsets), InteractivePreviews(box))
