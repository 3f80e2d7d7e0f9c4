"""Durable work: a job is written in the caller's transaction and done at least once, when it is due."""

from headrace.jobs.queue import JobColumns, schedule
from headrace.jobs.worker import Again, Handler, Job, Worker

__all__ = ["Again", "Handler", "Job", "JobColumns", "Worker", "schedule"]
