"""From program and state to the view: decides every text, value and state of the current screen."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from headrace.flowjson.catalogue import component
from headrace.flowjson.catalogue.inputs import LARGE_LABEL_LENGTH
from headrace.flowjson.expressions import UNDEFINED, resolve
from headrace.phone import inputs, texts
from headrace.phone.actions import acts, address_of
from headrace.phone.course import Course
from headrace.phone.images import data_uri
from headrace.phone.inputs import Fault
from headrace.phone.options import Option, options_of
from headrace.phone.progress import percentage
from headrace.phone.reading import flag, number, text, whole, written
from headrace.phone.scope import ScreenScope
from headrace.phone.standing import Standing
from headrace.phone.view import (
    CheckView,
    ConsentView,
    DateView,
    FooterView,
    ImageView,
    LinkView,
    Part,
    PlaceholderView,
    ScreenView,
    SnackbarView,
    TextAreaView,
    TextFieldView,
    View,
    WordsView,
)

LONG_SNACKBAR = 45
LONGEST_DROPDOWN_TITLE = 80  # the client gives a Dropdown's rows more room than the documentation
_ROW_TEXTS = ("title", "description", "metadata")
WEIGHTS = ("normal", "bold", "italic", "bold_italic")


def draw(course: Course) -> View:
    """The sheet as it is now."""
    state = course.state
    snackbar = state.snackbar
    has_screen = bool(state.history) and state.status in ("ready", "loading")
    return View(
        status=state.status,
        screen=_Drawing(course).screen() if has_screen else None,
        can_go_back=len(state.history) > 1,
        progress=percentage(course.program, state.history) if has_screen else None,
        snackbar=SnackbarView(snackbar.text, snackbar.number, 4.5 if len(snackbar.text) <= LONG_SNACKBAR else 7.0)
        if snackbar
        else None,
        failure=texts.failure(state.failure) if state.failure else None,
        failure_type=state.failure,
        failure_detail=state.failure_detail,
        expired=state.expired,
        waiting_for=state.pending.target if state.pending else None,
        has_entries=state.edited,
    )


def fault_on(course: Course, standing: Standing) -> Fault | None:
    """Why a visible input keeps the Footer shut: its value, or a message of the business that was not dealt with."""
    fault = inputs.fault_of(standing.type, course.value(standing), standing.properties, course.program.version)
    if fault is None and server_message(course, standing):
        return Fault(server_message(course, standing), server_message(course, standing))
    return fault


def server_message(course: Course, standing: Standing) -> str:
    """What the business says about this input, until the person changes or leaves it."""
    if standing.type == "OptIn" or standing.name in course.store.settled:
        return ""
    return standing.message if isinstance(standing.message, str) else ""


def footer_obstacle(course: Course, footer: Standing, standing: list[Standing]) -> str:
    """What keeps the Footer shut, in words for a person; empty when nothing does."""
    for one in standing:
        if one.node.is_input:
            fault = fault_on(course, one)
            if fault:
                label = text(one.properties, "label")
                return fault.reason if not label or fault.reason.startswith(label) else f"{label}: {fault.reason}"
    return texts.FOOTER_OFF if not flag(footer.properties, "enabled", True) else ""


class _Drawing:
    def __init__(self, course: Course) -> None:
        self._course = course
        self._is_ready = course.state.status == "ready"

    def screen(self) -> ScreenView:
        course = self._course
        standing = course.standing()
        footer = next((one for one in standing if one.type == "Footer"), None)
        scope = ScreenScope(course.program, course.state, course.screen.id)
        title = resolve(course.screen.title, scope, course.program.version)
        return ScreenView(
            id=course.screen.id,
            visit=course.state.visit,
            title="" if title is UNDEFINED else written(title),
            parts=tuple(self._part(one) for one in standing if one.type != "Footer"),
            footer=self._footer(footer, standing) if footer else None,
            terminal=course.screen.terminal,
        )

    def _part(self, standing: Standing) -> Part:
        node = standing.node
        if node.problem:
            return PlaceholderView(type="Placeholder", key=node.key, reason=node.problem)
        drawer = _DRAWERS.get(node.type)
        if drawer is None:
            known = component(node.type) is not None
            reason = f"{node.type} cannot be shown here yet." if known else f'There is no component "{node.type}".'
            return PlaceholderView(type="Placeholder", key=node.key, reason=reason)
        return drawer(self, standing)

    def _footer(self, standing: Standing, all_standing: list[Standing]) -> FooterView:
        pending = self._course.state.pending
        obstacle = footer_obstacle(self._course, standing, all_standing)
        return FooterView(
            type="Footer",
            key=standing.node.key,
            label=_cut(standing, "label"),
            left=_cut(standing, "left-caption"),
            center=_cut(standing, "center-caption"),
            right=_cut(standing, "right-caption"),
            enabled=self._is_ready and not obstacle,
            waiting=pending is not None and pending.target == standing.node.key,
            reason=obstacle,
        )

    # Inputs

    def _field(self, standing: Standing) -> dict[str, Any]:
        """What every input has."""
        course, node = self._course, standing.node
        fault = inputs.fault_of(node.type, course.value(standing), standing.properties, course.program.version)
        message = server_message(course, standing)
        own = fault.message if fault and node.name in course.store.touched else ""
        return {
            "type": node.type,
            "key": node.key,
            "name": node.name,
            "id": f"f{course.state.visit}-{node.key}-{course.store.writes.get(node.name, 0)}",
            "label": _label(standing),
            "value": course.value(standing),
            "required": flag(standing.properties, "required", False),
            "enabled": self._is_ready and flag(standing.properties, "enabled", True),
            "helper": _cut(standing, "helper-text"),
            "error": own or message,
            "from_business": bool(message) and not own,
            "is_in_order": fault is None and not message,
            "acts": acts(standing),
        }

    def text_input(self, standing: Standing) -> Part:
        kind = text(standing.properties, "input-type")
        return TextFieldView(
            **self._field(standing),
            input_type=kind if kind in ("number", "email", "password", "passcode", "phone") else "text",
            large_label=standing.properties.get("label-variant") == "large",
        )

    def text_area(self, standing: Standing) -> Part:
        return TextAreaView(
            **self._field(standing),
            max_length=max(whole(standing.properties, "max-length", inputs.DEFAULT_MAX_LENGTH), 0),
            counted="max-length" in standing.properties,
            large_label=standing.properties.get("label-variant") == "large",
        )

    def check(self, standing: Standing) -> Part:
        options = options_of(standing.properties)
        value = self._course.value(standing)
        most = whole(standing.properties, "max-selected-items", len(options))
        return CheckView(
            **self._field(standing),
            options=tuple(_cut_option(standing.type, option) for option in options),
            description=_cut(standing, "description"),
            media_size="large" if standing.properties.get("media-size") == "large" else "regular",
            full=isinstance(value, list) and len(value) >= most,
        )

    def date(self, standing: Standing) -> Part:
        version = self._course.program.version
        first, last = inputs.days_between(standing.properties, version)
        blocked = standing.properties.get("unavailable-dates")
        days = [inputs.day(one, version) for one in blocked] if isinstance(blocked, list) else []
        return DateView(
            **self._field(standing),
            day=inputs.day(self._course.value(standing), version),
            first=first,
            last=last,
            unavailable=tuple(sorted({day for day in days if day})),
        )

    def consent(self, standing: Standing) -> Part:
        return ConsentView(
            **self._field(standing),
            has_more="on-click-action" in standing.node.handlers,
            more_url=address_of(self._course, standing.node.handlers.get("on-click-action", {})),
        )

    # Everything else

    def words(self, standing: Standing) -> Part:
        weight = standing.properties.get("font-weight")
        return WordsView(
            type=standing.type,
            key=standing.node.key,
            text=_cut(standing, "text"),
            weight=weight if weight in WEIGHTS else "normal",
            struck=flag(standing.properties, "strikethrough", False),
            markdown=flag(standing.properties, "markdown", False),
        )

    def link(self, standing: Standing) -> Part:
        return LinkView(
            type=standing.type,
            key=standing.node.key,
            text=_cut(standing, "text"),
            url=address_of(self._course, standing.node.handlers.get("on-click-action", {})),
            enabled=self._is_ready,
        )

    def image(self, standing: Standing) -> Part:
        properties = standing.properties
        width, height = number(properties, "width"), number(properties, "height")
        ratio = number(properties, "aspect-ratio")
        return ImageView(
            type=standing.type,
            key=standing.node.key,
            source=data_uri(text(properties, "src")),
            alt_text=text(properties, "alt-text"),
            width=int(width) if width and 0 < width < 10_000 else None,
            height=int(height) if height and 0 < height < 10_000 else None,
            scale_type="cover" if properties.get("scale-type") == "cover" else "contain",
            aspect_ratio=ratio if ratio and 0.01 < ratio < 100 else 1.0,
        )


def _label(standing: Standing) -> str:
    if standing.properties.get("label-variant") == "large":
        return _shortened(text(standing.properties, "label"), LARGE_LABEL_LENGTH)
    return _cut(standing, "label")


def _cut_option(kind: str, option: Option) -> Option:
    """A row with its texts cut as the client cuts them."""
    limits = _row_limits(kind)
    return replace(
        option,
        title=_shortened(option.title, limits["title"]),
        description=_shortened(option.description, limits["description"]),
        metadata=_shortened(option.metadata, limits["metadata"]),
    )


@cache
def _row_limits(kind: str) -> dict[str, int | None]:
    declared = component(kind)
    shape = declared.properties["data-source"].shape if declared else None
    rows = shape.properties if shape else {}
    limits = {name: (rows[name].cut_at or rows[name].max_length) if name in rows else None for name in _ROW_TEXTS}
    return limits | ({"title": LONGEST_DROPDOWN_TITLE} if kind == "Dropdown" else {})


def _shortened(shown: str, limit: int | None) -> str:
    return shown if limit is None or len(shown) <= limit else shown[:limit] + "..."


def _cut(standing: Standing, name: str) -> str:
    """A text as the client shows it: cut at its limit, with three dots."""
    shown = text(standing.properties, name)
    declared = component(standing.type)
    found = declared.properties.get(name) if declared else None
    limit = (found.cut_at or found.max_length) if found else None
    return _shortened(shown, limit)


_DRAWERS: dict[str, Callable[[_Drawing, Standing], Part]] = {
    "TextHeading": _Drawing.words,
    "TextSubheading": _Drawing.words,
    "TextBody": _Drawing.words,
    "TextCaption": _Drawing.words,
    "TextInput": _Drawing.text_input,
    "TextArea": _Drawing.text_area,
    "Dropdown": _Drawing.check,
    "RadioButtonsGroup": _Drawing.check,
    "CheckboxGroup": _Drawing.check,
    "ChipsSelector": _Drawing.check,
    "DatePicker": _Drawing.date,
    "OptIn": _Drawing.consent,
    "EmbeddedLink": _Drawing.link,
    "Image": _Drawing.image,
}
"""What can be drawn. Anything else becomes a placeholder that names the component."""
