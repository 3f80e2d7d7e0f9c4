"""The view of the whole sheet: the current screen, its progress, and what is said over it."""

from headrace.flowjson.expressions import UNDEFINED, resolve
from headrace.phone.engine.progress import percentage
from headrace.phone.engine.runtime import Runtime
from headrace.phone.engine.scope import ScreenScope
from headrace.phone.engine.state import Snackbar
from headrace.phone.screen.component_views import ComponentViews
from headrace.phone.screen.view import ScreenView, SnackbarView, View
from headrace.phone.values import texts
from headrace.phone.values.properties import written
from headrace.protocol import PASSING_ERRORS

LONG_SNACKBAR = 45
"""A snackbar with more characters than this stays longer."""


def view_of(runtime: Runtime) -> View:
    """The sheet as it is now."""
    state = runtime.state
    has_screen = bool(state.history) and state.status in ("ready", "loading")
    return View(
        status=state.status,
        screen=_screen(runtime) if has_screen else None,
        can_go_back=len(state.history) > 1,
        progress=percentage(runtime.program, state.history) if has_screen else None,
        snackbar=_snackbar(state.snackbar) if state.snackbar else None,
        failure=texts.failure(state.failure) if state.failure else None,
        failure_type=state.failure,
        failure_detail=state.failure_detail,
        can_retry=state.status == "error" and state.failure in PASSING_ERRORS,
        expired=state.expired,
        waiting_for=state.pending.target if state.pending else None,
        has_entries=state.edited,
    )


def _screen(runtime: Runtime) -> ScreenView:
    visible, views = runtime.visible(), ComponentViews(runtime)
    footer = next((component for component in visible if component.type == "Footer"), None)
    scope = ScreenScope(runtime.program, runtime.state, runtime.screen.id)
    title = resolve(runtime.screen.title, scope, runtime.program.version)
    return ScreenView(
        id=runtime.screen.id,
        visit=runtime.state.visit,
        title="" if title is UNDEFINED else written(title),
        parts=tuple(views.part(component) for component in visible if component.type != "Footer"),
        footer=views.footer(footer, visible) if footer else None,
        terminal=runtime.screen.terminal,
    )


def _snackbar(snackbar: Snackbar) -> SnackbarView:
    seconds = 4.5 if len(snackbar.text) <= LONG_SNACKBAR else 7.0
    return SnackbarView(snackbar.text, snackbar.number, seconds, snackbar.error_type, snackbar.detail)
