"""Fixes: what a machine can do about what the checks found, and mending a whole text with them.

The checks only judge. Fixes are worked out when somebody asks for them, so import this room where that happens: whoever
only checks a document need not wait until it is loaded.
"""

from headrace.flowjson.fixing.repair import Mended, apply_fix, mend
from headrace.flowjson.fixing.trials import Fix, fixes_of

__all__ = ["Fix", "Mended", "apply_fix", "fixes_of", "mend"]
