"""The Flow a command is to open: its program, its first screen and data, and the steps, as arguments give them.

Everything here raises `UnusableError` for what cannot be used.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headrace.cli.sources import Source, UnusableError, read_bytes

if TYPE_CHECKING:
    from headrace.phone.engine.program import Program
    from headrace.simulator.steps import Step

MEGABYTE = 1024 * 1024


def program_of(source: Source) -> "Program":
    """The compiled Flow. Where there is none, says where the text stops being JSON, or what is missing."""
    from headrace.flowjson.document import SIZE_LIMIT
    from headrace.phone.engine.program import Program, UnusableFlow

    if len(source.raw) > SIZE_LIMIT:
        limit = SIZE_LIMIT // MEGABYTE
        raise UnusableError(f"{source.name} is larger than {limit} MB, the most a Flow JSON may have.")
    try:
        return Program.compile(source.raw)
    except UnusableFlow as error:
        problem = next(iter(source.document.problems), None)
        if problem is None:
            raise UnusableError(f"{source.name}: {error}") from None
        span = source.document.span_of(problem.start, problem.end)
        raise UnusableError(f"{source.name}:{span.line_start}:{span.column_start}: {problem.message}") from None


def check_screens(program: "Program", names: Iterable[str]) -> None:
    """Refuses names of screens that the Flow does not have."""
    unknown = next((name for name in names if name not in program.screens), None)
    if unknown is not None:
        raise UnusableError(f'The Flow has no screen "{unknown}". It has: {", ".join(program.screens)}.')


def read_data(given: str | None, like: str = '{"name": "Ada"}') -> dict[str, Any] | None:
    """The object of `--data`: JSON, or `@` and the name of a file that holds it. `like` shows what it may be."""
    import orjson

    if given is None:
        return None
    is_file = given.startswith("@")
    text = read_bytes(Path(given[1:]), 10 * MEGABYTE) if is_file else given.encode("utf-8", "surrogateescape")
    try:
        data = orjson.loads(text)
        orjson.dumps(data)  # stops at 254 levels
    except orjson.JSONDecodeError as error:
        raise UnusableError(f"--data is not JSON: {error}.") from None
    except TypeError:
        raise UnusableError("--data is nested too deep.") from None
    if not isinstance(data, dict):
        raise UnusableError(f"--data has to be an object, such as {like}.")
    return data


def read_script(path: Path | None) -> "list[Step]":
    """The steps of `--steps`; none without it. Files they upload are looked for from the steps' folder on."""
    from headrace.simulator.steps import LONGEST_SCRIPT, UnusableSteps, read_steps

    if path is None:
        return []
    try:
        return read_steps(read_bytes(path, LONGEST_SCRIPT), path.parent)
    except UnusableSteps as error:
        raise UnusableError(f"{path}: {error}") from None
