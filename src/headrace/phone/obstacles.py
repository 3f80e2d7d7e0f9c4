"""What keeps a screen from going on: values that are not in order, and what the business says about them."""

from headrace.phone import texts
from headrace.phone.calendars import ends, of_end
from headrace.phone.course import Course
from headrace.phone.faults import Fault
from headrace.phone.files import PICKERS, files_of, message_on
from headrace.phone.reading import flag, text
from headrace.phone.standing import Standing

UNFIT = "components-validation-error"


def fault_on(course: Course, standing: Standing) -> Fault | None:
    """Why a visible input keeps the Footer shut: its value, or a message of the business that was not dealt with."""
    fault = course.fault(standing)
    if fault is None and server_message(course, standing):
        return Fault(server_message(course, standing), server_message(course, standing))
    return fault


def server_message(course: Course, standing: Standing) -> str:
    """What the business says about this input, until the person changes or leaves it."""
    if standing.type in PICKERS:
        return _message_on_files(course, standing)
    if standing.type != "CalendarPicker":
        return said_about(course, standing, "")
    said = dict.fromkeys(said_about(course, standing, end) for end in ends(standing.properties))
    return "; ".join(filter(None, said))


def said_about(course: Course, standing: Standing, end: str) -> str:
    """The same for one end of a range; `end` is empty for every other input."""
    if standing.type == "OptIn" or standing.name in course.store.settled:
        return ""
    message = of_end(standing.message, end)
    return message if isinstance(message, str) else ""


def _message_on_files(course: Course, standing: Standing) -> str:
    """What the business says about a picker as a whole, else about the files in it that it names."""
    if not isinstance(standing.message, dict):
        return said_about(course, standing, "")
    if standing.name in course.store.settled:
        return ""
    said = [message_on(standing.message, file.media_id) for file in files_of(course.value(standing))]
    return "; ".join(dict.fromkeys(filter(None, said)))


def footer_obstacle(course: Course, footer: Standing, standing: list[Standing]) -> str:
    """What keeps the Footer shut, in words for a person; empty when nothing does."""
    for one in standing:
        if one.problem and not one.node.problem and not course.state.any_screen:
            return texts.failure(UNFIT)
        if one.is_input:
            fault = fault_on(course, one)
            if fault:
                label = text(one.properties, "label")
                return fault.reason if not label or fault.reason.startswith(label) else f"{label}: {fault.reason}"
    if "on-click-action" not in footer.node.handlers:
        return texts.NO_ACTION
    return texts.FOOTER_OFF if not flag(footer.properties, "enabled", True) else ""
