"""Components that show text.

Made from the catalogue by `tools/generate_authoring.py`; change the catalogue or that, not this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from headrace.flowjson.authoring.model import Component
from headrace.flowjson.authoring.references import Bound, Flag, Text
from headrace.flowjson.catalogue import COMPONENTS

__all__ = ["RichText", "TextBody", "TextCaption", "TextHeading", "TextSubheading"]


@dataclass(kw_only=True, repr=False)
class TextHeading(Component):
    """The largest text of a screen.

    text: Up to 80 characters.
    visible: By default True.
    """

    SHAPE = COMPONENTS["TextHeading"]

    type: Literal["TextHeading"] = "TextHeading"
    text: Text
    visible: Flag | None = None


@dataclass(kw_only=True, repr=False)
class TextSubheading(Component):
    """A heading of the second level.

    text: Up to 80 characters.
    visible: By default True.
    """

    SHAPE = COMPONENTS["TextSubheading"]

    type: Literal["TextSubheading"] = "TextSubheading"
    text: Text
    visible: Flag | None = None


@dataclass(kw_only=True, repr=False)
class TextBody(Component):
    """A paragraph.

    text: A list of lines since 5.1; up to 4,096 characters.
    font_weight: By default `normal`.
    strikethrough: By default False.
    markdown: Since 5.1; by default False.
    visible: By default True.
    """

    SHAPE = COMPONENTS["TextBody"]

    type: Literal["TextBody"] = "TextBody"
    text: Text | Sequence[str]
    font_weight: Literal["bold", "italic", "bold_italic", "normal"] | Bound | None = None
    strikethrough: Flag | None = None
    markdown: bool | None = None
    visible: Flag | None = None


@dataclass(kw_only=True, repr=False)
class TextCaption(Component):
    """Small, grey text.

    text: A list of lines since 5.1; up to 4,096 characters.
    font_weight: By default `normal`.
    strikethrough: By default False.
    markdown: Since 5.1; by default False.
    visible: By default True.
    """

    SHAPE = COMPONENTS["TextCaption"]

    type: Literal["TextCaption"] = "TextCaption"
    text: Text | Sequence[str]
    font_weight: Literal["bold", "italic", "bold_italic", "normal"] | Bound | None = None
    strikethrough: Flag | None = None
    markdown: bool | None = None
    visible: Flag | None = None


@dataclass(kw_only=True, repr=False)
class RichText(Component):
    """A long text in Markdown: headings, lists, tables, pictures, links. Since 5.1.

    Up to 6.2 alone on its screen; from 6.3 on a Footer may stand beside it. At most 1 on a screen.

    visible: By default True.
    """

    SHAPE = COMPONENTS["RichText"]

    type: Literal["RichText"] = "RichText"
    text: Text | Sequence[str]
    visible: Flag | None = None
