"""Files for the phone's tests, and a session's way of getting them uploaded."""

from typing import Any

from headrace.phone.engine.effects import Effect, SendFile
from headrace.phone.engine.events import Upload, Uploaded
from headrace.phone.session import Session
from headrace.phone.values.files import PickedFile, SentFile

Json = dict[str, Any]

METADATA = {name: f"{name} in base64" for name in ("encrypted_hash", "iv", "encryption_key", "hmac_key")}
METADATA["plaintext_hash"] = "plaintext_hash in base64"


def picked(name: str = "mill.png", size: int = 2048, mime_type: str = "image/png", media_id: str = "") -> PickedFile:
    return PickedFile(media_id or f"media-{name}", name, mime_type, size)


def sent(file: PickedFile) -> SentFile:
    return SentFile(f"1{len(file.file_name)}", "ab" * 32, f"https://cdn.example/{file.media_id}", METADATA)


def attach(session: Session, name: str, *files: PickedFile) -> list[Effect]:
    """Uploads files and lets every one of them arrive."""
    effects = session.handle(Upload(name, files))
    for effect in effects:
        if isinstance(effect, SendFile):
            session.handle(Uploaded(effect.file.media_id, sent(effect.file)))
    return effects


def photos(name: str = "photos", /, **more: Any) -> Json:
    return {"type": "PhotoPicker", "name": name, "label": name.title(), **more}


def documents(name: str = "documents", /, **more: Any) -> Json:
    return {"type": "DocumentPicker", "name": name, "label": name.title(), **more}
