"""Writes a migration: compares the tables in the code with what the migrations make, on an empty database.

python tools/migration.py platform "Add templates"
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from headrace.database import Database, migrate
from headrace.database.migrating import write_migration


async def main(side: str, message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'empty.db'}")
        try:
            await migrate(database, side)
            await write_migration(database, side, message)
        finally:
            await database.close()


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in {"platform", "business"} or not sys.argv[2]:
        sys.exit('Name the side and what changes: make migration SIDE=platform MESSAGE="Add templates"')
    asyncio.run(main(sys.argv[1], sys.argv[2]))
