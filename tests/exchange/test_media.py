"""Attached files: what is sealed opens, and nothing else does."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pywa.utils import _flow_request_media_decryptor as pywa_opens

from headrace.exchange.media import Attachment, Encryption, UnusableFile, open_file, seal_file

KEY, MAC_KEY, IV = bytes(range(32)), bytes(range(32, 64)), bytes(range(16))


@given(st.binary(max_size=500))
def test_a_file_comes_out_as_it_went_in_here_and_elsewhere(content: bytes) -> None:
    cdn_file, encryption = seal_file(content, KEY, MAC_KEY, IV)
    assert open_file(cdn_file, encryption) == content
    assert pywa_opens(cdn_file, encryption.to_json()) == content
    assert content not in cdn_file or len(content) < 4


@given(st.binary(min_size=1, max_size=100), st.integers(0), st.integers(1, 255))
def test_no_changed_file_opens(content: bytes, place: int, change: int) -> None:
    cdn_file, encryption = seal_file(content, KEY, MAC_KEY, IV)
    changed = bytearray(cdn_file)
    changed[place % len(changed)] ^= change
    with pytest.raises(UnusableFile, match="hash differs"):
        open_file(bytes(changed), encryption)


def test_every_step_is_checked_and_named() -> None:
    cdn_file, encryption = seal_file(b"a photo", KEY, MAC_KEY, IV)
    with pytest.raises(UnusableFile, match="hmac_key"):
        open_file(cdn_file, replace(encryption, hmac_key=bytes(32)))
    with pytest.raises(UnusableFile, match=r"encryption_key|hash differs"):
        open_file(cdn_file, replace(encryption, encryption_key=bytes(32)))
    with pytest.raises(UnusableFile, match="opened file"):
        open_file(cdn_file, replace(encryption, plaintext_hash=bytes(32)))
    with pytest.raises(UnusableFile):
        open_file(b"", encryption)


def test_descriptions_travel_as_json_and_back() -> None:
    _, encryption = seal_file(b"a photo", KEY, MAC_KEY, IV)
    attachment = Attachment("790aba14", "https://cdn.example/v/1", "IMG_1.jpg", encryption)
    assert Attachment.from_json(attachment.to_json()) == attachment
    assert list(attachment.to_json()["encryption_metadata"]) == [
        "encrypted_hash", "iv", "encryption_key", "hmac_key", "plaintext_hash",
    ]  # fmt: skip


@pytest.mark.parametrize("value", [None, [], {}, {"media_id": 1}, {"media_id": "", "cdn_url": "", "file_name": ""}])
def test_incomplete_descriptions_are_refused(value: object) -> None:
    with pytest.raises(UnusableFile):
        Attachment.from_json(value)


@pytest.mark.parametrize("name", ["encrypted_hash", "iv", "encryption_key", "hmac_key", "plaintext_hash"])
@pytest.mark.parametrize("value", [None, 1, "", "żółć", base64.b64encode(bytes(15)).decode()])
def test_metadata_of_the_wrong_size_are_refused(name: str, value: object) -> None:
    _, encryption = seal_file(b"a photo", KEY, MAC_KEY, IV)
    with pytest.raises(UnusableFile, match=name):
        Encryption.from_json(encryption.to_json() | {name: value})
