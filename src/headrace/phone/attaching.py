"""Choosing files and taking them back: what it does to a picker's value."""

from collections.abc import Iterator
from dataclasses import asdict, replace

from headrace.phone.course import Course
from headrace.phone.effects import Effect, Refused, SendFile
from headrace.phone.events import Remove, Upload, Uploaded, UploadFailed
from headrace.phone.files import PICKERS, AttachedFile, files_of, refusal
from headrace.phone.reading import flag
from headrace.phone.standing import Standing
from headrace.phone.state import ScreenState


def upload(course: Course, event: Upload) -> list[Effect]:
    """Takes in what the picker accepts, to be sent at once. What it does not take is told at the picker."""
    picker, refused = _picker(course, event.name)
    if picker is None:
        return [Refused(event.name, refused)]
    held = files_of(course.value(picker))
    taken: list[AttachedFile] = []
    reasons: list[str] = []
    for file in event.files:
        reason = refusal(picker.type, picker.properties, file, len(held) + len(taken))
        if reason:
            reasons.append(reason)
        else:
            taken.append(AttachedFile.of(file))
    _put(course, picker, [*held, *taken], reasons)
    accepted = {one.media_id for one in taken}
    sending = [SendFile(one) for one in event.files if one.media_id in accepted]
    return [*(Refused(event.name, one) for one in reasons), *sending]


def remove(course: Course, event: Remove) -> list[Effect]:
    """Takes one file out. Its bytes stay where they are until they expire."""
    picker, refused = _picker(course, event.name)
    if picker is None:
        return [Refused(event.name, refused)]
    held = files_of(course.value(picker))
    named = [one for one in held if one.media_id == event.file] or [one for one in held if one.file_name == event.file]
    if not named:
        return [Refused(event.name, f'"{event.name}" holds no file "{event.file}".')]
    _put(course, picker, [one for one in held if one is not named[0]], [])
    return []


def settle(course: Course, event: Uploaded | UploadFailed) -> list[Effect]:
    """Marks a file as sent or failed, on whichever screen it is; one that was removed meanwhile concerns nobody."""
    for store, name, files in _attached(course):
        for number, file in enumerate(files):
            if file.media_id == event.media_id:
                if isinstance(event, Uploaded):
                    files[number] = replace(file, progress="sent", sent=asdict(event.sent))
                else:
                    files[number] = replace(file, progress="failed")
                store.form[name] = [one.to_json() for one in files]
                course.changed()
    return []


def find(course: Course, media_id: str) -> AttachedFile | None:
    """A file of any picker, by its media id."""
    return next((one for _, _, files in _attached(course) for one in files if one.media_id == media_id), None)


def _attached(course: Course) -> Iterator[tuple[ScreenState, str, list[AttachedFile]]]:
    for identifier, store in course.state.screens.items():
        for name, node in course.program.screens[identifier].inputs.items():
            if node.type in PICKERS:
                yield store, name, files_of(store.form.get(name))


def _picker(course: Course, name: str) -> tuple[Standing | None, str]:
    """The picker of this name, else why nothing can be done in it."""
    standing = course.inputs().get(name)
    if standing is None or standing.type not in PICKERS:
        return None, f'This screen shows no picker "{name}".'
    if not flag(standing.properties, "enabled", True):
        return None, f'"{name}" is disabled.'
    return standing, ""


def _put(course: Course, picker: Standing, files: list[AttachedFile], refused: list[str]) -> None:
    before = course.value(picker)
    course.put(picker.name, [one.to_json() for one in files], before)
    course.store.refused = {**course.store.refused, picker.name: refused}
    course.state.snackbar = None
    course.leave(picker.name)
    course.settle()
