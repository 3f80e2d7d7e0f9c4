"""Validates the values of a screen: what is wrong with them, what the business says about them, and why the Footer is
disabled.
"""

from headrace.phone.engine.runtime import Runtime
from headrace.phone.engine.visible import VisibleComponent
from headrace.phone.values import texts
from headrace.phone.values.calendars import ends, of_end
from headrace.phone.values.files import PICKERS, files_of, message_on
from headrace.phone.values.properties import flag, text
from headrace.phone.values.validation import Fault
from headrace.protocol import ErrorType


def fault_on(runtime: Runtime, component: VisibleComponent) -> Fault | None:
    """Why a visible input keeps the Footer disabled: its value, or a message of the business that still stands."""
    fault = runtime.fault(component)
    if fault is None and server_message(runtime, component):
        return Fault(server_message(runtime, component), server_message(runtime, component))
    return fault


def tells_faults(runtime: Runtime, name: str) -> bool:
    """Whether what is wrong with an input, or with one end of a range, is written under it: once the person changed it,
    or where it held a value when it was drawn.
    """
    return name in runtime.store.touched or name in runtime.store.held


def server_message(runtime: Runtime, component: VisibleComponent) -> str:
    """The message of the business about this input; empty once the person changed or left it."""
    if component.type in PICKERS:
        return _message_on_files(runtime, component)
    if component.type != "CalendarPicker":
        return said_about(runtime, component, "")
    said = dict.fromkeys(said_about(runtime, component, end) for end in ends(component.properties))
    return "; ".join(filter(None, said))


def said_about(runtime: Runtime, component: VisibleComponent, end: str) -> str:
    """The message about one end of a range; `end` is empty for every other input."""
    if component.type == "OptIn":
        return ""
    message = of_end(runtime.store.messages.get(component.name), end)
    return message if isinstance(message, str) else ""


def _message_on_files(runtime: Runtime, component: VisibleComponent) -> str:
    """The message about a picker as a whole, else those about the files in it that the message names."""
    message = runtime.store.messages.get(component.name)
    if not isinstance(message, dict):
        return said_about(runtime, component, "")
    said = [message_on(message, file.media_id) for file in files_of(runtime.value(component))]
    return "; ".join(dict.fromkeys(filter(None, said)))


def footer_fault(runtime: Runtime, footer: VisibleComponent, visible: list[VisibleComponent]) -> str:
    """Why the Footer is disabled, in words for a person; empty when it is enabled."""
    for component in visible:
        if component.problem and not component.node.problem and not runtime.state.any_screen:
            return texts.failure(ErrorType.COMPONENTS_VALIDATION)
        if component.is_input:
            fault = fault_on(runtime, component)
            if fault:
                label = text(component.properties, "label")
                return fault.reason if not label or fault.reason.startswith(label) else f"{label}: {fault.reason}"
    if "on-click-action" not in footer.node.handlers:
        return texts.NO_ACTION
    return texts.FOOTER_OFF if not flag(footer.properties, "enabled", True) else ""
