"""What `headrace serve` decides where its caller says nothing."""

import pytest

from headrace.cli.serve import calls_private_networks


@pytest.mark.parametrize(
    ("public_url", "calls"),
    [(None, True), ("http://127.0.0.1:9000", True), ("https://box.example.org", False), ("HTTPS://box.example", False)],
)
def test_a_box_for_others_calls_no_neighbours(public_url: str | None, calls: bool) -> None:
    assert calls_private_networks(public_url) is calls
