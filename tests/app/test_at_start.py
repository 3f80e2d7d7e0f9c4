"""What is wrong with the data is told at the start in one sentence, and what can be mended is."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from tests.stores import lend_url

from headrace.app.application import Application
from headrace.business.encryption import KeyUnusable
from headrace.clock import ManualClock
from headrace.database import DatabaseUnusable, postgresql_url
from headrace.identifiers import SeededIdentifiers
from headrace.settings import Part, Settings


def start(settings: Settings) -> None:
    """Opens a server and closes it again."""

    async def opened() -> None:
        application = await Application.open(settings, ManualClock(), SeededIdentifiers(7))
        await application.close()

    asyncio.run(opened())


def trouble(settings: Settings) -> str:
    with pytest.raises(DatabaseUnusable) as unusable:
        start(settings)
    words = str(unusable.value)
    assert "\n" not in words
    assert words.endswith(".")
    return words


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a folder that was used once."""
    folder = tmp_path_factory.mktemp("made")
    start(Settings(data=folder))
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in {".db", ".key"}}


@pytest.fixture
def settings(made: dict[str, bytes], tmp_path: Path) -> Settings:
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    return Settings(data=tmp_path)


def test_files_of_an_older_headrace_are_kept_to_their_owner(settings: Settings) -> None:
    settings.data.chmod(0o755)
    for path in settings.data.iterdir():
        path.chmod(0o644)
    start(settings)
    assert settings.data.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in settings.data.iterdir()} == {0o600}


def test_a_folder_with_other_things_in_it_stays_as_it_is(settings: Settings) -> None:
    (settings.data / "flow.json").write_text("{}")
    for path in (settings.data, *settings.data.iterdir()):
        path.chmod(0o755)
    start(settings)
    assert settings.data.stat().st_mode & 0o777 == 0o755
    assert (settings.data / "flow.json").stat().st_mode & 0o777 == 0o755
    assert (settings.data / "platform.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("side", ["platform", "business"])
def test_a_damaged_file(settings: Settings, side: str) -> None:
    file = settings.data / f"{side}.db"
    content = bytearray(file.read_bytes())
    content[4096 : len(content) : 7] = b"\xa5" * len(range(4096, len(content), 7))
    file.write_bytes(content)
    assert f"{side}.db is damaged" in trouble(settings)


def test_rows_that_refer_to_nothing(settings: Settings) -> None:
    connection = sqlite3.connect(settings.data / "platform.db")
    connection.execute("UPDATE phone_numbers SET waba_id = 'nobody'")
    connection.commit()
    connection.close()
    words = trouble(settings)
    assert "is damaged" in words
    assert "phone_numbers to wabas" in words


def test_a_full_disk(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise OperationalError("INSERT", None, sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr("headrace.app.box.world.seed", fail)
    assert "full" in trouble(settings)


@pytest.mark.parametrize("part", [Part.WORKER, Part.CONSOLE])
def test_a_part_with_another_key_says_so_at_its_start(tmp_path: Path, part: Part) -> None:
    with lend_url() as lent:
        url = postgresql_url(lent)
        start(Settings(data=tmp_path / "one", database=url))
        with pytest.raises(KeyUnusable, match="HEADRACE_SECRET_KEY"):
            start(Settings(data=tmp_path / "two", database=url, only=part))
        start(Settings(data=tmp_path / "one", database=url, only=part))
