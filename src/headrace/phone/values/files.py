"""Files a person attaches: what a phone remembers of each, what a picker takes, and how a file is described outside.

The bytes live outside. A session knows a file by values only, so it stays small and can be stored.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from headrace.flowjson.catalogue import Version
from headrace.flowjson.catalogue.media import MIME_TYPES
from headrace.phone.values import texts
from headrace.phone.values.filetypes import names
from headrace.phone.values.properties import Properties, flag, text, whole
from headrace.phone.values.validation import Fault, NotAccepted

KB, MB = 1024, 1024 * 1024

MOST_FILES = 30
"""A picker takes at most this many files."""

LARGEST_KB = 25_600
"""A file has at most this many KB."""

LONGEST_NAME = 255
"""The name of a file has at most this many characters."""

MOST_IN_RESPONSE = 10
"""A response carries at most this many files."""

LARGEST_RESPONSE = 100 * MB
"""The files of a response have at most this many bytes together."""

SEVERAL_IN_RESPONSE_SINCE = Version(5, 0)

Progress = Literal["sending", "sent", "failed"]


@dataclass(frozen=True, slots=True)
class PickedFile:
    """A file as it was chosen. `media_id` names it from now on; `size` is in bytes."""

    media_id: str
    file_name: str
    mime_type: str
    size: int


@dataclass(frozen=True, slots=True)
class SentFile:
    """Where a file went: `id` is its name in the Cloud API, `sha256` its hash in base64, `cdn_url` where
    its sealed bytes lie, and `encryption_metadata` what opens them, as it travels.
    """

    id: str
    sha256: str
    cdn_url: str
    encryption_metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file as a session remembers it."""

    media_id: str
    file_name: str
    mime_type: str
    size: int
    progress: Progress = "sending"
    sent: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, picked: PickedFile) -> "AttachedFile":
        return cls(picked.media_id, picked.file_name, picked.mime_type, picked.size)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Picker:
    """How one kind of picker calls what it takes, and which properties limit their number."""

    one: str
    many: str

    @property
    def least_property(self) -> str:
        return f"min-uploaded-{self.many}"

    @property
    def most_property(self) -> str:
        return f"max-uploaded-{self.many}"

    def counted(self, count: int) -> str:
        return f"{count} {self.one if count == 1 else self.many}"


PICKERS: Mapping[str, Picker] = {
    "PhotoPicker": Picker("photo", "photos"),
    "DocumentPicker": Picker("document", "documents"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one picker. `kinds` are MIME types; a PhotoPicker takes every image and has none."""

    least: int
    most: int
    largest_kb: int
    kinds: tuple[str, ...] = ()

    def takes(self, mime_type: str) -> bool:
        return mime_type in self.kinds if self.kinds else mime_type.startswith("image/")


def limits_of(component: str, properties: Properties) -> Limits:
    picker = PICKERS[component]
    listed = properties.get("allowed-mime-types")
    allowed = tuple(kind for kind in listed if isinstance(kind, str)) if isinstance(listed, list) else ()
    least = whole(properties, picker.least_property, 0)
    return Limits(
        least=max(least, 1 if flag(properties, "required", False) else 0),
        most=min(max(whole(properties, picker.most_property, MOST_FILES), 0), MOST_FILES),
        largest_kb=min(max(whole(properties, "max-file-size-kb", LARGEST_KB), 0), LARGEST_KB),
        kinds=(allowed or tuple(MIME_TYPES)) if component == "DocumentPicker" else (),
    )


def refusal(component: str, properties: Properties, file: PickedFile, count: int) -> str:
    """Why a picker that holds `count` files does not take another one, in words for a person; empty when it does."""
    limits, picker = limits_of(component, properties), PICKERS[component]
    if not file.size:
        return texts.file_empty(file.file_name)
    if not limits.takes(file.mime_type):
        if component == "PhotoPicker":
            return texts.not_a_photo(file.file_name)
        return texts.kind_not_taken(file.file_name, names(limits.kinds))
    if file.size > limits.largest_kb * KB:
        return texts.file_too_large(file.file_name, written_size(file.size), written_limit(limits.largest_kb * KB))
    if count >= limits.most:
        return texts.one_file_too_many(file.file_name, picker.counted(limits.most))
    return ""


def fault_of_files(component: str) -> Any:
    """Makes the `Kind.check` of this kind of picker."""

    def check(value: Any, properties: Properties, version: Version) -> Fault | None:
        if not flag(properties, "enabled", True):
            return None
        files, limits, picker = files_of(value), limits_of(component, properties), PICKERS[component]
        if any(file.progress == "failed" for file in files):
            return Fault(texts.UPLOAD_FAILED, "")
        if any(file.progress == "sending" for file in files):
            return Fault(texts.UPLOAD_RUNNING, "")
        if len(files) < limits.least:
            words = texts.add_at_least(picker.counted(limits.least))
            return Fault(words, words)
        if len(files) > limits.most:
            words = texts.keep_at_most(picker.counted(limits.most))
            return Fault(words, words)
        return None

    return check


def kept_files(component: str, value: Any, before: Any, properties: Properties) -> list[Any]:
    """The files of `value` where they are among those the picker holds; raises `NotAccepted`.

    Files cannot be typed in: they come by upload only.
    """
    held = before if isinstance(before, list) else []
    if value in (None, "", []):
        if held:
            raise NotAccepted(texts.UPLOAD_ONLY)
        return []
    if not isinstance(value, list) or any(entry not in held for entry in value):
        raise NotAccepted(texts.UPLOAD_ONLY)
    limits = limits_of(component, properties)
    for file in files_of(value):
        if not limits.takes(file.mime_type) or file.size > limits.largest_kb * KB:
            raise NotAccepted(f"no longer takes {file.file_name}")
    return value


def files_of(value: Any) -> list[AttachedFile]:
    """The files of a form value; what is no file is left out."""
    return list(_read(value)) if isinstance(value, list) else []


def _read(value: list[Any]) -> Iterator[AttachedFile]:
    for entry in value:
        if isinstance(entry, dict) and set(entry) == _MEMBERS:
            yield AttachedFile(**entry)


_MEMBERS = frozenset(AttachedFile.__dataclass_fields__)


def for_exchange(value: Any) -> list[dict[str, Any]]:
    """The files as an endpoint gets them: where they lie and what opens them (docs/uploads.md)."""
    return [
        {
            "media_id": file.media_id,
            "cdn_url": file.sent["cdn_url"],
            "file_name": file.file_name,
            "encryption_metadata": dict(file.sent["encryption_metadata"]),
        }
        for file in files_of(value)
        if file.sent is not None
    ]


def for_response(value: Any) -> list[dict[str, Any]]:
    """The files as the response message names them (docs/uploads.md): `id` is that of the media in the Cloud API, and
    `sha256` is in base64 here, although the media API has it in hexadecimal digits.
    """
    return [
        {
            "file_name": file.file_name,
            "mime_type": file.mime_type,
            "sha256": file.sent["sha256"],
            "id": file.sent["id"],
        }
        for file in files_of(value)
        if file.sent is not None
    ]


def too_much_for_a_response(files: list[AttachedFile], version: Version) -> str:
    """Why a response cannot carry these files, in words for a person; empty when it can."""
    most = MOST_IN_RESPONSE if version >= SEVERAL_IN_RESPONSE_SINCE else 1
    if len(files) > most:
        return texts.too_many_to_send(len(files), most)
    size = sum(file.size for file in files)
    return (
        texts.too_large_to_send(written_size(size), written_limit(LARGEST_RESPONSE)) if size > LARGEST_RESPONSE else ""
    )


def message_on(message: Any, media_id: str) -> str:
    """What the business says about one file, where its message names files."""
    return text(message, media_id) if isinstance(message, dict) else ""


def written_size(size: int) -> str:
    """A size in bytes as a person reads it, such as `1.4 MB`, rounded up."""
    return _written(size, -(-size * 10 // MB) if size >= MB else -(-size * 10 // KB))


def written_limit(size: int) -> str:
    """A limit in bytes as a person reads it, rounded down, so that what is beyond a limit also reads as more."""
    return _written(size, size * 10 // MB if size >= MB else size * 10 // KB)


def _written(size: int, tenths: int) -> str:
    if size < KB:
        return f"{size} {'byte' if size == 1 else 'bytes'}"
    return f"{tenths // 10}{f'.{tenths % 10}' if tenths % 10 else ''} {'MB' if size >= MB else 'KB'}"


def clean_name(given: str) -> str:
    """The name a file goes by: the last part of a path, without what cannot be seen, at most 255 characters."""
    visible = "".join(character for character in given if unicodedata.category(character) not in _UNSEEN)
    name = visible.replace("\\", "/").rpartition("/")[2].strip(" .")
    if not name:
        return "file"
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    return (stem[: LONGEST_NAME - len(ending) - 1] + dot + ending) if dot and len(ending) <= 10 else name[:LONGEST_NAME]


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that are not shown; among them those that turn the direction of writing."""
