"""Answers in words: to scripts as an object, to everybody else as a line of text."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response


def wants_json(request: Request) -> bool:
    """Whether a script asks, and not a person's browser."""
    return request.headers.get("accept", "").startswith("application/json")


def text(words: str, status: int) -> Response:
    """A line of text."""
    return PlainTextResponse(f"{words}\n", status)


def refusal(request: Request, words: str, status: int) -> Response:
    """Why something is not done: `{"error": …}` to scripts, else a line of text."""
    return JSONResponse({"error": words}, status) if wants_json(request) else text(words, status)
