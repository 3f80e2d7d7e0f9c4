"""The canonical form of a Flow JSON text: order of keys, line breaks, indentation.

Formatting changes white space and the order of keys, nothing else: every text and number stays written as it is.
"""

from dataclasses import replace

from headrace.flowjson.document import Document
from headrace.flowjson.formatting.layout import CANONICAL, Group, Item, Leaf, write
from headrace.flowjson.formatting.roles import role_of
from headrace.flowjson.refusal import require_json
from headrace.flowjson.syntax import Node, read

__all__ = ["formatted"]


def formatted(document: Document) -> str:
    """The text of a document in canonical form, with a line break at its end.

    Two spaces of indentation; screens, components and payloads have a member a line, other objects and arrays that hold
    only plain values stay on one line while they fit into 100 columns. Line breaks are those of the text (LF or CR LF).
    Raises Refused for a text that is not JSON or in which a key stands twice.
    """
    require_json(document)
    root, _ = read(document.text)
    assert root is not None
    newline = "\r\n" if "\r\n" in document.text else "\n"
    return write(_item(root, "root", document.text), replace(CANONICAL, newline=newline)) + newline


def _item(node: Node, role_name: str, text: str) -> Item:
    if node.members is not None:
        kind = node.members.get("type")
        role = role_of(role_name, kind.node.value if kind else None)
        group = Group(is_object=True, expanded=role.expanded)
        for key in role.sort(node.members):
            member = node.members[key]
            inner = _item(member.node, role.members.get(key, role.others), text)
            group.items.append((text[member.key_start : member.key_end], inner))
        return group
    if node.items is not None:
        return Group(is_object=False, items=[("", _item(item, role_name, text)) for item in node.items])
    return Leaf(text[node.start : node.end])
