"""A Flow's connector, its saved versions, and the keys by which senders' requests are opened."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from headrace.business.tables import OwnedTable
from headrace.database import UtcDateTime


class HostedConnector(OwnedTable):
    """The connector of one Flow. `key` stands in the address that WhatsApp calls, so it is unique in the installation.

    `number` counts saved versions; `served_text` is the newest of them without errors, the one that answers. `trouble`
    is why an answer failed last.
    """

    __tablename__ = "connectors"
    __table_args__ = (UniqueConstraint("workspace_id", "flow_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    flow_id: Mapped[str] = mapped_column(String(32))
    connection_id: Mapped[int] = mapped_column(ForeignKey("whatsapp_connections.id"))
    key: Mapped[str] = mapped_column(String(60), unique=True)
    number: Mapped[int] = mapped_column(Integer)
    served_number: Mapped[int | None] = mapped_column(Integer)
    served_text: Mapped[str | None] = mapped_column(Text)
    sealed_secrets: Mapped[str] = mapped_column(Text)
    trouble: Mapped[str | None] = mapped_column(Text)
    trouble_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ConnectorVersion(OwnedTable):
    """One saved text of a connector, by whom, with how many errors."""

    __tablename__ = "connector_versions"
    __table_args__ = (UniqueConstraint("workspace_id", "connector_id", "number"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    connector_id: Mapped[int] = mapped_column(ForeignKey("connectors.id"))
    number: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200))
    error_count: Mapped[int] = mapped_column(Integer)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EndpointKey(OwnedTable):
    """A key pair of a sender whose private half is kept here, encrypted. A sender keeps former ones, too: requests that
    were sealed with them are still on their way while a key is replaced.
    """

    __tablename__ = "endpoint_keys"
    __table_args__ = (UniqueConstraint("workspace_id", "phone_number_id", "fingerprint"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    phone_number_id: Mapped[str] = mapped_column(String(32))
    fingerprint: Mapped[str] = mapped_column(String(100))
    sealed_private_key: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
