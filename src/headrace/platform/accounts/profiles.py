"""The business profile of a phone number: what people see behind its name."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from headrace.platform.errors.catalogue import PARAMETER_INVALID
from headrace.protocol.numbers import VERTICALS

LONGEST: Final[Mapping[str, int]] = {"about": 139, "address": 256, "description": 512, "email": 128}
"""The texts of a profile, each with the characters it may have."""

MOST_WEBSITES: Final = 2
_LONGEST_WEBSITE: Final = 256


def changed(profile: Mapping[str, Any], texts: Mapping[str, str], websites: list[str] | None) -> dict[str, Any]:
    """The profile with new texts (those of `LONGEST`, and `vertical`) and websites; an empty one takes it away.

    Raises code 100.
    """
    for name, text in texts.items():
        if name == "vertical":
            if text and text not in VERTICALS:
                allowed = ", ".join(VERTICALS)
                raise PARAMETER_INVALID.numbered(f'Param vertical must be one of {{{allowed}}} - got "{text[:80]}".')
        elif len(text) > LONGEST[name]:
            raise PARAMETER_INVALID.numbered(f"Param {name} must be at most {LONGEST[name]} characters long")
    if "about" in texts and not texts["about"].strip():
        raise PARAMETER_INVALID.numbered("Param about must not be empty")
    new = {**profile, **texts}
    if websites is not None:
        new["websites"] = _read_websites(websites)
    return {name: value for name, value in new.items() if value}


def _read_websites(websites: list[str]) -> list[str]:
    if len(websites) > MOST_WEBSITES:
        raise PARAMETER_INVALID.numbered(f"Param websites must have at most {MOST_WEBSITES} elements")
    for index, website in enumerate(websites):
        try:
            parts = urlsplit(website)
            is_url = parts.scheme in {"http", "https"} and bool(parts.hostname)
        except ValueError:
            is_url = False
        if not is_url or len(website) > _LONGEST_WEBSITE:
            raise PARAMETER_INVALID.numbered(
                f"Param websites[{index}] must be a URL with http or https, at most {_LONGEST_WEBSITE} characters long"
            )
    return websites
