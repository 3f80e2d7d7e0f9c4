"""The view of each visible component: its texts, its value, and whether it can be used now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from headrace.flowjson import catalogue
from headrace.flowjson.pictures import ROW_IMAGE_KB, image_fault, row_image_kb
from headrace.phone.engine.actions import acts, address_of
from headrace.phone.engine.emptiness import why, why_nothing_came
from headrace.phone.engine.form_validation import footer_fault, said_about, server_message, tells_faults
from headrace.phone.engine.runtime import Runtime
from headrace.phone.engine.truncation import cut, cut_option
from headrace.phone.engine.visible import VisibleComponent
from headrace.phone.screen.image_views import carousel_view, image_view
from headrace.phone.screen.view import (
    CalendarFieldView,
    CalendarView,
    CheckView,
    ConsentView,
    DateView,
    FileView,
    FooterView,
    LinkView,
    ListItemView,
    ListView,
    Part,
    PlaceholderView,
    TextAreaView,
    TextFieldView,
    UploadView,
    WordsView,
)
from headrace.phone.values import inputs, texts
from headrace.phone.values.calendars import choosable, chosen_day, ends, faults, is_range, of_end, words
from headrace.phone.values.dates import day, days_between, unavailable_days
from headrace.phone.values.files import (
    KB,
    PICKERS,
    AttachedFile,
    files_of,
    limits_of,
    message_on,
    written_limit,
    written_size,
)
from headrace.phone.values.filetypes import endings
from headrace.phone.values.images import data_uri
from headrace.phone.values.items import Item, items_of
from headrace.phone.values.markdown import blocks_of, plain
from headrace.phone.values.options import Option, options_of
from headrace.phone.values.properties import flag, text, whole, written

WEIGHTS = ("normal", "bold", "italic", "bold_italic")


class ComponentViews:
    """The views of the components of one screen."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._is_ready = runtime.state.status == "ready"

    def part(self, component: VisibleComponent) -> Part:
        node = component.node
        if component.problem:
            return PlaceholderView(type="Placeholder", key=node.key, reason=component.problem)
        draw = _VIEWS.get(node.type)
        if draw is None:
            known = catalogue.component(node.type) is not None
            reason = f"{node.type} cannot be shown here yet." if known else f'There is no component "{node.type}".'
            return PlaceholderView(type="Placeholder", key=node.key, reason=reason)
        return draw(self, component)

    def footer(self, component: VisibleComponent, visible: list[VisibleComponent]) -> FooterView:
        pending = self._runtime.state.pending
        fault = footer_fault(self._runtime, component, visible)
        return FooterView(
            type="Footer",
            key=component.node.key,
            label=text(component.properties, "label"),
            left=text(component.properties, "left-caption"),
            center=text(component.properties, "center-caption"),
            right=text(component.properties, "right-caption"),
            enabled=self._is_ready and not fault,
            waiting=pending is not None and pending.target == component.node.key,
            reason=fault,
        )

    # Inputs

    def _field(self, component: VisibleComponent) -> dict[str, Any]:
        """The members that the view of every input has."""
        runtime, node = self._runtime, component.node
        fault = runtime.fault(component)
        message = server_message(runtime, component)
        own = fault.message if fault and tells_faults(runtime, node.name) else ""
        return {
            "type": node.type,
            "key": node.key,
            "name": node.name,
            "id": f"f{runtime.state.visit}-{node.key}-{runtime.store.writes.get(node.name, 0)}",
            "label": cut(component, "label"),
            "value": runtime.value(component),
            "required": flag(component.properties, "required", False),
            "enabled": self._is_ready and flag(component.properties, "enabled", True),
            "helper": text(component.properties, "helper-text"),
            "error": own or message or self._refused(component),
            "from_business": bool(message) and not own,
            "is_in_order": fault is None and not message,
            "acts": acts(node, component.properties),
            "waiting": runtime.state.pending is not None and runtime.state.pending.target == node.key,
        }

    def _refused(self, component: VisibleComponent) -> str:
        """Why a day that was typed was not taken."""
        refused = () if component.type in PICKERS else self._runtime.store.refused.get(component.name, ())
        return "; ".join(refused)

    def text_input(self, component: VisibleComponent) -> Part:
        kind = text(component.properties, "input-type")
        return TextFieldView(
            **self._field(component),
            input_type=kind if kind in ("number", "email", "password", "passcode", "phone") else "text",
            large_label=component.properties.get("label-variant") == "large",
        )

    def text_area(self, component: VisibleComponent) -> Part:
        return TextAreaView(
            **self._field(component),
            max_length=max(whole(component.properties, "max-length", inputs.DEFAULT_MAX_LENGTH), 0),
            counted="max-length" in component.properties,
            large_label=component.properties.get("label-variant") == "large",
        )

    def check(self, component: VisibleComponent) -> Part:
        options = options_of(component.properties)
        value = self._runtime.value(component)
        most = whole(component.properties, "max-selected-items", len(options))
        return CheckView(
            **self._field(component),
            options=tuple(self._option(component, option) for option in options),
            description=cut(component, "description"),
            media_size=_media_size(component),
            full=isinstance(value, list) and len(value) >= most,
            reason="" if options else self._why_nothing_came(component, "data-source"),
        )

    def _option(self, component: VisibleComponent, option: Option) -> Option:
        shown = cut_option(component.type, option)
        if not option.image:
            reason = self._why_no_image(component, "data-source", option.id, ("image",))
            return replace(shown, reason=reason) if reason else shown
        reason = image_fault(option.image, row_image_kb(self._runtime.program.version))
        return replace(shown, image="", reason=reason) if reason else shown

    def _why_nothing_came(self, component: VisibleComponent, name: str) -> str:
        return why_nothing_came(self._runtime, component, name)

    def _why_no_image(self, component: VisibleComponent, name: str, row_id: str, way: tuple[str, ...]) -> str:
        """Why a row of a list that stands in the Flow JSON has no image although it is bound to one."""
        rows = component.node.bound.get(name)
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and row.get("id") == row_id:
                image: Any = row
                for step in way:
                    image = image.get(step) if isinstance(image, dict) else None
                return why(self._runtime, image)
        return ""

    def _today(self) -> date | None:
        today = self._runtime.state.today
        return date.fromisoformat(today) if today else None

    def day_of(self, component: VisibleComponent) -> Part:
        version = self._runtime.program.version
        first, last = days_between(component.properties, version)
        return DateView(
            **self._field(component),
            day=day(self._runtime.value(component), version),
            first=first,
            last=last,
            unavailable=tuple(sorted(unavailable_days(component.properties, version))),
            today=self._today(),
        )

    def calendar(self, component: VisibleComponent) -> Part:
        value, properties = self._runtime.value(component), component.properties
        shown = {
            end: written(of_end(value, end)) if isinstance(value, dict) or not end else "" for end in ends(properties)
        }
        return CalendarView(
            **{
                **self._field(component),
                "label": words(properties, "label", "") if "" in shown else "",
                "helper": "",
                "value": shown.get("", shown),
            },
            mode="range" if is_range(properties) else "single",
            title=text(component.properties, "title"),
            description=cut(component, "description"),
            fields=tuple(self._calendar_field(component, end, shown[end]) for end in shown),
            today=self._today(),
        )

    def _calendar_field(self, component: VisibleComponent, end: str, shown: str) -> CalendarFieldView:
        runtime, properties, version = self._runtime, component.properties, self._runtime.program.version
        value = runtime.value(component)
        fault = faults(value, properties, version).get(end)
        is_told = tells_faults(runtime, f"{component.name}.{end}" if end else component.name)
        return CalendarFieldView(
            end=end,
            label=words(properties, "label", end),
            value=shown,
            day=chosen_day(value, end, version),
            choosable=choosable(value, properties, end, version),
            required=of_end(properties.get("required"), end) is True,
            helper=words(properties, "helper-text", end),
            error=(fault.message if fault and is_told else "") or said_about(runtime, component, end),
        )

    def upload(self, component: VisibleComponent) -> Part:
        runtime, properties = self._runtime, component.properties
        files, limits, picker = (
            files_of(runtime.value(component)),
            limits_of(component.type, properties),
            PICKERS[component.type],
        )
        field = self._field(component)
        message = runtime.store.messages.get(component.name)
        is_by_file = isinstance(message, dict) and field["from_business"]
        return UploadView(
            **{
                **field,
                "value": [file.file_name for file in files],
                "required": limits.least > 0,
                "error": "" if is_by_file else field["error"],
            },
            source=_source(component),
            description=cut(component, "description"),
            files=tuple(_file(file, message_on(message, file.media_id) if is_by_file else "") for file in files),
            accept=(*limits.kinds, *endings(limits.kinds)) if limits.kinds else ("image/*",),
            several=limits.most > 1 and _source(component) != "camera",
            full=len(files) >= limits.most,
            limit=texts.files_taken(limits.least, picker.counted(limits.most), written_limit(limits.largest_kb * KB)),
            refused=tuple(runtime.store.refused.get(component.name, ())),
        )

    def consent(self, component: VisibleComponent) -> Part:
        return ConsentView(
            **self._field(component),
            has_more="on-click-action" in component.node.handlers,
            more_url=address_of(self._runtime, component.node.handlers.get("on-click-action", {})),
        )

    # Everything else

    def words(self, component: VisibleComponent) -> Part:
        weight = component.properties.get("font-weight")
        blocks = blocks_of(component.type, component.properties)
        return WordsView(
            type=component.type,
            key=component.node.key,
            text=plain(blocks) if blocks else text(component.properties, "text"),
            reason=self._why_nothing_came(component, "text"),
            weight=weight if weight in WEIGHTS else "normal",
            struck=flag(component.properties, "strikethrough", False),
            blocks=blocks,
        )

    def link(self, component: VisibleComponent) -> Part:
        return LinkView(
            type=component.type,
            key=component.node.key,
            text=text(component.properties, "text"),
            reason=self._why_nothing_came(component, "text"),
            url=address_of(self._runtime, component.node.handlers.get("on-click-action", {})),
            enabled=self._is_ready,
        )

    def navigation_list(self, component: VisibleComponent) -> Part:
        return ListView(
            type=component.type,
            key=component.node.key,
            label=cut(component, "label"),
            description=cut(component, "description"),
            media_size=_media_size(component),
            items=tuple(self._item(component, item) for item in items_of(component.properties)),
            reason=self._why_nothing_came(component, "list-items"),
        )

    def _item(self, component: VisibleComponent, item: Item) -> ListItemView:
        pending, key = self._runtime.state.pending, item.key(component.node.key)
        fault = image_fault(item.image, ROW_IMAGE_KB) if item.image else ""
        has_action = item.handler is not None or "on-click-action" in component.node.handlers
        return ListItemView(
            key=key,
            id=item.id,
            title=item.title,
            description=item.description,
            metadata=item.metadata,
            has_image=bool(item.image),
            thumbnail="" if fault else data_uri(item.image),
            reason=fault or self._why_no_image(component, "list-items", item.id, ("start", "image")) * (not item.image),
            alt_text=item.alt_text,
            badge=item.badge,
            tags=item.tags,
            end=item.end,
            enabled=self._is_ready and item.enabled and has_action,
            waiting=pending is not None and pending.target == key,
        )

    def image(self, component: VisibleComponent) -> Part:
        return image_view(self._runtime, component)

    def carousel(self, component: VisibleComponent) -> Part:
        return carousel_view(self._runtime, component)


def _source(component: VisibleComponent) -> str:
    if component.type == "DocumentPicker":
        return "documents"
    source = component.properties.get("photo-source")
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


def _media_size(component: VisibleComponent) -> str:
    return "large" if component.properties.get("media-size") == "large" else "regular"


_VIEWS: dict[str, Callable[[ComponentViews, VisibleComponent], Part]] = {
    "TextHeading": ComponentViews.words,
    "TextSubheading": ComponentViews.words,
    "TextBody": ComponentViews.words,
    "TextCaption": ComponentViews.words,
    "RichText": ComponentViews.words,
    "TextInput": ComponentViews.text_input,
    "TextArea": ComponentViews.text_area,
    "Dropdown": ComponentViews.check,
    "RadioButtonsGroup": ComponentViews.check,
    "CheckboxGroup": ComponentViews.check,
    "ChipsSelector": ComponentViews.check,
    "CalendarPicker": ComponentViews.calendar,
    "DatePicker": ComponentViews.day_of,
    "OptIn": ComponentViews.consent,
    "PhotoPicker": ComponentViews.upload,
    "DocumentPicker": ComponentViews.upload,
    "EmbeddedLink": ComponentViews.link,
    "Image": ComponentViews.image,
    "ImageCarousel": ComponentViews.carousel,
    "NavigationList": ComponentViews.navigation_list,
}
"""By component type. Anything else becomes a placeholder that names the component."""
