"""Writes docs/errors.md: every error of the Graph API, from the table that the box, the console and explain tell from.

python tools/errors_table.py          writes the page
python tools/errors_table.py --check  only says whether it is up to date
"""

import sys
from itertools import groupby
from pathlib import Path

from headrace.platform.errors import ErrorCode, catalogue
from headrace.protocol.graph_errors import GRAPH_ERRORS, GraphError

PAGE = Path(__file__).parent.parent / "docs" / "errors.md"

INTRODUCTION = """\
# Errors of the Graph API

What each means, why it usually comes, and how to mend it. `headrace explain 139002` tells the same in a terminal, and
the console where WhatsApp refused something. Those marked with ▣ come from the box too, the others only from Meta's own
servers. Made by `tools/errors_table.py`.

An answer carries `code`, a `message` and often a title (`error_user_title`) with an explanation (`error_user_msg`) or,
where messages are sent, `error_data.details`. A message that failed later carries the same code in the `errors` of its
status. Errors of Flow JSON are others: [check](check.md).

| code | error |
|---|---|
"""


def page() -> str:
    """The whole page."""
    raised = {(entry.code, entry.title) for entry in vars(catalogue).values() if isinstance(entry, ErrorCode)}
    rows = [f"| {error.code} | [{error.title.rstrip('.')}](#{anchor(error)}) |" for error in GRAPH_ERRORS]
    parts = [INTRODUCTION + "\n".join(rows)]
    for code, errors in groupby(GRAPH_ERRORS, key=lambda error: error.code):
        parts.append(f"## Code {code}")
        parts += [section(error, (error.code, error.title) in raised) for error in errors]
    return "\n\n".join(parts) + "\n"


def section(error: GraphError, is_raised: bool) -> str:
    """One error with its anchor."""
    causes = "\n".join(f"- {cause}" for cause in error.causes)
    return (
        f'<a id="{anchor(error)}"></a>\n\n### {error.name}{" ▣" if is_raised else ""}\n\n{error.means}\n\n'
        f"{causes}\n\nTo mend it: {error.remedy}"
    )


def anchor(error: GraphError) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in error.title.lower()).split()
    return "-".join([str(error.code), *words[:8]])


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(
            0 if PAGE.read_text("utf-8") == page() else "docs/errors.md is not up to date: run tools/errors_table.py"
        )
    PAGE.write_text(page(), "utf-8")
