"""Reads where a connector's data come from: secrets, databases, APIs and tables."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from headrace.exchange.connectors.expressions import Template
from headrace.exchange.connectors.language import Api, Database, Secret, Table
from headrace.exchange.connectors.part_reader import PartReader, parameters_of
from headrace.exchange.connectors.source import Value
from headrace.exchange.connectors.type_syntax import read_type_value
from headrace.exchange.connectors.types import Type

_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_SECRET: Final = re.compile(r"\s*secret\.([A-Za-z_][A-Za-z0-9_]*)\s*")


class SourceReader(PartReader):
    """Reads the parts `secrets`, `databases`, `apis` and `tables` of a connector."""

    def __init__(self) -> None:
        super().__init__()
        self._secrets: Mapping[str, Secret] = {}

    def _secret(self, value: Value) -> Secret:
        members = self.members(value, "A secret", ("env", "file")) if value.is_map else {}
        if len(members) != 1:
            self.report(
                value.place,
                "A secret says where it is read from, and does not stand here itself.",
                "Write {env: NAME_OF_A_VARIABLE} or {file: path}.",
            )
            return Secret(value.place)
        if "env" in members:
            name = self.text(members["env"], "env")
            if name and not _VARIABLE.fullmatch(name):
                self.report(members["env"].place, f"'{name[:40]}' is no name of an environment variable.")
            return Secret(value.place, variable=name)
        return Secret(value.place, file=self.text(next(iter(members.values())), "file"))

    def _database(self, value: Value) -> Database:
        members = self.members(value, "A database", ("sqlite", "postgresql", "setup"))
        if ("sqlite" in members) == ("postgresql" in members):
            self.report(value.place, "A database is either sqlite, with its file, or postgresql, with its URL.")
        setup: tuple[str, ...] = ()
        if "setup" in members:
            listed = members["setup"].value if members["setup"].is_list else (members["setup"],)
            setup = tuple(self.statement(one) for one in listed)
            for one, statement in zip(listed, setup, strict=True):
                if parameters_of(statement):
                    self.report(one.place, "A statement of setup takes no parameters.")
        if "postgresql" not in members:
            file = self.text(members["sqlite"], "sqlite") if "sqlite" in members else None
            return Database(value.place, sqlite=file, setup=setup)
        written = members["postgresql"]
        url = self._with_secrets(written, "postgresql")
        first = url.parts[0]
        if isinstance(first, str):
            if not first.startswith(("postgresql://", "postgres://")):
                self.report(written.place, "The URL of a database begins with postgresql://.")
            elif re.search(r"//[^/@]*:[^/@]+@", str(written.value)) and len(url.parts) == 1:
                self.report(written.place, "A password does not stand in a connector.", 'Write it as "${secret.NAME}".')
        return Database(value.place, postgresql=url, setup=setup)

    def _api(self, value: Value) -> Api:
        members = self.members(value, "An API", ("url", "headers"))
        url = self.text(members["url"], "url") if "url" in members else ""
        place = members["url"].place if "url" in members else value.place
        if "url" not in members:
            self.report(value.place, "An API needs its url.")
        elif url:
            fault = _url_fault(url)
            if fault:
                self.report(place, fault)
        headers = {}
        for name, inner in self.members(members["headers"], "headers").items() if "headers" in members else ():
            self.header(name, members["headers"].key(name))
            headers[name] = self._with_secrets(inner, f"The header {name}")
        return Api(value.place, url, headers)

    def _with_secrets(self, value: Value, what: str) -> Template:
        """A text in which secrets, and nothing else, may be named."""
        template = self.template(value, what)
        for expression in template.expressions:
            named = _SECRET.fullmatch(expression.text)
            if named is None:
                self.report(value.place, f"{what} may name secrets only, such as ${{secret.key}}.")
            elif named[1] not in self._secrets:
                self.unknown(value.place, "secret", named[1], self._secrets)
        return template

    def _table(self, value: Value) -> Table:
        members = self.members(value, "A table", ("file", "text", "columns"))
        if ("file" in members) == ("text" in members):
            self.report(value.place, "A table is either a CSV file, named by file, or CSV as text.")
        columns: dict[str, Type] = {}
        if "columns" in members:
            for name, inner in self.members(members["columns"], "columns").items():
                columns[name] = read_type_value(inner, self.problems.append)
        else:
            self.report(value.place, "A table needs columns: each name with its type, such as {id: string}.")
        return Table(
            value.place,
            self.text(members["file"], "file") if "file" in members else None,
            self.text(members["text"], "text") if "text" in members else None,
            columns,
        )


def _url_fault(url: str) -> str | None:
    if "${" in url:
        return "The url of an API stands for itself; what changes goes into path and query of a call."
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return "This is no URL."
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_fine:
        return "The url of an API begins with https:// or http:// and a host."
    if parts.username or parts.password:
        return "A URL holds no password. Use headers with a secret."
    if parts.query or parts.fragment:
        return "The url of an API has no query; that goes into query of a call."
    return None
