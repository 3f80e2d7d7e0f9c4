"""Two databases, `platform` and `business`: engines, transactions, migrations, and what changed."""

from headrace.database.engine import BigId, Database, Json, UtcDateTime, at_the_end, metadata, signal, wait_for_turn
from headrace.database.failures import DatabaseBusy, is_passing
from headrace.database.grouping import GroupWriter
from headrace.database.loop import Loop
from headrace.database.migrating import migrate
from headrace.database.opening import DatabaseUnusable, keep_to_owner, open_database, postgresql_url, unusable
from headrace.database.revisions import RevisionColumns, Revisions, note_topics, touch

__all__ = [
    "BigId",
    "Database",
    "DatabaseBusy",
    "DatabaseUnusable",
    "GroupWriter",
    "Json",
    "Loop",
    "RevisionColumns",
    "Revisions",
    "UtcDateTime",
    "at_the_end",
    "is_passing",
    "keep_to_owner",
    "metadata",
    "migrate",
    "note_topics",
    "open_database",
    "postgresql_url",
    "signal",
    "touch",
    "unusable",
    "wait_for_turn",
]
