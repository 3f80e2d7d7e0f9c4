"""Secrets are readable with the installation's key only, and the key lies where only its owner reads it."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text
from tests.business.workspace import Member, make_member

from headrace.business.context import BusinessContext
from headrace.business.encryption import VARIABLE, KeyUnusable, Vault, open_vault


def new_key() -> str:
    return Fernet.generate_key().decode()


def test_the_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    sealed = open_vault(tmp_path, {}).encrypt("EAA-token")
    assert "EAA-token" not in sealed
    assert open_vault(tmp_path, {}).decrypt(sealed) == "EAA-token"
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_key_of_the_environment_comes_first(tmp_path: Path) -> None:
    key = new_key()
    sealed = open_vault(tmp_path, {VARIABLE: key}).encrypt("x")
    assert Vault(key).decrypt(sealed) == "x"
    assert list(tmp_path.iterdir()) == []


def test_another_key_opens_nothing() -> None:
    with pytest.raises(KeyUnusable, match=VARIABLE):
        Vault(new_key()).decrypt(Vault(new_key()).encrypt("x"))


def test_keys_can_be_changed() -> None:
    old, new = new_key(), new_key()
    sealed = Vault(old).encrypt("x")
    assert Vault(f"{new}, {old}").decrypt(sealed) == "x"
    assert Vault(new).decrypt(Vault(f"{new},{old}").encrypt("y")) == "y"


@pytest.mark.parametrize("key", ["", "short", "ä" * 32])
def test_what_is_no_key_is_told(key: str) -> None:
    with pytest.raises(KeyUnusable, match="not 32 bytes"):
        Vault(key)


def test_a_key_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "secret.key").mkdir()
    with pytest.raises(KeyUnusable, match="with the key of this installation cannot be used"):
        open_vault(tmp_path, {})
    with pytest.raises(KeyUnusable, match="cannot be used"):
        open_vault(tmp_path / "missing", {})


@pytest.mark.anyio
async def test_no_secret_of_a_connection_is_stored_readable(context: BusinessContext, member: Member) -> None:
    await make_member(context, "Other")
    async with context.database.reading() as session:
        rows = (await session.execute(text("SELECT * FROM whatsapp_connections"))).all()
    for secret in (member.connection.access.access_token, member.connection.app.secret, "our word"):
        assert secret not in str(rows)
