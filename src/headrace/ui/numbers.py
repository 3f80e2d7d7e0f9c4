"""The number of a row in a path: `{response_id:row}`. A longer one than any row has is no path of ours."""

from starlette.convertors import IntegerConvertor, register_url_convertor


class _Row(IntegerConvertor):
    regex = "[0-9]{1,18}"


register_url_convertor("row", _Row())
