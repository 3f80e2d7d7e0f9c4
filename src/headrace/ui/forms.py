"""Forms that a page sends, read by the rules of every body."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from headrace.ui.bodies import BodyRefused, Unparsable, off_loop, parse_form, read_body

LARGEST_FORM = 256 * 1024


async def read_form(request: Request, most: int = LARGEST_FORM) -> dict[str, str]:
    """The fields of a form (`application/x-www-form-urlencoded`) by name, the last of each.

    Raises an `HTTPException` for one that is larger than `most` bytes, does not come to its end or is no form.
    """
    return dict(await read_fields(request, most))


async def read_fields(request: Request, most: int = LARGEST_FORM) -> list[tuple[str, str]]:
    """The fields of a form in their order; a name may stand there several times. Raises as `read_form` does."""
    try:
        return await off_loop(parse_form, await read_body(request, most))
    except BodyRefused as error:
        raise HTTPException(error.status, f"The form cannot be read: {error}.") from error
    except Unparsable as error:
        raise HTTPException(400, f"The form {error}.") from error
