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
from headrace.flowjson.checks.structure.schemas import object_schema
from headrace.flowjson.checks.structure.walk import MISSING_TYPE, StructureWalk
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


def check_structure(document: Mapping[str, Any], version: Version, findings: Findings) -> Flow:
    """Checks the shape of a whole file of a known version, and gathers what the other checks need."""
    walk = StructureWalk(findings, Flow(document, version))
    _root(walk)
    return walk.flow


def _root(walk: StructureWalk) -> None:
    flow = walk.flow.value
    schema = object_schema(ROOT, walk.version)
    unknown: list[str] = []
    for name, value in flow.items():
        entry = schema.entries.get(name)
        if entry is None:
            if not _is_special(walk, name):
                unknown.append(name)
        elif name == "screens":
            _screens(walk, value)
        elif name == "routing_model":
            _routing_model(walk, value)
        elif name == "data_api_version":
            _data_api_version(walk, value)
        elif name != "version":
            entry.schema.check(walk, entry.schema, value, (name,), None, None)
    walk.keys(unknown, [name for name in schema.order if name not in flow], schema, (), None)


def _is_special(walk: StructureWalk, name: str) -> bool:
    """Keys of the root that are refused in words of their own."""
    if name == "data_channel_uri" and walk.version > _CHANNEL_URI_UNTIL:
        walk.findings.add(CHANNEL_URI, key((name,)))
        return True
    if name == "meta" and walk.version >= _META_KNOWN_SINCE:
        walk.findings.add(META, (name,))
        return True
    return False


def _data_api_version(walk: StructureWalk, value: Any) -> None:
    allowed = data_api_versions(walk.version)
    if type(value) is not str:
        wrong_type(walk, value, "string", ("data_api_version",))
    elif value not in allowed:
        walk.findings.add(
            WRONG_DATA_API_VERSION,
            ("data_api_version",),
            values=", ".join(allowed),
            version=walk.version,
            value=value,
        )


def _routing_model(walk: StructureWalk, value: Any) -> None:
    path: Path = ("routing_model",)
    if type(value) is not dict:
        wrong_type(walk, value, "object", path)
        return
    # A mistake in the id of a screen is reported where the screen stands, not wherever it is named.
    declared = screens_of(walk.flow.value)
    for source, targets in value.items():
        if source not in declared and not is_screen_id(source, walk.version):
            walk.findings.add(BAD_SCREEN_ID, key((*path, source)), property=source)
        if type(targets) is not list:
            wrong_type(walk, targets, "array", (*path, source))
            continue
        for index, target in enumerate(targets):
            if type(target) is not str:
                wrong_type(walk, target, "string", (*path, source, index))
            elif target not in declared and not is_screen_id(target, walk.version):
                walk.findings.add(BAD_SCREEN_ID, (*path, source, index), property=source)


def _screens(walk: StructureWalk, value: Any) -> None:
    if type(value) is not list:
        wrong_type(walk, value, "array", ("screens",))
        walk.flow.complete = False
        return
    if not value:
        walk.findings.add(values.TOO_FEW_ITEMS, ("screens",), property="screens", limit=1, noun="item")
        walk.flow.complete = False
    for index, one in enumerate(value):
        if type(one) is dict:
            _screen(walk, Screen(index, ("screens", index), one))
        else:
            wrong_type(walk, one, "object", ("screens", index))
            walk.flow.complete = False


def _screen(walk: StructureWalk, screen: Screen) -> None:
    walk.screen = screen
    walk.flow.screens.append(screen)
    schema = object_schema(SCREEN, walk.version)
    unknown: list[str] = []
    for name, value in screen.value.items():
        entry = schema.entries.get(name)
        path = (*screen.path, name)
        if entry is None:
            unknown.append(name)
        elif name == "id":
            _screen_id(walk, value, path)
        elif name == "title":
            _title(walk, value, path)
        elif name == "layout":
            _layout(walk, value, path)
        elif name == "data":
            data_model.read(walk, value, path)
        else:
            entry.schema.check(walk, entry.schema, value, path, None, None)
    missing = [name for name in schema.order if name not in screen.value]
    walk.keys(unknown, missing, schema, screen.path, None)
    if screen.id is None or screen.id in walk.flow.by_id:
        walk.flow.complete = False
    else:
        walk.flow.by_id[screen.id] = screen
    if "success" in schema.entries and "success" in screen.value and screen.value.get("terminal", False) is False:
        walk.findings.add(SUCCESS_NOT_TERMINAL, (*screen.path, "success"))


def _screen_id(walk: StructureWalk, value: Any, path: Path) -> None:
    if type(value) is not str:
        wrong_type(walk, value, "string", path)
    elif not value:
        walk.findings.add(values.TOO_SHORT, path, property="id", limit=1)
    else:
        walk.screen.id = value
        if not is_screen_id(value, walk.version):
            walk.findings.add(BAD_SCREEN_ID, path, property="id")


def _title(walk: StructureWalk, value: Any, path: Path) -> None:
    """A title may hold a reference to another screen; nothing is known of its type."""
    if type(value) is not str:
        wrong_type(walk, value, "string", path)
    elif not value.strip() and walk.version >= _TITLE_FILLED_SINCE:
        walk.findings.add(values.BLANK, path, property="title")


def _layout(walk: StructureWalk, value: Any, path: Path) -> None:
    walk.screen.complete = False
    if type(value) is not dict:
        wrong_type(walk, value, "object", path)
        return
    if "type" not in value:
        walk.findings.add(MISSING_TYPE, path)
        return
    if value["type"] != LAYOUT.name:
        walk.wrong_constant((*path, "type"))
        return
    walk.screen.complete = True
    walk.closed(LAYOUT, value, path, None)
