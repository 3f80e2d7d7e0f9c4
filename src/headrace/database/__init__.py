"""Two databases, `platform` and `business`: engines, transactions, migrations, and what changed."""

from headrace.database.engine import BigId, Database, Json, UtcDateTime, metadata, signal
from headrace.database.grouping import GroupWriter
from headrace.database.migrating import migrate
from headrace.database.revisions import RevisionColumns, Revisions, note_topics, touch

__all__ = [
    "BigId",
    "Database",
    "GroupWriter",
    "Json",
    "RevisionColumns",
    "Revisions",
    "UtcDateTime",
    "metadata",
    "migrate",
    "note_topics",
    "signal",
    "touch",
]
