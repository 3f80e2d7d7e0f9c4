"""Why something on a screen shows nothing: the data it is bound to never came.

Whoever builds a Flow is told; the person at the phone only sees that nothing is there.
"""

from typing import Any

from headrace.flowjson.expressions import UNDEFINED, references
from headrace.flowjson.expressions.references import Reference
from headrace.phone.engine.runtime import Runtime
from headrace.phone.engine.scope import ScreenScope
from headrace.phone.engine.visible import VisibleComponent


def why_nothing_came(runtime: Runtime, component: VisibleComponent, name: str) -> str:
    """Why a property that is bound to data has no value, as a sentence; empty where it has one, or is bound to inputs
    only.
    """
    source = component.node.bound.get(name)
    return "" if source is None or component.properties.get(name) not in (None, "") else why(runtime, source)


def why(runtime: Runtime, source: Any) -> str:
    """Why the first reference to data in `source` that has no value has none; empty where all have one."""
    scope = ScreenScope(runtime.program, runtime.state, runtime.screen.id)
    for reference in references(source):
        if reference.source == "data" and scope.lookup(reference.path) in (UNDEFINED, None):
            return _reason(runtime, reference)
    return ""


def _reason(runtime: Runtime, reference: Reference) -> str:
    field, here = reference.steps[0], runtime.screen
    screen = reference.screen or here.id
    named = f'"{".".join(reference.steps)}"' + ("" if screen == here.id else f' of "{screen}"')
    declaring = runtime.program.screens.get(screen)
    if declaring is None:
        return f'{named} cannot come: the Flow has no screen "{screen}".'
    if field not in declaring.model.fields:
        return f'{named} cannot come: the data of "{screen}" do not declare it, and what comes undeclared is dropped.'
    if screen not in runtime.state.screens:
        return f"{named} never came: that screen was not shown yet."
    return f"{named} never came: {_missed(runtime, screen, field)}"


def _missed(runtime: Runtime, screen: str, field: str) -> str:
    state = runtime.state
    if state.any_screen:
        return "the example data have no such field."
    if state.action == "navigate" and screen == (state.first_screen or runtime.program.entry_screen):
        payload = f'"data" of the flow_action_payload has no "{field}"'
        if runtime.program.is_endpoint_flow:
            return f"the message says navigate, so INIT was not asked, and {payload}."
        return f"{payload}."
    if runtime.program.is_endpoint_flow:
        return f'neither an answer of the endpoint nor a navigate brought it to "{screen}".'
    return f'no navigate brought it to "{screen}".'
