"""Durable work: a job is written in the caller's transaction and done at least once, when it is due."""

from headrace.jobs.port import Again, Handler, Job, Jobs, NewJob
from headrace.jobs.rows import JobColumns, RowJobs

__all__ = ["Again", "Handler", "Job", "JobColumns", "Jobs", "NewJob", "RowJobs"]
