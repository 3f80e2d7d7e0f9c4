"""What each role may do."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a member of a workspace is."""

    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"


class Permission(StrEnum):
    """What a page or an act asks for."""

    READ_FLOWS = "read Flows"
    EDIT_FLOWS = "edit Flows"
    PUBLISH_FLOWS = "publish, deprecate or delete Flows"
    SEND_FLOWS = "send Flows"
    READ_RESPONSES = "read responses"
    READ_CREDENTIALS = "read access tokens"
    MANAGE_TEAM = "manage the team"


_READING = frozenset({Permission.READ_FLOWS, Permission.READ_RESPONSES})

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: _READING,
    Role.EDITOR: _READING | {Permission.EDIT_FLOWS, Permission.PUBLISH_FLOWS, Permission.SEND_FLOWS},
    Role.ADMIN: frozenset(Permission),
}
