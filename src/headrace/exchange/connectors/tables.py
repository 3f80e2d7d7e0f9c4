"""CSV tables: rows with a head, each column of the type that the connector says."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from headrace.exchange.connectors.expressions import written
from headrace.exchange.connectors.language import Table
from headrace.exchange.connectors.surroundings import SourceFailed, Surroundings
from headrace.exchange.connectors.types import Misfit, convert

LARGEST_FILE: Final = 2 * 1024 * 1024
MOST_ROWS: Final = 10_000
MOST_FOUND: Final = 1_000


class CsvTable:
    """One table of a connector. A file is read again when it has changed."""

    def __init__(self, name: str, declared: Table, surroundings: Surroundings) -> None:
        self._name = name
        self._declared = declared
        self._surroundings = surroundings
        self._rows: list[dict[str, Any]] | None = None
        self._stamp: tuple[int, int] | None = None

    def find(self, where: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows whose columns have these values, compared as text. Raises SourceFailed."""
        wanted = {column: written(value) for column, value in where.items()}
        rows = self.rows()
        found = [row for row in rows if all(written(row[column]) == value for column, value in wanted.items())]
        return found[:MOST_FOUND]

    def rows(self) -> list[dict[str, Any]]:
        """All rows. Raises SourceFailed."""
        if self._declared.file is None:
            if self._rows is None:
                self._rows = self._read(self._declared.text or "")
            return self._rows
        path = self._surroundings.file(self._declared.file)
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if self._rows is None or stamp != self._stamp:
                self._rows, self._stamp = self._read(_content(path, self._declared.file)), stamp
        except OSError as error:
            raise SourceFailed(f"The table {self._name} cannot be read: {error.strerror}.") from None
        return self._rows

    def _read(self, text: str) -> list[dict[str, Any]]:
        reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True, skipinitialspace=True)
        rows: list[dict[str, Any]] = []
        try:
            head = [name.strip() for name in next(reader, [])]
            missing = [name for name in self._declared.columns if name not in head]
            if missing:
                raise SourceFailed(f"The table {self._name} has no column '{missing[0]}' in its first line.")
            places = {name: head.index(name) for name in self._declared.columns}
            for row in reader:
                if not any(cell.strip() for cell in row):
                    continue
                if len(rows) == MOST_ROWS:
                    raise SourceFailed(f"The table {self._name} has more than {MOST_ROWS:,} rows; use a database.")
                rows.append(self._row(row, places, reader.line_num))
        except csv.Error as error:
            raise SourceFailed(f"The table {self._name}, line {reader.line_num}, is no CSV: {error}.") from None
        return rows

    def _row(self, cells: list[str], places: Mapping[str, int], line: int) -> dict[str, Any]:
        made = {}
        for name, wanted in self._declared.columns.items():
            cell = cells[places[name]].strip() if places[name] < len(cells) else ""
            is_missing = not cell and (wanted.may_be_null or "string" not in wanted.kinds)
            try:
                made[name] = convert(None if is_missing else cell, wanted, name)
            except Misfit as error:
                raise SourceFailed(f"The table {self._name}, line {line}: {error}.") from None
        return made


def _content(path: Path, name: str) -> str:
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise SourceFailed(f"{name} is larger than {LARGEST_FILE // 1024 // 1024} MB; use a database.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceFailed(f"{name} is not UTF-8. Save it as UTF-8.") from None
