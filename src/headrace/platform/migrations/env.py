"""Alembic's entry for the WhatsApp side: every module with tables is imported so that they are all known."""

from headrace.database.migrating import run_in_environment
from headrace.platform import call_log, controls
from headrace.platform.accounts import models as accounts
from headrace.platform.endpoints import models as endpoints
from headrace.platform.flows import models as flows
from headrace.platform.handsets import models as handsets
from headrace.platform.health import models as health
from headrace.platform.messaging import models as messaging
from headrace.platform.tables import Table
from headrace.platform.templates import models as templates
from headrace.platform.users import models as users
from headrace.platform.webhooks import models as webhooks

MODULES = (accounts, call_log, controls, endpoints, flows, handsets, health, messaging, templates, users, webhooks)

run_in_environment(Table.metadata)
