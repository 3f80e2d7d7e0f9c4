"""For tests and scripts: fill in a Flow as a person would, on a phone in this process or on one of a running box.

Names are loaded when they are asked for: the pytest plugin loads in every run of pytest and must cost nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headrace.testing.fresh_box import BoxError, FreshBox
    from headrace.testing.handset import Handset, OpenFlow, PhoneError
    from headrace.testing.local import FlowError, LocalFlow

__all__ = ["BoxError", "FlowError", "FreshBox", "Handset", "LocalFlow", "OpenFlow", "PhoneError"]

_HOMES = {
    "BoxError": "fresh_box",
    "FreshBox": "fresh_box",
    "FlowError": "local",
    "LocalFlow": "local",
    "Handset": "handset",
    "OpenFlow": "handset",
    "PhoneError": "handset",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
