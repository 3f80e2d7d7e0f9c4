"""The structure of a file: which objects have which keys, and which values those may have. All `structure/…` rules."""
