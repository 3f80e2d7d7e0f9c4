"""Procrastinate's queue, on PostgreSQL"""

from collections.abc import Sequence

from alembic import op

from headrace.jobs.procrastinate_schema import install, remove

revision: str = "028957078008"
down_revision: str | Sequence[str] | None = "c7d20e5b93af"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    install(op.get_bind())


def downgrade() -> None:
    remove(op.get_bind())
