"""For tests and scripts: drive a phone of a running box as a person would."""

from headrace.testing.handset import Handset, OpenFlow, PhoneError

__all__ = ["Handset", "OpenFlow", "PhoneError"]
