"""Writing what many callers bring at about the same time in one transaction, each answered after the commit.

A transaction costs far more than a row. So whoever comes while one is under way waits for it and is written with all
the others who came meanwhile; whoever comes to an idle writer is written with those who come in the same round of the
loop. No timer is involved: the busier it is, the larger the groups. When a group fails, each of its items is written
alone, so that one bad item fails alone. But a failure of the moment (the database went away, perhaps after it had
committed) fails the whole group: nothing is written twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database.engine import Database
from headrace.database.failures import is_passing

Item = TypeVar("Item")
Result = TypeVar("Result")
Write = Callable[[AsyncSession, Sequence[Item]], Awaitable[Sequence[Result]]]


class GroupWriter(Generic[Item, Result]):
    """Groups the items of concurrent callers. `write` gets a session and the items, and returns one result for each.

    `write` must leave nothing behind outside of its session: after a failure it is called again for each item.
    """

    def __init__(self, database: Database, write: Write[Item, Result], *, most: int = 64) -> None:
        self._database = database
        self._write = write
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """The item's result, once it is committed. Raises what `write` raised for this item alone.

        A caller that is cancelled stops waiting; its item may be written all the same.
        """
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._writing is None:
            self._writing = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(0)  # whoever is ready to come in this round of the loop comes along
                group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._write_group(group)
        finally:
            self._writing = None
            if self._waiting:  # came between the last look and now, or the task was cancelled
                self._writing = asyncio.create_task(self._run())

    async def _write_group(self, group: list[tuple[Item, "asyncio.Future[Result]"]]) -> None:
        try:
            results = await self._commit([item for item, _ in group])
        except Exception as error:
            if len(group) == 1 or is_passing(error):
                for _, answer in group:
                    _fail(answer, error)
                return
            for single in group:
                await self._write_group([single])
            return
        except BaseException as error:
            for _, answer in group:
                _fail(answer, error)
            raise
        for (_, answer), result in zip(group, results, strict=True):
            if not answer.done():
                answer.set_result(result)

    async def _commit(self, items: list[Item]) -> Sequence[Result]:
        async with self._database.transaction() as session:
            results = await self._write(session, items)
            if len(results) != len(items):
                raise AssertionError(f"{len(items)} items were written with {len(results)} results")
        return results


def _fail(answer: "asyncio.Future[Result]", error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(asyncio.CancelledError() if isinstance(error, asyncio.CancelledError) else error)
