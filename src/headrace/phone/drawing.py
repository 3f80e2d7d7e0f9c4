"""From program and state to the view: decides every text, value and state of the current screen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from headrace.flowjson.catalogue import Version, component
from headrace.flowjson.catalogue.media import IMAGE_KB
from headrace.flowjson.expressions import UNDEFINED, resolve
from headrace.phone import inputs, texts
from headrace.phone.actions import acts, address_of
from headrace.phone.calendars import choosable, chosen_day, ends, faults, is_range, of_end, words
from headrace.phone.course import Course
from headrace.phone.cutting import cut, cut_item, cut_option, cut_text, label, markdown_of
from headrace.phone.dates import day, days_between, unavailable_days
from headrace.phone.files import KB, PICKERS, AttachedFile, files_of, limits_of, message_on, written_limit, written_size
from headrace.phone.filetypes import endings
from headrace.phone.images import data_uri, kilobytes
from headrace.phone.items import Item, items_of
from headrace.phone.markdown import plain
from headrace.phone.obstacles import footer_obstacle, said_about, server_message
from headrace.phone.options import Option, options_of
from headrace.phone.progress import percentage
from headrace.phone.reading import flag, number, text, whole, written
from headrace.phone.scope import ScreenScope
from headrace.phone.standing import Standing
from headrace.phone.state import Snackbar
from headrace.phone.view import (
    CalendarFieldView,
    CalendarView,
    CarouselView,
    CheckView,
    ConsentView,
    DateView,
    FileView,
    FooterView,
    ImageView,
    LinkView,
    ListItemView,
    ListView,
    Part,
    PlaceholderView,
    ScreenView,
    Slide,
    SnackbarView,
    TextAreaView,
    TextFieldView,
    UploadView,
    View,
    WordsView,
)

LONG_SNACKBAR = 45
LARGEST_THUMBNAIL_KB = 100
SMALL_THUMBNAILS_SINCE = Version(6, 0)
MOST_SLIDES = 3
WEIGHTS = ("normal", "bold", "italic", "bold_italic")


def _snackbar(said: Snackbar) -> SnackbarView:
    seconds = 4.5 if len(said.text) <= LONG_SNACKBAR else 7.0
    return SnackbarView(said.text, said.number, seconds, said.error_type, said.detail)


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
        snackbar=_snackbar(snackbar) if snackbar else None,
        failure=texts.failure(state.failure) if state.failure else None,
        failure_type=state.failure,
        failure_detail=state.failure_detail,
        expired=state.expired,
        waiting_for=state.pending.target if state.pending else None,
        has_entries=state.edited,
    )


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
        if standing.problem:
            return PlaceholderView(type="Placeholder", key=node.key, reason=standing.problem)
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
            label=cut(standing, "label"),
            left=cut(standing, "left-caption"),
            center=cut(standing, "center-caption"),
            right=cut(standing, "right-caption"),
            enabled=self._is_ready and not obstacle,
            waiting=pending is not None and pending.target == standing.node.key,
            reason=obstacle,
        )

    # Inputs

    def _field(self, standing: Standing) -> dict[str, Any]:
        """What every input has."""
        course, node = self._course, standing.node
        fault = course.fault(standing)
        message = server_message(course, standing)
        own = fault.message if fault and node.name in course.store.touched else ""
        return {
            "type": node.type,
            "key": node.key,
            "name": node.name,
            "id": f"f{course.state.visit}-{node.key}-{course.store.writes.get(node.name, 0)}",
            "label": label(standing),
            "value": course.value(standing),
            "required": flag(standing.properties, "required", False),
            "enabled": self._is_ready and flag(standing.properties, "enabled", True),
            "helper": cut(standing, "helper-text"),
            "error": own or message,
            "from_business": bool(message) and not own,
            "is_in_order": fault is None and not message,
            "acts": acts(node, standing.properties),
            "waiting": course.state.pending is not None and course.state.pending.target == node.key,
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
            options=tuple(self._option(standing, option) for option in options),
            description=cut(standing, "description"),
            media_size=_media_size(standing),
            full=isinstance(value, list) and len(value) >= most,
        )

    def _option(self, standing: Standing, option: Option) -> Option:
        shown = cut_option(standing.type, option)
        if not option.image:
            return shown
        limit = LARGEST_THUMBNAIL_KB if self._course.program.version >= SMALL_THUMBNAILS_SINCE else IMAGE_KB
        can_be_shown = kilobytes(option.image) <= limit and data_uri(option.image)
        return shown if can_be_shown else replace(shown, image="")

    def _today(self) -> date | None:
        today = self._course.state.today
        return date.fromisoformat(today) if today else None

    def day_of(self, standing: Standing) -> Part:
        version = self._course.program.version
        first, last = days_between(standing.properties, version)
        return DateView(
            **self._field(standing),
            day=day(self._course.value(standing), version),
            first=first,
            last=last,
            unavailable=tuple(sorted(unavailable_days(standing.properties, version))),
            today=self._today(),
        )

    def calendar(self, standing: Standing) -> Part:
        value, properties = self._course.value(standing), standing.properties
        shown = {
            end: written(of_end(value, end)) if isinstance(value, dict) or not end else "" for end in ends(properties)
        }
        return CalendarView(
            **{
                **self._field(standing),
                "label": words(properties, "label", "") if "" in shown else "",
                "helper": "",
                "value": shown.get("", shown),
            },
            mode="range" if is_range(properties) else "single",
            title=cut(standing, "title"),
            description=cut(standing, "description"),
            fields=tuple(self._calendar_field(standing, end, shown[end]) for end in shown),
            today=self._today(),
        )

    def _calendar_field(self, standing: Standing, end: str, shown: str) -> CalendarFieldView:
        course, properties, version = self._course, standing.properties, self._course.program.version
        value = course.value(standing)
        fault = faults(value, properties, version).get(end)
        is_touched = (f"{standing.name}.{end}" if end else standing.name) in course.store.touched
        return CalendarFieldView(
            end=end,
            label=cut_text(standing.type, "label", words(properties, "label", end)),
            value=shown,
            day=chosen_day(value, end, version),
            choosable=choosable(value, properties, end, version),
            required=of_end(properties.get("required"), end) is True,
            helper=cut_text(standing.type, "helper-text", words(properties, "helper-text", end)),
            error=(fault.message if fault and is_touched else "") or said_about(course, standing, end),
        )

    def upload(self, standing: Standing) -> Part:
        course, properties = self._course, standing.properties
        files, limits, picker = (
            files_of(course.value(standing)),
            limits_of(standing.type, properties),
            PICKERS[standing.type],
        )
        field = self._field(standing)
        is_by_file = isinstance(standing.message, dict) and field["from_business"]
        return UploadView(
            **{
                **field,
                "value": [file.file_name for file in files],
                "required": limits.least > 0,
                "error": "" if is_by_file else field["error"],
            },
            source=_source(standing),
            description=cut(standing, "description"),
            files=tuple(
                _file(file, message_on(standing.message, file.media_id) if is_by_file else "") for file in files
            ),
            accept=(*limits.kinds, *endings(limits.kinds)) if limits.kinds else ("image/*",),
            several=limits.most > 1 and _source(standing) != "camera",
            full=len(files) >= limits.most,
            limit=texts.files_taken(limits.least, picker.counted(limits.most), written_limit(limits.largest_kb * KB)),
            refused=tuple(course.store.refused.get(standing.name, ())),
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
        blocks = markdown_of(standing)
        return WordsView(
            type=standing.type,
            key=standing.node.key,
            text=plain(blocks) if blocks else cut(standing, "text"),
            weight=weight if weight in WEIGHTS else "normal",
            struck=flag(standing.properties, "strikethrough", False),
            blocks=blocks,
        )

    def link(self, standing: Standing) -> Part:
        return LinkView(
            type=standing.type,
            key=standing.node.key,
            text=cut(standing, "text"),
            url=address_of(self._course, standing.node.handlers.get("on-click-action", {})),
            enabled=self._is_ready,
        )

    def navigation_list(self, standing: Standing) -> Part:
        return ListView(
            type=standing.type,
            key=standing.node.key,
            label=cut(standing, "label"),
            description=cut(standing, "description"),
            media_size=_media_size(standing),
            items=tuple(self._item(standing, item) for item in items_of(standing.properties)),
        )

    def _item(self, standing: Standing, item: Item) -> ListItemView:
        pending, key, shown = self._course.state.pending, item.key(standing.node.key), cut_item(item)
        has_action = item.handler is not None or "on-click-action" in standing.node.handlers
        return ListItemView(
            key=key,
            id=item.id,
            title=shown.title,
            description=shown.description,
            metadata=shown.metadata,
            has_image=bool(item.image),
            thumbnail=data_uri(item.image) if kilobytes(item.image) <= LARGEST_THUMBNAIL_KB else "",
            alt_text=item.alt_text,
            badge=item.badge,
            tags=item.tags,
            end=shown.end,
            enabled=self._is_ready and item.enabled and has_action,
            waiting=pending is not None and pending.target == key,
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
            scale_type=_scale_type(standing),
            aspect_ratio=ratio if ratio and 0.01 < ratio < 100 else 1.0,
        )

    def carousel(self, standing: Standing) -> Part:
        images = standing.properties.get("images")
        rows = [one for one in images if isinstance(one, dict)] if isinstance(images, list) else []
        return CarouselView(
            type=standing.type,
            key=standing.node.key,
            slides=tuple(Slide(data_uri(text(one, "src")), text(one, "alt-text")) for one in rows[:MOST_SLIDES]),
            aspect_ratio="16:9" if standing.properties.get("aspect-ratio") == "16:9" else "4:3",
            scale_type=_scale_type(standing),
        )


def _source(standing: Standing) -> str:
    if standing.type == "DocumentPicker":
        return "documents"
    source = standing.properties.get("photo-source")
    return source if source in ("camera", "gallery") else "camera_gallery"


def _file(file: AttachedFile, message: str) -> FileView:
    return FileView(
        media_id=file.media_id,
        file_name=file.file_name,
        mime_type=file.mime_type,
        size=written_size(file.size),
        progress=file.progress,
        error=texts.NOT_UPLOADED if file.progress == "failed" else message,
    )


def _scale_type(standing: Standing) -> str:
    return "cover" if standing.properties.get("scale-type") == "cover" else "contain"


def _media_size(standing: Standing) -> str:
    return "large" if standing.properties.get("media-size") == "large" else "regular"


_DRAWERS: dict[str, Callable[[_Drawing, Standing], Part]] = {
    "TextHeading": _Drawing.words,
    "TextSubheading": _Drawing.words,
    "TextBody": _Drawing.words,
    "TextCaption": _Drawing.words,
    "RichText": _Drawing.words,
    "TextInput": _Drawing.text_input,
    "TextArea": _Drawing.text_area,
    "Dropdown": _Drawing.check,
    "RadioButtonsGroup": _Drawing.check,
    "CheckboxGroup": _Drawing.check,
    "ChipsSelector": _Drawing.check,
    "CalendarPicker": _Drawing.calendar,
    "DatePicker": _Drawing.day_of,
    "OptIn": _Drawing.consent,
    "PhotoPicker": _Drawing.upload,
    "DocumentPicker": _Drawing.upload,
    "EmbeddedLink": _Drawing.link,
    "Image": _Drawing.image,
    "ImageCarousel": _Drawing.carousel,
    "NavigationList": _Drawing.navigation_list,
}
"""What can be drawn. Anything else becomes a placeholder that names the component."""
