"""Durable work: a job is written in the caller's transaction and done at least once, when it is due."""

from headrace.clock import Clock
from headrace.database import Database
from headrace.jobs.port import Again, Handler, Job, Jobs, NewJob
from headrace.jobs.rows import JobColumns, RowJobs

__all__ = ["Again", "Handler", "Job", "JobColumns", "Jobs", "NewJob", "RowJobs", "open_jobs"]


def open_jobs(database: Database, table: type[JobColumns], clock: Clock) -> Jobs:
    """The durable work of one database: Procrastinate's on PostgreSQL, rows of `table` on SQLite."""
    if database.is_sqlite:
        return RowJobs(database, table, clock)
    from headrace.jobs.procrastinate import ProcrastinateJobs

    return ProcrastinateJobs(database, clock)
