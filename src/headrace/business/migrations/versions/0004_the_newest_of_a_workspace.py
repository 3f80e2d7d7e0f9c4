"""Indexes that find the newest of a workspace"""

from collections.abc import Sequence

from alembic import op

revision: str = "c7d20e5b93af"
down_revision: str | Sequence[str] | None = "41a13b849938"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_flow_messages_newest", "flow_messages", ["workspace_id", "id"])
    op.create_index("ix_responses_newest", "responses", ["workspace_id", "received_at", "id"])
