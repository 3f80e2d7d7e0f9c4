"""The texts of one preview: the newest, and the one that the phone shows."""

from collections.abc import Mapping

from headrace.phone.engine.program import Program
from headrace.phone.rendering import Notes
from headrace.simulator.previewing.flow_text import FlowText


class Texts:
    """`latest` is the text as last read, `shown` what the phone shows: they differ while the latest holds no JSON.

    `revision` counts the texts that were shown. `trouble` says why there is no text to read at the moment.
    """

    def __init__(self) -> None:
        self.latest = FlowText(None)
        self.shown: FlowText | None = None
        self.revision = 0
        self.trouble: str | None = None

    @property
    def program(self) -> Program | None:
        """The Flow that the phone shows."""
        return None if self.shown is None else self.shown.program

    @property
    def notes(self) -> Mapping[str, Notes]:
        """What the check found in the text that is shown, by screen."""
        return {} if self.shown is None else self.shown.notes()

    @property
    def is_behind(self) -> bool:
        """Whether the phone shows an older text than the latest."""
        return self.shown is not None and (self.trouble is not None or self.latest is not self.shown)

    def take(self, text: FlowText) -> bool:
        """Takes the latest text; gives whether the phone shows it. One that broke off is shown only while there is
        nothing better.
        """
        self.latest, self.trouble = text, None
        if text.program is None or not (text.is_json or self.shown is None or not self.shown.is_json):
            return False
        self.shown = text
        self.revision += 1
        return True

    def lose(self, trouble: str) -> bool:
        """There is no text to read now; gives whether that is news. The phone shows what it showed."""
        is_news = trouble != self.trouble
        self.trouble = trouble
        return is_news
