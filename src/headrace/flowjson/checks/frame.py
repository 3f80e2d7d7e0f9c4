"""The outermost objects of a file: the root, its routing model, its screens with their layout."""

from collections.abc import Mapping
from typing import Any

from headrace.flowjson.catalogue import Version, data_api_versions
from headrace.flowjson.catalogue.containers import LAYOUT, ROOT, SCREEN, is_screen_id
from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.checks import data_model, values
from headrace.flowjson.checks.findings import Findings, key
from headrace.flowjson.checks.flow import Flow, Screen
from headrace.flowjson.checks.rules import rule
from headrace.flowjson.checks.structure import MISSING_TYPE, Walker
from headrace.flowjson.checks.tables import table_of
from headrace.flowjson.checks.values import wrong_type
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.routing import screens_of

CHANNEL_URI = rule(
    "structure/data-channel-uri",
    "INVALID_PROPERTY_KEY",
    "Property 'data_channel_uri' is no longer supported in Flow JSON as of version '3.0'. Please configure your "
    "endpoint URI using Flows API or Builder. Refer Flows documentation at "
    "https://developers.facebook.com/docs/whatsapp/flows for more information.",
)
META = rule("structure/meta", "INVALID_FLOW_JSON", "Property 'meta' is reserved for Flows that Meta's own tools make.")
WRONG_DATA_API_VERSION = rule(
    "version/unknown-data-api-version",
    "INVALID_DATA_API_VERSION",
    "Property 'data_api_version' should be one of [{values}] in Flow JSON {version}, but is '{value}'.",
)
BAD_SCREEN_ID = rule(
    "structure/screen-id",
    "PATTERN_MISMATCH",
    "Property '{property}' should only consist of alphabets and underscores.",
)
SUCCESS_NOT_TERMINAL = rule(
    "structure/success-without-terminal",
    "NOT_KEYWORD_SCHEMA_VALIDATION_FAILED",
    "Property 'success' can only be specified on a terminal screen.",
)

_TITLE_FILLED_SINCE = v("5.0")
_META_KNOWN_SINCE = v("5.1")
_CHANNEL_URI_UNTIL = v("2.1")


def walk(document: Mapping[str, Any], version: Version, findings: Findings) -> Flow:
    """Checks the shape of a whole file of a known version, and gathers what the other checks need."""
    walker = Walker(findings, Flow(document, version))
    _root(walker)
    return walker.flow


def _root(walker: Walker) -> None:
    flow = walker.flow.value
    table = table_of(ROOT, walker.version)
    unknown: list[str] = []
    for name, value in flow.items():
        entry = table.entries.get(name)
        if entry is None:
            if not _is_special(walker, name):
                unknown.append(name)
        elif name == "screens":
            _screens(walker, value)
        elif name == "routing_model":
            _routing_model(walker, value)
        elif name == "data_api_version":
            _data_api_version(walker, value)
        elif name != "version":
            entry.slot.judge(walker, entry.slot, value, (name,), None, None)
    walker.keys(unknown, [name for name in table.order if name not in flow], table, (), None)


def _is_special(walker: Walker, name: str) -> bool:
    """Keys of the root that are refused in words of their own."""
    if name == "data_channel_uri" and walker.version > _CHANNEL_URI_UNTIL:
        walker.findings.add(CHANNEL_URI, key((name,)))
        return True
    if name == "meta" and walker.version >= _META_KNOWN_SINCE:
        walker.findings.add(META, (name,))
        return True
    return False


def _data_api_version(walker: Walker, value: Any) -> None:
    allowed = data_api_versions(walker.version)
    if type(value) is not str:
        wrong_type(walker, value, "string", ("data_api_version",))
    elif value not in allowed:
        walker.findings.add(
            WRONG_DATA_API_VERSION,
            ("data_api_version",),
            values=", ".join(allowed),
            version=walker.version,
            value=value,
        )


def _routing_model(walker: Walker, value: Any) -> None:
    path: Path = ("routing_model",)
    if type(value) is not dict:
        wrong_type(walker, value, "object", path)
        return
    # A mistake in the id of a screen is told where the screen stands, not wherever it is named.
    declared = screens_of(walker.flow.value)
    for source, targets in value.items():
        if source not in declared and not is_screen_id(source, walker.version):
            walker.findings.add(BAD_SCREEN_ID, key((*path, source)), property=source)
        if type(targets) is not list:
            wrong_type(walker, targets, "array", (*path, source))
            continue
        for index, target in enumerate(targets):
            if type(target) is not str:
                wrong_type(walker, target, "string", (*path, source, index))
            elif target not in declared and not is_screen_id(target, walker.version):
                walker.findings.add(BAD_SCREEN_ID, (*path, source, index), property=source)


def _screens(walker: Walker, value: Any) -> None:
    if type(value) is not list:
        wrong_type(walker, value, "array", ("screens",))
        walker.flow.complete = False
        return
    if not value:
        walker.findings.add(values.TOO_FEW_ITEMS, ("screens",), property="screens", limit=1, noun="item")
        walker.flow.complete = False
    for index, one in enumerate(value):
        if type(one) is dict:
            _screen(walker, Screen(index, ("screens", index), one))
        else:
            wrong_type(walker, one, "object", ("screens", index))
            walker.flow.complete = False


def _screen(walker: Walker, screen: Screen) -> None:
    walker.screen = screen
    walker.flow.screens.append(screen)
    table = table_of(SCREEN, walker.version)
    unknown: list[str] = []
    for name, value in screen.value.items():
        entry = table.entries.get(name)
        path = (*screen.path, name)
        if entry is None:
            unknown.append(name)
        elif name == "id":
            _screen_id(walker, value, path)
        elif name == "title":
            _title(walker, value, path)
        elif name == "layout":
            _layout(walker, value, path)
        elif name == "data":
            data_model.read(walker, value, path)
        else:
            entry.slot.judge(walker, entry.slot, value, path, None, None)
    missing = [name for name in table.order if name not in screen.value]
    walker.keys(unknown, missing, table, screen.path, None)
    if screen.id is None or screen.id in walker.flow.by_id:
        walker.flow.complete = False
    else:
        walker.flow.by_id[screen.id] = screen
    if "success" in table.entries and "success" in screen.value and screen.value.get("terminal", False) is False:
        walker.findings.add(SUCCESS_NOT_TERMINAL, (*screen.path, "success"))


def _screen_id(walker: Walker, value: Any, path: Path) -> None:
    if type(value) is not str:
        wrong_type(walker, value, "string", path)
    elif not value:
        walker.findings.add(values.TOO_SHORT, path, property="id", limit=1)
    else:
        walker.screen.id = value
        if not is_screen_id(value, walker.version):
            walker.findings.add(BAD_SCREEN_ID, path, property="id")


def _title(walker: Walker, value: Any, path: Path) -> None:
    """A title may hold a reference to another screen; nothing is known of its type."""
    if type(value) is not str:
        wrong_type(walker, value, "string", path)
    elif not value.strip() and walker.version >= _TITLE_FILLED_SINCE:
        walker.findings.add(values.BLANK, path, property="title")


def _layout(walker: Walker, value: Any, path: Path) -> None:
    walker.screen.complete = False
    if type(value) is not dict:
        wrong_type(walker, value, "object", path)
        return
    if "type" not in value:
        walker.findings.add(MISSING_TYPE, path)
        return
    if value["type"] != LAYOUT.name:
        walker.wrong_constant((*path, "type"))
        return
    walker.screen.complete = True
    walker.closed(LAYOUT, value, path, None)
