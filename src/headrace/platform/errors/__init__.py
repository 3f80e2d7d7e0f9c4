"""What the WhatsApp side refuses: a catalogue of Graph's errors, and the exception that carries one to the face."""

from headrace.platform.errors import catalogue
from headrace.platform.errors.refusals import ErrorCode, PlatformError, UnknownObject

__all__ = ["ErrorCode", "PlatformError", "UnknownObject", "catalogue"]
