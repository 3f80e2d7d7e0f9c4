"""The types of files, known by the ends of their names, as Android and iOS do, and of pictures by their first bytes."""

from collections.abc import Iterable, Mapping

UNKNOWN = "application/octet-stream"

SNIFFED_BYTES = 32
"""`picture_type` looks at this many bytes from the beginning of a file."""

SHOWN = frozenset({"image/avif", "image/bmp", "image/gif", "image/jpeg", "image/png", "image/webp"})
"""Pictures that a browser draws."""

_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
_OFFICE = "application/vnd.openxmlformats-officedocument"

# MIME type: how it is called in a sentence, then the endings of its files.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "application/gzip": ("GZIP", "gz", "tgz"),
    "application/msword": ("Word", "doc"),
    "application/pdf": ("PDF", "pdf"),
    "application/vnd.ms-excel": ("Excel", "xls"),
    "application/vnd.ms-powerpoint": ("PowerPoint", "ppt"),
    f"{_OPEN_DOCUMENT}.presentation": ("OpenDocument presentation", "odp"),
    f"{_OPEN_DOCUMENT}.spreadsheet": ("OpenDocument spreadsheet", "ods"),
    f"{_OPEN_DOCUMENT}.text": ("OpenDocument text", "odt"),
    f"{_OFFICE}.presentationml.presentation": ("PowerPoint", "pptx"),
    f"{_OFFICE}.spreadsheetml.sheet": ("Excel", "xlsx"),
    f"{_OFFICE}.wordprocessingml.document": ("Word", "docx"),
    "application/x-7z-compressed": ("7-Zip", "7z"),
    "application/xml": ("XML", "xml"),
    "application/zip": ("ZIP", "zip"),
    "image/avif": ("AVIF", "avif"),
    "image/bmp": ("BMP", "bmp"),
    "image/gif": ("GIF", "gif"),
    "image/heic": ("HEIC", "heic"),
    "image/heif": ("HEIF", "heif"),
    "image/jpeg": ("JPEG", "jpg", "jpeg", "jpe"),
    "image/png": ("PNG", "png"),
    "image/svg+xml": ("SVG", "svg"),
    "image/tiff": ("TIFF", "tif", "tiff"),
    "image/webp": ("WebP", "webp"),
    "text/csv": ("CSV", "csv"),
    "text/html": ("HTML", "html", "htm"),
    "text/plain": ("plain text", "txt", "text", "log"),
    "video/mp4": ("MP4", "mp4"),
    "video/mpeg": ("MPEG", "mpeg", "mpg"),
}
_BY_ENDING = {ending: kind for kind, (_, *endings) in _KINDS.items() for ending in endings}
_SAME = {"image/jpg": "image/jpeg", "text/xml": "application/xml", "application/x-gzip": "application/gzip"}


def type_of(file_name: str, declared: str = "") -> str:
    """The MIME type of a file: by its name's ending, where that is known, else what was declared."""
    known = _BY_ENDING.get(file_name.rpartition(".")[2].lower())
    if known is not None:
        return known
    plain = declared.partition(";")[0].strip().lower()
    return _SAME.get(plain, plain) or UNKNOWN


def endings(kinds: Iterable[str]) -> list[str]:
    """The endings of these MIME types' files, each with its dot."""
    return [f".{ending}" for kind in kinds for ending in _KINDS.get(kind, ("",))[1:]]


def names(kinds: Iterable[str]) -> list[str]:
    """How these MIME types are called in a sentence, each name once."""
    return list(dict.fromkeys(_KINDS[kind][0] if kind in _KINDS else kind for kind in kinds))


def picture_type(first_bytes: bytes, claimed: str = "") -> str:
    """The type of a picture by how it begins; `UNKNOWN` for what begins like none, for example because it is text."""
    for mime_type, marks in _PICTURES.items():
        if any(first_bytes.startswith(mark) for mark in marks):
            return mime_type
    if first_bytes[:4] == b"RIFF" and first_bytes[8:12] == b"WEBP":
        return "image/webp"
    if first_bytes[4:8] == b"ftyp":
        brand = first_bytes[8:12]
        if brand in (b"avif", b"avis"):
            return "image/avif"
        if brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"):
            return "image/heif" if claimed == "image/heif" else "image/heic"
    return UNKNOWN


_PICTURES = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/bmp": (b"BM",),
    "image/tiff": (b"II*\0", b"MM\0*"),
}
