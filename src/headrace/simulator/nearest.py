"""What was meant by a name that nothing on the phone bears."""

from collections.abc import Iterable
from difflib import get_close_matches

from headrace.phone.screen.view import LinkView, ListView, UploadView, View

CLOSE_ENOUGH = 0.5
"""How alike two names must be, between 0 and 1, for one to be suggested for the other."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence with the name that is most like this one, or with all there are; a blank stands before it.

    Empty where there is nothing to name, or the name is among them.
    """
    names = list(known)
    close = get_close_matches(name, names, 1, cutoff=CLOSE_ENOUGH)
    if close:
        return f" Did you mean {close[0]!r}?" if close[0] != name else ""
    return f" There are: {', '.join(names)}." if names else ""


def inputs_shown(view: View) -> list[str]:
    """The names of the inputs on the screen."""
    return [field.name for field in view.screen.fields()] if view.screen else []


def pickers_shown(view: View) -> list[str]:
    """The names of the inputs on the screen that take photos or documents."""
    return [field.name for field in view.screen.fields() if isinstance(field, UploadView)] if view.screen else []


def tappable(view: View) -> list[str]:
    """What can be tapped on the screen: the button, links and rows, by their words."""
    if view.screen is None:
        return []
    labels = [part.text for part in view.screen.parts if isinstance(part, LinkView)]
    labels += [item.title for part in view.screen.parts if isinstance(part, ListView) for item in part.items]
    return [*([view.screen.footer.label] if view.screen.footer else []), *labels]
