"""Codes that a file alone cannot raise, and who raises them."""

from collections.abc import Mapping

SERVER_ONLY: Mapping[str, str] = {
    "INVALID_FLOW_JSON_VERSION_STATE": "Raised by the server when the state of a version forbids what is asked.",
    "NO_SUPPORTED_DATA_API_VERSION": "Raised by the server when no Data API version goes with the Flow JSON version.",
    "PROPERTY_NAME_MISMATCH": "A reserved code; a key of the wrong form is reported as PATTERN_MISMATCH.",
    "INVALID_SCHEMA": "A fallback of the server for rules without words of their own.",
    "MISSING_CART_LAYOUT": "Part of the shopping layouts of version 5.2, which are for chosen partners.",
}
