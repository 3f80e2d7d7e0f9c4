"""Who calls: a user in one of their workspaces, with what they may do there."""

from dataclasses import dataclass

from headrace.business.team.models import User, Workspace
from headrace.business.team.permissions import PERMISSIONS, Permission, Role


class NotPermitted(Exception):
    """The caller's role lacks a permission. The words are fit to be shown."""


@dataclass(frozen=True)
class Caller:
    """A user acting in a workspace. Every service of the business side starts from one."""

    user: User
    workspace: Workspace
    role: Role

    @property
    def workspace_id(self) -> int:
        return self.workspace.id

    def may(self, permission: Permission) -> bool:
        return permission in PERMISSIONS[self.role]

    def require(self, permission: Permission) -> None:
        """Raises `NotPermitted` when the caller's role lacks `permission`."""
        if not self.may(permission):
            name = self.workspace.name
            raise NotPermitted(f'As {self.role} of "{name}" you may not {permission}. An admin can change your role.')
