"""A database that is busy or away is told as what it is; every other error stays an error."""

import sqlite3

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from headrace.database import DatabaseBusy
from headrace.ui.unavailable import PUT_OFF


def answer_to(error: Exception) -> tuple[int, str | None]:
    async def fail(_request: Request) -> Response:
        raise error

    app = Starlette(routes=[Route("/", fail)], exception_handlers=PUT_OFF)
    answer = TestClient(app, raise_server_exceptions=False).get("/")
    return answer.status_code, answer.headers.get("retry-after")


def locked() -> OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return OperationalError("SELECT 1", None, error)


@pytest.mark.parametrize("error", [DatabaseBusy("busy"), PoolTimeout("none free"), ConnectionRefusedError(), locked()])
def test_asking_again_helps(error: Exception) -> None:
    assert answer_to(error) == (503, "1")


@pytest.mark.parametrize("error", [IntegrityError("INSERT", None, Exception("twice")), ValueError("ours"), OSError()])
def test_a_fault_of_ours_is_none_of_the_moment(error: Exception) -> None:
    assert answer_to(error) == (500, None)
