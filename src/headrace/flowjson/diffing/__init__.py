"""What differs in meaning between two Flows, and whom that leaves behind.

Line breaks, order of keys, defaults written out, a Form around the same inputs and examples in data models are no
difference. A screen, component or field with a new name is one change, and what only follows from it is none.
"""

from headrace.flowjson.diffing.changes import Change, Comparison, Kind, Party
from headrace.flowjson.diffing.comparison import compare

__all__ = ["Change", "Comparison", "Kind", "Party", "compare"]
