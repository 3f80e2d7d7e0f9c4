"""A box with its console in this process."""

from headrace.testing.fresh_box import FreshBox


class Everything(FreshBox):
    """A box with its console."""

    parts = None
