"""Procrastinate's queue, on PostgreSQL"""

from collections.abc import Sequence

from alembic import op

from headrace.jobs.procrastinate_schema import install, remove

revision: str = "f43ebd631478"
down_revision: str | Sequence[str] | None = "2a6f18c3d7b9"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    install(op.get_bind())


def downgrade() -> None:
    remove(op.get_bind())
