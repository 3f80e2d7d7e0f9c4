"""Alembic's entry for the business side: every module with tables is imported so that they are all known."""

from headrace.business.schema import Table
from headrace.database.migrating import run_in_environment

run_in_environment(Table.metadata)
