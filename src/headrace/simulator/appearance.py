"""How a simulated phone looks: its kind, theme, direction and size of text."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

PLATFORMS = {"android": "Android", "ios": "iPhone"}
THEMES = {"system": "System", "light": "Light", "dark": "Dark"}
DIRECTIONS = {"ltr": "Left to right", "rtl": "Right to left"}
TEXT_SIZES = {str(percent): f"{percent} %" for percent in (85, 100, 115, 130, 150, 175, 200)}

CHOICES: Mapping[str, Mapping[str, str]] = {
    "platform": PLATFORMS,
    "theme": THEMES,
    "direction": DIRECTIONS,
    "text_size": TEXT_SIZES,
}
"""Every switch with its settings in words."""


class NoSuchSetting(ValueError):
    """A switch does not have this setting. The words say which it has."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """The settings, as texts; `text_size` is in percent."""

    platform: str = "android"
    theme: str = "system"
    direction: str = "ltr"
    text_size: str = "100"

    def changed(self, wanted: Mapping[str, str]) -> "Appearance":
        """With the switches that `wanted` names set so; raises `NoSuchSetting`."""
        settings = {name: wanted[name] for name in CHOICES if name in wanted}
        for name, setting in settings.items():
            if setting not in CHOICES[name]:
                raise NoSuchSetting(f"{name} cannot be {setting!r}. It is one of {', '.join(CHOICES[name])}.")
        return replace(self, **settings)

    @property
    def kind(self) -> Literal["android", "ios"]:
        return "ios" if self.platform == "ios" else "android"

    @property
    def scale(self) -> float:
        """By what the size of text is multiplied."""
        return int(self.text_size) / 100
