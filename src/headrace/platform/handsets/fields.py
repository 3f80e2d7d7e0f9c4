"""What is posted to a phone: the members of a form or of a JSON object, as texts."""

from starlette.requests import Request

from headrace.ui.bodies import BodyRefused, BodyTooLarge, Unparsable, parse_form, parse_json, read_body

_LARGEST_BODY = 64 * 1024

Fields = dict[str, str]


class FieldsRefused(ValueError):
    """A body that cannot be read, with the HTTP status and words for a person."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


async def read_fields(request: Request) -> Fields:
    """Raises `FieldsRefused`."""
    try:
        body = await read_body(request, _LARGEST_BODY)
    except BodyTooLarge as error:
        raise FieldsRefused(413, "That is more than 64 KB. Write less.") from error
    except BodyRefused as error:
        raise FieldsRefused(error.status, "What was sent does not come to its end. Try again.") from error
    if not body:
        return {}
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            value = parse_json(body)
        except Unparsable as error:
            raise FieldsRefused(400, f"The body {error}.") from error
        if not isinstance(value, dict):
            raise FieldsRefused(400, "The body is not a JSON object.")
        return {name: str(member) for name, member in value.items() if member is not None}
    try:
        return dict(parse_form(body, errors="replace"))
    except Unparsable as error:
        raise FieldsRefused(400, f"The body {error}.") from error
