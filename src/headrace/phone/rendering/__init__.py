"""From a view to HTML: one template per component, and the stylesheets in `static/`."""

from headrace.phone.rendering.drawn import Drawn
from headrace.phone.rendering.sheet import Frame, Note, Notes, render_screen, render_sheet

__all__ = ["Drawn", "Frame", "Note", "Notes", "render_screen", "render_sheet"]
