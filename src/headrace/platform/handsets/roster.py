"""The phones of a box as this process knows them, for whoever lists them often."""

from collections.abc import Sequence

from headrace.database import Database, Loop, Revisions
from headrace.platform.handsets.models import Handset
from headrace.platform.handsets.phones import PHONES, list_phones


class Roster:
    """Every phone in its order. `phones` is replaced when one is added or taken away, here or in another process."""

    def __init__(self, phones: Sequence[Handset]) -> None:
        self.phones = tuple(phones)

    async def load(self, database: Database) -> None:
        async with database.reading() as session:
            self.phones = tuple(await list_phones(session))

    async def run(self, database: Database, revisions: Revisions) -> None:
        """Keeps up with what is added and taken away, until cancelled."""

        async def follow() -> None:
            await self.load(database)
            async for topics in revisions.follow():
                if PHONES in topics:
                    await self.load(database)

        await Loop("following the phones", follow).run()
