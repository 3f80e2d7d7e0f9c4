"""The node types of the Graph face, one module each."""

from headrace.platform.graph.types.apps import APP
from headrace.platform.graph.types.businesses import BUSINESS
from headrace.platform.graph.types.flows import FLOW
from headrace.platform.graph.types.media import MEDIA, MEDIA_FILE
from headrace.platform.graph.types.phone_numbers import PHONE_NUMBER
from headrace.platform.graph.types.system_users import SYSTEM_USER
from headrace.platform.graph.types.templates import TEMPLATE
from headrace.platform.graph.types.wabas import WABA

# In the order in which an id is looked for: sending messages is the most frequent call.
NODE_TYPES = (PHONE_NUMBER, FLOW, WABA, APP, BUSINESS, MEDIA_FILE, MEDIA, TEMPLATE, SYSTEM_USER)

__all__ = ["NODE_TYPES"]
