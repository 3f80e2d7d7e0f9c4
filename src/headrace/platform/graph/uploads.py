"""Resumable uploads: `POST /{app}/uploads` begins one, `POST /upload:…` brings the bytes, `GET` tells how many came."""

from typing import Any

from headrace.platform.accounts.callers import MANAGEMENT
from headrace.platform.errors import UnknownObject
from headrace.platform.graph.calls import Call
from headrace.platform.graph.parameters import Upload, missing
from headrace.platform.templates import uploads

FILE = "file"
OFFSET = "file_offset"
APP_UPLOADS = ["app", "uploads"]
"""Where an app begins one without naming itself."""


def is_upload(segments: list[str]) -> bool:
    return len(segments) == 1 and segments[0].startswith(uploads.PREFIX)


def piece(content: bytes, offset: str | None) -> dict[str, Any]:
    """The parameters of a call whose body is a piece of a file."""
    return {FILE: Upload("", content), OFFSET: offset or "0"}


async def begin(call: Call, app_id: str) -> dict[str, Any]:
    """An app uploads for itself; `app` stands for it, as well as its id."""
    if app_id not in (APP_UPLOADS[0], call.caller.app.id):
        raise UnknownObject(app_id)
    if "file_length" not in call.parameters:
        raise missing("file_length")
    length = call.parameters.integer("file_length", 0, 1)
    file_type, name = call.parameters.required("file_type"), call.parameters.text("file_name") or "file"
    async with call.box.database.transaction() as session:
        row = await uploads.begin(session, call.box, call.caller.app, name, length, file_type)
    return {"id": row.id}


async def run(call: Call, upload_id: str) -> dict[str, Any]:
    """`POST` takes a piece and answers with the handle once the file is whole; `GET` says where to go on."""
    call.caller.require(MANAGEMENT)
    if call.method == "GET":
        async with call.box.database.reading() as session:
            row = await uploads.find(session, call.caller.app, upload_id)
        return {"id": row.id, "file_offset": row.received}
    if call.method != "POST":
        raise UnknownObject(upload_id)
    file = call.parameters.upload(FILE)
    offset = call.parameters.integer(OFFSET, 0, 0)
    async with call.box.database.transaction() as session:
        content = b"" if file is None else file.content
        row = await uploads.receive(session, call.caller.app, upload_id, offset, content)
    handle = uploads.handle_of(row)
    return {"id": row.id, "file_offset": row.received} if handle is None else {"h": handle}
