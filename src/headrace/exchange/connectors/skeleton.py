"""Writes the first connector of a Flow: every request that its screens make, and in each answer every field."""

import json
from typing import Any

from headrace.exchange.connectors.flow_contract import FlowContract, ScreenContract
from headrace.exchange.connectors.types import Type

_HEAD = """\
# What answers the Flow {flow}, screen by screen.
#
#   headrace connect check {file}
#   headrace connect serve {file}
#
# The data are the examples of the Flow; put in where they come from (docs/connectors.md).
flow: {flow}
"""


def write_skeleton(flow: FlowContract, flow_name: str, file_name: str) -> str:
    """The text of a connector that passes its check and answers with the Flow's examples. A Flow without screens gives
    one that says only which Flow it is of.
    """
    lines = [_HEAD.format(flow=_text(flow_name), file=file_name)]
    entry = next(iter(flow.entry_screens), None)
    if entry is not None:
        lines.append("open:")
        lines += _showing(flow.screens[entry], "  ")
    asking = [screen for screen in flow.screens.values() if screen.asks or screen.refreshes]
    if asking:
        lines.append("\nscreens:")
    for screen in asking:
        lines.append(f"  {_text(screen.name)}:")
        if screen.asks:
            lines.append(f"    exchange:{_sent(screen)}")
            lines += _next(flow, screen)
        if screen.refreshes:
            before = next(
                (name for name in flow.screens if screen.name in flow.routing.edges.get(name, ())), screen.name
            )
            lines.append("    back:")
            lines += _showing(flow.screens[before], "      ")
    return "\n".join(lines) + "\n"


def _sent(screen: ScreenContract) -> str:
    members = screen.sent.members
    return f"  # data has {', '.join(members)}" if members else ""


def _next(flow: FlowContract, screen: ScreenContract) -> list[str]:
    following = [
        name for name in flow.routing.edges.get(screen.name, ()) if name != screen.name and name in flow.screens
    ]
    if following:
        return _showing(flow.screens[following[0]], "      ")
    members = screen.sent.members or {}
    if not members:
        return ["      - finish:"]
    return ["      - finish:", *(f'          {_text(name)}: "${{data.{_member(name)}}}"' for name in members)]


def _showing(screen: ScreenContract, indent: str) -> list[str]:
    lines = [f"{indent}- show: {_text(screen.name)}"]
    fields = {name: one for name, one in screen.fields.items() if name != "error_messages" or one.is_required}
    if fields:
        lines.append(f"{indent}  data:")
    for name, one in fields.items():
        value = one.example if one.example is not None else _plain(one.type)
        lines.append(f"{indent}    {_text(name)}: {_flow_style(value)}  # {one.type}")
    return lines


def _plain(wanted: Type) -> Any:
    for kind, value in (("string", ""), ("number", 0), ("boolean", False), ("array", []), ("object", {})):
        if kind in wanted.kinds:
            return value
    return ""


def _flow_style(value: Any) -> str:
    """A value in one line. JSON is YAML; `${` in a text is told apart from an expression."""
    return json.dumps(_escaped(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("${", "$${")
    if isinstance(value, dict):
        return {name: _escaped(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_escaped(inner) for inner in value]
    return value


def _text(name: str) -> str:
    plain = name.replace("_", "a").replace("-", "a").replace(".", "a").replace("/", "a")
    is_word = plain.isascii() and plain.isalnum() and not plain[0].isdigit() and plain[0] not in "-."
    reserved = name.lower() in {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
    return name if is_word and not reserved else json.dumps(name, ensure_ascii=False)


def _member(name: str) -> str:
    is_plain = name.isascii() and name.replace("_", "a").isalnum() and not name[:1].isdigit()
    return name if is_plain else json.dumps(name).replace('"', '\\"')
