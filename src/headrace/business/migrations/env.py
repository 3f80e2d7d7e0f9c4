"""Alembic's entry for the business side: every module with tables is imported so that they are all known."""

from headrace.business.flows import models as flows
from headrace.business.people import models as people
from headrace.business.responses import models as responses
from headrace.business.tables import Table
from headrace.database.migrating import run_in_environment

MODULES = (flows, people, responses)

run_in_environment(Table.metadata)
