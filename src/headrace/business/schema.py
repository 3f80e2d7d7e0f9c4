"""Every table of the business side: whoever imports this module knows them all."""

from headrace.business.connections import models as connections
from headrace.business.connectors import models as connectors
from headrace.business.flows import models as flows
from headrace.business.people import models as people
from headrace.business.responses import models as responses
from headrace.business.tables import Table
from headrace.business.team import models as team
from headrace.business.traffic import models as traffic
from headrace.business.webhooks import models as webhooks

MODULES = (connections, connectors, flows, people, responses, team, traffic, webhooks)

__all__ = ["MODULES", "Table"]
