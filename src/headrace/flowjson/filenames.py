"""Which files are Flow JSON by their name."""

__all__ = ["is_flow_name"]


def is_flow_name(name: str) -> bool:
    """Whether a path or address ends in `flow.json` or `*.flow.json`, in whatever case."""
    base = name.replace("\\", "/").rpartition("/")[2].lower()
    return base == "flow.json" or base.endswith(".flow.json")
