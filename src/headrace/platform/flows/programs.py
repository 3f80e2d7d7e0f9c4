"""Flow JSON compiled for a phone; the same text is compiled once."""

from functools import lru_cache

from headrace.phone.engine.program import Program


@lru_cache(maxsize=64)
def program_of(flow_text: str) -> Program:
    """The Flow, compiled. Raises `UnusableFlow` when it has no screen."""
    return Program.compile(flow_text)
