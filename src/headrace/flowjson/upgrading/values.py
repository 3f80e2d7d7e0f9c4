"""Texts and values that a later version takes otherwise: blank texts, texts in backticks, values of a Form."""

from collections.abc import Mapping
from typing import Any

from headrace.flowjson.catalogue import Property
from headrace.flowjson.catalogue.inputs import TYPES_OF_NUMBERS
from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.traversal import Placed, components_of
from headrace.flowjson.upgrading.work import Work, declared, label_of, name_of, words

OPTION_IMAGE_KB = 100


def fill_titles(work: Work) -> None:
    """From 5.0 on the title of a screen is a text with something in it."""
    for screen in work.screens():
        title = screen.value.get("title")
        if title is None or (isinstance(title, str) and not title.strip()):
            made = words(name_of(screen))
            work.draft.set((*screen.path, "title"), made)
            work.did(screen, f'Title "{made}" made from the id.')
            work.decide(screen, f'Title: is "{made}" right?')


def remove_blank_texts(work: Work) -> None:
    """From 6.0 on no text is blank: what may be left out is, what may not is filled."""
    for screen, component in list(work.components()):
        known = declared(component)
        for key, prop in known.properties.items() if known else ():
            value = component.value.get(key)
            path = (*component.path, key)
            if _is_blank(value):
                _blank(work, screen, component, prop, path)
            elif prop.shape and isinstance(value, list):
                _blank_members(work, screen, component, prop, path)
            elif prop.array_since and isinstance(value, list):
                kept = [line for line in value if not _is_blank(line)]
                if kept and kept != value:
                    work.draft.set(path, kept)
                    work.did(screen, f"{label_of(component)}: blank lines of {key} removed.")


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def _blank(work: Work, screen: Placed, component: Placed, prop: Property, path: Path) -> None:
    if not prop.is_required_in(work.goal):
        work.draft.remove(path)
        work.did(screen, f"{label_of(component)}: blank {prop.name} removed.")
    elif "string" in prop.types and prop.name != "name" and not prop.constant:
        made = words(str(component.value.get("name") or component.value.get("type")))
        work.draft.set(path, made)
        work.did(screen, f'{label_of(component)}: blank {prop.name} is "{made}" now.')
        work.decide(screen, f'{label_of(component)}: is "{made}" the right {prop.name}?')


def _blank_members(work: Work, screen: Placed, component: Placed, prop: Property, path: Path) -> None:
    assert prop.shape is not None
    items: Any = component.value[prop.name]
    for index, item in enumerate(items):
        for key, inner in prop.shape.properties.items():
            if isinstance(item, dict) and _is_blank(item.get(key)) and not inner.is_required_in(work.goal):
                work.draft.remove((*path, index, key))
                work.did(screen, f"{label_of(component)}: blank {key} of item {index + 1} removed.")


def quote_backticks(work: Work) -> None:
    """From 6.0 on a text in backticks is an expression; a plain one becomes a quoted text within one."""
    for screen, component in list(work.components()):
        known = declared(component)
        for key, prop in known.properties.items() if known else ():
            text = component.value.get(key)
            if prop.dynamic and isinstance(text, str) and len(text) > 2 and text[0] == text[-1] == "`":
                work.draft.set((*component.path, key), "`'" + _escaped(text) + "'`")
                work.did(screen, f"{label_of(component)}: {key} in backticks is quoted, so that it stays plain text.")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'").replace("`", "\\`")


def weigh_option_images(work: Work) -> None:
    """From 6.0 on the picture of an option has at most 100 KB."""
    for screen, component in work.components():
        options = component.value.get("data-source")
        for option in options if isinstance(options, list) else ():
            image = option.get("image") if isinstance(option, dict) else None
            kilobytes = len(image) * 3 / 4 / 1024 if isinstance(image, str) else 0
            if kilobytes > OPTION_IMAGE_KB:
                work.decide(
                    screen,
                    f'{label_of(component)}: the image of option "{option.get("id")}" has {kilobytes:.0f} KB; '
                    f"{OPTION_IMAGE_KB} are shown. Make it smaller.",
                )


def tell_about_select_actions(work: Work) -> None:
    """In 6.x an action of a choice also runs when the screen is drawn with a value; before and after it does not."""
    runs_on_drawing = v("6.0") <= work.goal < v("7.0")
    ran_on_drawing = v("6.0") <= work.start < v("7.0")
    if runs_on_drawing == ran_on_drawing:
        return
    for screen, component in work.components():
        if isinstance(component.value.get("on-select-action"), dict) and _has_first_value(screen, component):
            now = "now also runs" if runs_on_drawing else "no longer runs"
            remedy = "" if runs_on_drawing else " Send what it fetched with the screen's data."
            work.decide(screen, f"{label_of(component)}: its action {now} when the screen is drawn.{remedy}")


def _has_first_value(screen: Placed, component: Placed) -> bool:
    if "init-value" in component.value:
        return True
    name = component.value.get("name")
    values = [placed.value.get("init-values") for placed in components_of(screen) if placed.value.get("type") == "Form"]
    known = isinstance(name, str)
    return any(isinstance(one, str) or (known and isinstance(one, Mapping) and name in one) for one in values)


def settle_form_values(work: Work) -> None:
    """From 7.0 on literal values of a Form must fit: those of nobody are removed, those in a wrong type made right."""
    for screen, form in list(work.components("Form")):
        named = {
            placed.value["name"]: placed
            for placed in components_of(screen)
            if isinstance(placed.value.get("name"), str)
        }
        for key in ("init-values", "error-messages"):
            values = form.value.get(key)
            for name, value in list(values.items()) if isinstance(values, dict) else ():
                path = (*form.path, key, name)
                owner = named.get(name)
                if owner is None:
                    work.draft.remove(path)
                    work.did(screen, f'{key} of "{name}" removed: the screen has no such component.')
                    continue
                fitting = _fitting(key, owner, value)
                if fitting is not None:
                    work.draft.set(path, fitting)
                    work.did(screen, f'{key} of "{name}": {value!r} is {fitting!r} now.')


def _fitting(key: str, owner: Placed, value: Any) -> Any:
    """The value in the type its component has; None where it fits already or cannot be made to."""
    known = declared(owner)
    wanted = "string" if key == "error-messages" else known.value_type if known else None
    if wanted == "array" and isinstance(value, str) and "${" not in value:
        return [value] if value else []
    if wanted == "string" and isinstance(value, bool | int | float) and owner.value.get("type") != "CalendarPicker":
        takes_numbers = owner.value.get("input-type") in TYPES_OF_NUMBERS
        return None if takes_numbers and not isinstance(value, bool) else str(value)
    if wanted == "string" and isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return value[0]
    if wanted == "boolean" and value in ("true", "false"):
        return value == "true"
    return None
