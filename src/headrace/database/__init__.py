"""Two databases, `platform` and `business`: engines, transactions, migrations, and what changed."""

from headrace.database.engine import BigId, Database, Json, UtcDateTime, at_the_end, metadata, signal
from headrace.database.grouping import GroupWriter
from headrace.database.loop import Loop
from headrace.database.migrating import migrate
from headrace.database.revisions import RevisionColumns, Revisions, note_topics, touch

__all__ = [
    "BigId",
    "Database",
    "GroupWriter",
    "Json",
    "Loop",
    "RevisionColumns",
    "Revisions",
    "UtcDateTime",
    "at_the_end",
    "metadata",
    "migrate",
    "note_topics",
    "signal",
    "touch",
]
