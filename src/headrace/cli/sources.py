"""What a command is given to read: files, folders, and `-` for standard input."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from headrace.flowjson.document import Document

STANDARD_INPUT = "-"
LARGEST_FILE = 64 * 1024 * 1024
"""Bytes beyond which nothing is read at all; what is smaller and still too large for a Flow gets a diagnostic."""

_PASSED_OVER = frozenset({"node_modules", "__pycache__"})
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class UnusableError(Exception):
    """An input that cannot be read; the message is a whole sentence."""


class Source(NamedTuple):
    """One Flow JSON to work on. `path` is None for standard input."""

    name: str
    path: Path | None
    document: "Document"
    raw: bytes

    @property
    def is_garbled(self) -> bool:
        """Whether the document lacks some of what the file holds, because it is not UTF-8."""
        return any(problem.rule == "syntax/encoding" for problem in self.document.problems)

    def store(self, text: str) -> None:
        """Replaces the file's content, in one step. A byte order mark stays."""
        assert self.path is not None
        mark = _BYTE_ORDER_MARK if self.raw.startswith(_BYTE_ORDER_MARK) else b""
        target = self.path.resolve()
        if not target.is_file():
            raise UnusableError(f"{self.name} is no ordinary file, so it is left alone. Use - for standard input.")
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            draft.write_bytes(mark + text.encode("utf-8", "replace"))
            draft.chmod(target.stat().st_mode)
            draft.replace(target)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise UnusableError(f"{self.name} cannot be written: {error.strerror}.") from error


def read_sources(names: Iterable[str]) -> tuple[list[Source], list[str]]:
    """Reads everything named, each file once, and says in sentences what could not be read.

    Of a folder, every `*.json` in it at any depth that is a Flow: by its name, `flow.json` or `*.flow.json`, or because
    it holds an object with `screens`. Hidden folders and `node_modules` are passed over.
    """
    sources: dict[str, Source] = {}
    unusable: list[str] = []
    for name in names:
        for found in _read(name):
            if isinstance(found, UnusableError):
                unusable.append(str(found))
            else:
                sources.setdefault(_identity(found), found)
    return list(sources.values()), unusable


def read_source(name: str) -> Source:
    """Reads one file or standard input; raises UnusableError."""
    if name == STANDARD_INPUT:
        return _source("<stdin>", None, _within_limit(_read_standard_input(), "Standard input"))
    if not name:
        raise UnusableError("An empty name names no file.")
    path = Path(name)
    try:
        if path.is_dir():
            raise UnusableError(f"{name} is a folder; a file is wanted here.")
        with path.open("rb") as file:
            return _source(display_name(path), path, _within_limit(file.read(LARGEST_FILE + 1), name))
    except FileNotFoundError:
        if path.is_symlink():
            raise UnusableError(f"{name} is a link to {os.readlink(path)}, which does not exist.") from None
        raise UnusableError(f"{name} does not exist.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "the name is none"
        raise UnusableError(f"{display_name(path)} cannot be read: {reason}.") from None


def read_bytes(path: Path, largest: int) -> bytes:
    """What a file holds that goes along with a Flow; raises UnusableError, also for more than `largest` bytes."""
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror or error if isinstance(error, OSError) else "the name is none"
        raise UnusableError(f"{display_name(path)} cannot be read: {reason}.") from None
    if len(content) > largest:
        raise UnusableError(f"{display_name(path)} is larger than {largest // 1024 // 1024} MB.")
    return content


def display_name(path: Path) -> str:
    """A path for people, with forward slashes; bytes that are no text become question marks."""
    return path.as_posix().encode("utf-8", "replace").decode()


def _read_standard_input() -> bytes:
    if sys.stdin is None:
        raise UnusableError("Standard input is closed.")
    try:
        return sys.stdin.buffer.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UnusableError(f"Standard input cannot be read: {error.strerror}.") from None


def _identity(source: Source) -> str:
    return str(source.path.resolve()) if source.path else STANDARD_INPUT


def _read(name: str) -> Iterator[Source | UnusableError]:
    """What stands under a name; a file that cannot be read does not keep the others from being read."""
    # A Path would raise for a name that is too long.
    if name == STANDARD_INPUT or not os.path.isdir(name):
        yield _tried(name)
        return
    found = False
    for path in _json_files(Path(name)):
        source = path if isinstance(path, UnusableError) else _tried(str(path))
        if isinstance(source, UnusableError) or _is_flow(source):
            found = True
            yield source
    if not found:
        yield UnusableError(f"There is no Flow in {name}: no *.json file in it holds an object with screens.")


def _tried(name: str) -> Source | UnusableError:
    try:
        return read_source(name)
    except UnusableError as error:
        return error


def _json_files(folder: Path) -> Iterator[Path | UnusableError]:
    shut: list[OSError] = []
    for root, folders, files in os.walk(folder, onerror=shut.append):
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one not in _PASSED_OVER)
        paths = [Path(root, file) for file in sorted(files) if file.endswith(".json")]
        # A pipe would keep everybody waiting; a link that leads nowhere is told when it is read.
        yield from (path for path in paths if os.path.isfile(path) or not os.path.exists(path))
    for error in shut:
        yield UnusableError(f"The folder {display_name(Path(error.filename))} cannot be read: {error.strerror}.")


def _is_flow(source: Source) -> bool:
    from headrace.flowjson.filenames import is_flow_name

    if is_flow_name(source.name):
        return True
    if b'"screens"' not in source.raw:
        return False
    value = source.document.value
    return isinstance(value, dict) and "screens" in value


def _source(name: str, path: Path | None, raw: bytes) -> Source:
    from headrace.flowjson.document import parse

    return Source(name, path, parse(raw), raw)


def _within_limit(raw: bytes, name: str) -> bytes:
    if len(raw) > LARGEST_FILE:
        raise UnusableError(f"{name} has more than {LARGEST_FILE // 1024 // 1024} MB; a Flow JSON may have 10.")
    return raw
