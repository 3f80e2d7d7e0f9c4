"""Headrace: the open, self-hosted platform for WhatsApp Flows."""

from typing import Final

__version__: Final = "0.1.0"
