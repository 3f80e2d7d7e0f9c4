"""Previews that are open on a server, each behind a key, in the memory of its process."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from starlette.routing import Router
from starlette.types import ASGIApp

from headrace.simulator.previewing.pages import preview_routes
from headrace.simulator.previewing.preview import Preview

MOST_PREVIEWS = 64
"""At most this many are kept; the one that was not used for longest goes first."""

_Key = TypeVar("_Key", bound=Hashable)


class Shelf(Generic[_Key]):
    """Keeps previews with what answers for each; with `takes_text` their pages also take texts that are posted."""

    def __init__(self, *, takes_text: bool = False) -> None:
        self._takes_text = takes_text
        self._kept: OrderedDict[_Key, tuple[Preview, ASGIApp]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def put(self, key: _Key, preview: Preview) -> ASGIApp:
        """Keeps a preview, in place of one with the same key; gives what answers for it."""
        before = self._kept.pop(key, None)
        if before is not None:
            before[0].stop()
        answering = Router(preview_routes(preview, takes_text=self._takes_text))
        self._kept[key] = (preview, answering)
        while len(self._kept) > MOST_PREVIEWS:
            _, (oldest, _) = self._kept.popitem(last=False)
            oldest.stop()
        return answering

    def find(self, key: _Key) -> ASGIApp | None:
        """What answers for a preview; None for one that was forgotten, or that never was."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        self._kept.move_to_end(key)
        return kept[1]

    def stop(self) -> None:
        """Ends what still waits, so that a stopping server need not."""
        for preview, _ in self._kept.values():
            preview.stop()
