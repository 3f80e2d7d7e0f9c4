"""Reading the body of a request, up to a limit: nobody fills the memory of a server."""

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive


class BodyTooLarge(Exception):
    """The body of a request is larger than its reader allows."""


async def read_body(request: Request, most: int) -> bytes:
    """The whole body. Raises `BodyTooLarge` once it has more than `most` bytes, and `ClientDisconnect`."""
    return await receive_body(request.receive, most)


async def receive_body(receive: Receive, most: int) -> bytes:
    """The same for whoever speaks ASGI itself."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > most:
            raise BodyTooLarge(f"the body is larger than {most} bytes")
        if not message.get("more_body", False):
            return bytes(body)
