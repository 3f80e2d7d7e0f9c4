"""Several servers on one database need one key; one server on a folder of its own gets over a lost one."""

import asyncio
from pathlib import Path

import pytest
from tests.stores import lend_url

from headrace.app.application import Application
from headrace.app.demo import Demo
from headrace.business.encryption import KeyUnusable
from headrace.clock import ManualClock
from headrace.database import postgresql_url
from headrace.identifiers import SeededIdentifiers
from headrace.settings import Settings


def start(settings: Settings) -> Demo:
    """Opens a server and closes it again."""

    async def opened() -> Demo:
        application = await Application.open(settings, ManualClock(), SeededIdentifiers(7))
        try:
            assert application.demo is not None
            return application.demo
        finally:
            await application.close()

    return asyncio.run(opened())


def test_a_server_with_another_key_does_not_start_on_a_shared_database(tmp_path: Path) -> None:
    with lend_url() as lent:
        url = postgresql_url(lent)
        first = start(Settings(data=tmp_path / "one", database=url))
        with pytest.raises(KeyUnusable, match="HEADRACE_SECRET_KEY"):
            start(Settings(data=tmp_path / "two", database=url))
        assert start(Settings(data=tmp_path / "one", database=url)).connection == first.connection


def test_a_folder_that_lost_its_key_gets_a_new_one(tmp_path: Path) -> None:
    first = start(Settings(data=tmp_path))
    (tmp_path / "secret.key").unlink()
    assert start(Settings(data=tmp_path)).connection == first.connection
