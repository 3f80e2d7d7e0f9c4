"""Who works with the business side: workspaces, their users, what each may do, and whose rows a statement sees."""

from headrace.business.team.caller import Caller, NotPermitted
from headrace.business.team.permissions import Permission, Role
from headrace.business.team.scope import InWorkspace, of, topic

__all__ = ["Caller", "InWorkspace", "NotPermitted", "Permission", "Role", "of", "topic"]
