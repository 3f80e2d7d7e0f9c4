"""A database that is busy or away is no fault of who asks: the answer is 503, and asking again helps."""

import logging
from collections.abc import Mapping

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from headrace.database import DatabaseBusy, is_passing
from headrace.ui.answers import refusal

_log = logging.getLogger(__name__)


async def _put_off(request: Request, error: Exception) -> Response:
    if not is_passing(error):
        raise error
    _log.warning("%s %s is put off: %s", request.method, request.url.path, " ".join(str(error).split())[:400])
    answer = refusal(request, "The database is busy or away at the moment. Try again in a moment.", 503)
    answer.headers["retry-after"] = "1"
    return answer


PUT_OFF: Mapping[type[Exception], ExceptionHandler] = {
    DatabaseBusy: _put_off,
    DBAPIError: _put_off,
    PoolTimeout: _put_off,
    ConnectionError: _put_off,  # before there is a connection to the database
}
"""For the applications of a server: what to do about failures of the moment."""
