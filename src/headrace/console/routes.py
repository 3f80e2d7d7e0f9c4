"""Every address of the console."""

from starlette.routing import BaseRoute

from headrace.console import flows, responses, start
from headrace.console.context import ConsoleContext


def console_routes(context: ConsoleContext) -> list[BaseRoute]:
    return [*start.routes(context), *flows.routes(context), *responses.routes(context)]
