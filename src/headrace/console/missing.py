"""The page that stands where a Flow would be."""

from starlette.requests import Request
from starlette.responses import Response

from headrace.business.team import Caller
from headrace.business.whatsapp import UNKNOWN_OBJECT, WhatsAppRefused
from headrace.console.shell import page, trouble


def flow_missing(request: Request, caller: Caller, refusal: WhatsAppRefused) -> Response:
    """Says that there is no such Flow, or why WhatsApp does not show it."""
    is_unknown = refusal.code == UNKNOWN_OBJECT
    heading = "There is no such Flow" if is_unknown else "WhatsApp does not show this Flow"
    words = trouble(refusal)
    if is_unknown:
        details = "It may have been deleted, or belong to another workspace."
        words = {"title": f"No Flow has the ID {request.path_params['flow_id'][:40]}", "details": details, "code": ""}
    values = {"trouble": words, "heading": heading}
    return page(request, caller, "missing", "flows", values, 404 if is_unknown else 502)
