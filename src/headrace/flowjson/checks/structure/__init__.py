"""The structure of a file: which objects have which keys, and where components may stand.

Here are the `structure/…` rules about keys and places; those about a single value are in `checks.values`.
"""
