"""What monitoring remembers of a Flow, and the alerts it gave."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from headrace.database import BigId, UtcDateTime
from headrace.platform.tables import Table

_IS_ACTIVE = text("deactivated_at IS NULL")


class FlowHealth(Table):
    """Where a monitored Flow stands. `bad_since`, `severe_since` and `clean_since` are when the figures of the version
    began to be so, none when they are not (`exchange.health.decisions.Standing`); `pinged_at` is the last ping begun.
    """

    __tablename__ = "flow_health"

    flow_id: Mapped[str] = mapped_column(ForeignKey("flows.id", ondelete="CASCADE"), primary_key=True)
    flow_version_id: Mapped[str] = mapped_column(String(32))
    bad_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    severe_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    clean_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pinged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FlowAlert(Table):
    """A threshold that was reached, and when it was left again. `metric`, `threshold` and `value` (the figure that
    reached it) are those of `exchange.health.alerts.Alert`.
    """

    __tablename__ = "flow_alerts"
    __table_args__ = (
        Index("ix_flow_alerts_flow", "flow_id", "activated_at"),
        # Two processes that find the same threshold reached cannot both tell it.
        Index(
            "uq_flow_alerts_active",
            "flow_id",
            "metric",
            "threshold",
            unique=True,
            sqlite_where=_IS_ACTIVE,
            postgresql_where=_IS_ACTIVE,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    flow_id: Mapped[str] = mapped_column(ForeignKey("flows.id", ondelete="CASCADE"))
    metric: Mapped[str] = mapped_column(String(30))
    threshold: Mapped[float]
    value: Mapped[float]
    activated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deactivated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
