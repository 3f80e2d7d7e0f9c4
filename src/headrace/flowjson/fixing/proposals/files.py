"""What pickers may take, and where their files stand in a payload."""

import re
from collections.abc import Iterator
from typing import Any

from headrace.flowjson.catalogue.media import COMPLETION_FILES, COMPLETION_KB
from headrace.flowjson.checks.flow import Node
from headrace.flowjson.checks.media import PICKERS
from headrace.flowjson.editing.draft import Draft
from headrace.flowjson.fixing.fix_context import FixContext, Proposal, mends, unused


@mends("media/too-many-files", "media/too-large", "media/one-file")
def fewer_files(context: FixContext) -> Iterator[Proposal]:
    screen = context.screen()
    pickers = [node for node in (screen.nodes if screen else ()) if node.kind in PICKERS]
    draft = context.draft()
    if context.rule == "media/too-large":
        count = sum(_count(picker) for picker in pickers)
        each_kb = COMPLETION_KB // max(1, count)
        for one in pickers:
            _lower(draft, one, "max-file-size-kb", each_kb)
        yield f"Take files of at most {each_kb} KB", draft
        return
    each = 1 if context.rule == "media/one-file" else max(1, COMPLETION_FILES // max(1, len(pickers)))
    each_kb = COMPLETION_KB // COMPLETION_FILES
    for one in pickers:
        least = PICKERS[one.kind].replace("max", "min")
        if least in one.value:
            _lower(draft, one, least, each)
        _lower(draft, one, PICKERS[one.kind], each)
    files = f"{each} file{'s' * (each > 1)}"
    yield f"Take at most {files}", draft
    smaller = context.draft()
    for one in pickers:
        for name in (PICKERS[one.kind].replace("max", "min"), PICKERS[one.kind]):
            if draft.has((*one.path, name)):
                smaller.set((*one.path, name), draft.get((*one.path, name)))
        _lower(smaller, one, "max-file-size-kb", each_kb)
    yield f"Take at most {files} of {each_kb} KB", smaller


def _lower(draft: Draft, node: Node, name: str, limit: int) -> None:
    """Makes a limit of a picker no higher than this."""
    value = node.value.get(name)
    if not isinstance(value, int) or value > limit:
        draft.set((*node.path, name), limit)


@mends("media/not-on-top")
def to_the_top(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        at = path.index("payload") + 1
        text = str(context.get(path))
        name = re.sub(r"\W.*$", "", text.rpartition(".")[2])
        draft.remove(path)
        draft.insert((*path[:at], unused(name, set(draft.get(path[:at])))), text)
    yield "Put it at the top of the payload", draft


def _count(node: Node) -> int:
    value: Any = node.value.get(PICKERS[node.kind], 30)
    return value if isinstance(value, int) else 30
