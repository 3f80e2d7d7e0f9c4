"""The statements with which jobs are taken and finished: built once for a table, for they run with every batch."""

from sqlalchemy import Select, Table, Update, bindparam, delete, func, or_, select, update


class Claims:
    """What is due, what is taken of it, and how it ends.

    `due` asks for `now`, the span `lease_from` to `lease_to` in which a lease is good, the ids `running` here and the
    `room` for more; `take` and `free` for the same. `lease` asks for `ids`; `delete`, `postpone` and `release` for the
    row `job` of the worker `mine`, the first two also for the `generation` it had.
    """

    def __init__(self, table: Table) -> None:
        columns = table.c
        first = _first(table)
        self.due = first
        self.take: Update = (
            update(table)
            .where(columns.id.in_(first.scalar_subquery()))
            .values(worker=bindparam("by"), lease_until=bindparam("until"))
            .returning(*columns)
        )
        """Takes what is due, in one statement, where nobody else writes."""
        # Rows that a transaction under way schedules anew are left for the next look: nobody waits, nobody deadlocks.
        self.free: Select[tuple[object, ...]] = (
            select(*columns)
            .where(columns.id.in_(first.scalar_subquery()))
            .order_by(columns.due_at, columns.id)
            .with_for_update(skip_locked=True)
        )
        self.lease: Update = (
            update(table)
            .where(columns.id.in_(bindparam("ids", expanding=True)))
            .values(worker=bindparam("by"), lease_until=bindparam("until"))
        )
        mine = (columns.id == bindparam("job"), columns.worker == bindparam("mine"))
        unchanged = (*mine, columns.generation == bindparam("as_of"))
        free = {"worker": None, "lease_until": None}
        self.delete = delete(table).where(*unchanged)
        self.postpone = update(table).where(*unchanged).values(due_at=bindparam("again"), attempts=0, **free)
        self.release = update(table).where(*mine).values(attempts=0, **free)


def _first(table: Table) -> Select[tuple[int]]:
    """The ids of the jobs to be done next: of each queue of which none is taken, the one that is due first."""
    columns = table.c
    taken = columns.lease_until.between(bindparam("lease_from"), bindparam("lease_to"))
    # What runs here is busy even when its lease ran out, as after a laptop slept: it must not run twice.
    busy = select(columns.queue).where(or_(taken, columns.id.in_(bindparam("running", expanding=True))))
    place = func.row_number().over(partition_by=columns.queue, order_by=(columns.due_at, columns.id))
    due = (
        select(columns.id, columns.due_at, place.label("place"))
        .where(columns.due_at <= bindparam("now"), columns.queue.not_in(busy))
        .subquery()
    )
    first = select(due.c.id).where(due.c.place == 1).order_by(due.c.due_at, due.c.id)
    return first.limit(bindparam("room"))
