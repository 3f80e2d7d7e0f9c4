"""The files of a picker: taken in, removed, marked once they have arrived."""

from collections.abc import Iterator
from dataclasses import asdict, replace

from headrace.phone.engine import form
from headrace.phone.engine.effects import Declined, Effect, SendFile
from headrace.phone.engine.events import Remove, Upload, Uploaded, UploadFailed
from headrace.phone.engine.runtime import Runtime
from headrace.phone.engine.state import ScreenState
from headrace.phone.engine.visible import VisibleComponent
from headrace.phone.values.files import PICKERS, AttachedFile, files_of, refusal
from headrace.phone.values.properties import flag


def upload(runtime: Runtime, event: Upload) -> list[Effect]:
    """Takes in the files the picker accepts, to be sent at once. The others are listed at the picker, with reasons."""
    picker, refused = _picker(runtime, event.name)
    if picker is None:
        return [Declined(event.name, refused)]
    held = files_of(runtime.value(picker))
    taken: list[AttachedFile] = []
    reasons: list[str] = []
    for file in event.files:
        reason = refusal(picker.type, picker.properties, file, len(held) + len(taken))
        if reason:
            reasons.append(reason)
        else:
            taken.append(AttachedFile.of(file))
    _put(runtime, picker, [*held, *taken], reasons)
    accepted = {file.media_id for file in taken}
    sending = [SendFile(file) for file in event.files if file.media_id in accepted]
    return [*(Declined(event.name, reason) for reason in reasons), *sending]


def remove(runtime: Runtime, event: Remove) -> list[Effect]:
    """Takes one file out. Its bytes stay where they are until they expire."""
    picker, refused = _picker(runtime, event.name)
    if picker is None:
        return [Declined(event.name, refused)]
    held = files_of(runtime.value(picker))
    named = [file for file in held if file.media_id == event.file] or [
        file for file in held if file.file_name == event.file
    ]
    if not named:
        return [Declined(event.name, f'"{event.name}" holds no file "{event.file}".')]
    _put(runtime, picker, [file for file in held if file is not named[0]], [])
    return []


def settle(runtime: Runtime, event: Uploaded | UploadFailed) -> list[Effect]:
    """Marks a file as sent or failed, on whichever screen it is; one that was removed meanwhile is ignored."""
    for store, name, files in _attached(runtime):
        for number, file in enumerate(files):
            if file.media_id == event.media_id:
                if isinstance(event, Uploaded):
                    files[number] = replace(file, progress="sent", sent=asdict(event.sent))
                else:
                    files[number] = replace(file, progress="failed")
                store.form[name] = [file.to_json() for file in files]
                runtime.changed()
    return []


def find(runtime: Runtime, media_id: str) -> AttachedFile | None:
    """A file of any picker, by its media id."""
    return next((file for _, _, files in _attached(runtime) for file in files if file.media_id == media_id), None)


def _attached(runtime: Runtime) -> Iterator[tuple[ScreenState, str, list[AttachedFile]]]:
    for identifier, store in runtime.state.screens.items():
        for name, node in runtime.program.screens[identifier].inputs.items():
            if node.type in PICKERS:
                yield store, name, files_of(store.form.get(name))


def _picker(runtime: Runtime, name: str) -> tuple[VisibleComponent | None, str]:
    """The picker of this name, else why nothing can be done in it."""
    component = runtime.inputs().get(name)
    if component is None or component.type not in PICKERS:
        return None, f'This screen shows no picker "{name}".'
    if not flag(component.properties, "enabled", True):
        return None, f'"{name}" is disabled.'
    return component, ""


def _put(runtime: Runtime, picker: VisibleComponent, files: list[AttachedFile], refused: list[str]) -> None:
    before = runtime.value(picker)
    now = [file.to_json() for file in files]
    if now != before:
        form.enter(runtime, runtime.store, picker.node, now, before)
    runtime.store.refused = {**runtime.store.refused, picker.name: refused}
    runtime.state.snackbar = None
    form.dismiss_message(runtime, picker.name)
    form.settle(runtime)
