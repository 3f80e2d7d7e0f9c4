"""Which texts are images a phone draws, and why the others are none."""

import base64

import pytest
from tests.pictures import png

from headrace.flowjson.pictures import image_fault

PNG = base64.b64encode(png()).decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        (" ", ""),
        (PNG, ""),
        (f"{PNG[:40]}\n{PNG[40:]}", ""),
        (PNG.rstrip("="), ""),
        (f"data:image/png;base64,{PNG}", "data URI"),
        ("https://example.com/loaf.png", "address"),
        (base64.urlsafe_b64encode(bytes([251, 255]) * 20).decode(), "URL-safe"),
        ("a loaf!", "no Base64"),
        ("A", "no Base64"),
        (base64.b64encode(b"%PDF-1.7 and more of it").decode(), "neither a JPEG"),
        (PNG + "A" * 420_000, "at most 300 KB"),
    ],
)
def test_what_is_no_image_says_why(text: str, words: str) -> None:
    fault = image_fault(text)
    assert words in fault
    assert bool(fault) is bool(words)
