"""Noticing that a file was saved, in every way an editor does it."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.app.previewing.stage import CHECK, CLOCK, NAME, STATIC
from tests.phone.flows import Json, flow

from headrace.app.previewing.file import follow, load
from headrace.simulator.previewing.preview import Preview
from headrace.simulator.previewing.session import OpeningWishes
from headrace.simulator.previewing.texts import Texts

pytestmark = pytest.mark.anyio

TITLED = flow({**NAME, "title": "Another"}, CHECK)


def write(path: Path, document: Json | str) -> None:
    path.write_text(document if isinstance(document, str) else json.dumps(document))


@dataclass
class Followed:
    """A preview that follows a file."""

    path: Path
    preview: Preview

    @property
    def texts(self) -> Texts:
        return self.preview.texts


@pytest.fixture
async def followed(tmp_path: Path) -> AsyncIterator[Followed]:
    """A preview of `flow.json`, which is a link to `real.json`, being followed."""
    write(tmp_path / "real.json", STATIC)
    (tmp_path / "flow.json").symlink_to(tmp_path / "real.json")
    path = tmp_path / "flow.json"
    preview = Preview("flow.json", OpeningWishes(), CLOCK)
    preview.take(load(path, preview.today()))
    following = asyncio.create_task(follow(path, preview))
    await until(lambda: following.get_coro().cr_await is not None, "the first look")  # type: ignore[union-attr]
    yield Followed(path, preview)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def until(holds: Callable[[], bool], what: str) -> None:
    for _ in range(3000):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"waited for {what}")


def title(followed: Followed) -> str:
    session = followed.preview.session.current()
    assert session is not None
    view = session.view().screen
    return view.title if view else ""


async def in_place(path: Path) -> None:
    write(path, TITLED)


async def by_a_new_file(path: Path) -> None:
    draft = path.with_name(".flow.json.swp")
    write(draft, TITLED)
    os.replace(draft, path)


async def behind_the_link(path: Path) -> None:
    write(path.resolve(), TITLED)


async def by_another_link(path: Path) -> None:
    write(path.with_name("other.json"), TITLED)
    path.unlink()
    path.symlink_to(path.with_name("other.json"))


async def in_two_strokes(path: Path) -> None:
    text = json.dumps(TITLED)
    with path.open("w") as file:
        file.write(text[:50])
        file.flush()
        await asyncio.sleep(0.12)
        file.write(text[50:])


async def after_being_deleted(path: Path) -> None:
    path.unlink()
    await asyncio.sleep(0.3)
    write(path, TITLED)


@pytest.mark.parametrize(
    "save", [in_place, by_a_new_file, behind_the_link, by_another_link, in_two_strokes, after_being_deleted]
)
async def test_a_save_is_noticed(followed: Followed, save: Callable[[Path], Awaitable[None]]) -> None:
    await save(followed.path)
    await until(lambda: title(followed) == "Another", "the new title")
    assert followed.texts.trouble is None
    assert not followed.texts.is_behind


async def test_half_a_file_is_not_shown_as_a_mistake(followed: Followed) -> None:
    seen = []
    followed.preview.changes.report = lambda topic: seen.append(followed.texts.is_behind)  # type: ignore[method-assign]
    await in_two_strokes(followed.path)
    await until(lambda: title(followed) == "Another", "the new title")
    assert True not in seen


async def test_a_mistake_that_stays_is_told(followed: Followed) -> None:
    write(followed.path, json.dumps(STATIC)[:-2])
    await until(lambda: followed.texts.is_behind, "the mistake")
    assert followed.texts.latest.errors
    assert title(followed) == "Name"


async def test_a_file_that_is_gone_is_told_until_it_is_back(followed: Followed) -> None:
    text = followed.path.read_text()
    followed.path.unlink()
    await until(lambda: followed.texts.trouble == "flow.json does not exist.", "the loss")
    assert title(followed) == "Name"
    write(followed.path, text)
    await until(lambda: followed.texts.trouble is None, "the file")
    assert not followed.texts.is_behind


async def test_saving_the_same_text_draws_nothing_anew(followed: Followed) -> None:
    write(followed.path, STATIC)
    await asyncio.sleep(0.4)
    assert followed.texts.revision == 1


async def test_it_goes_on_whatever_a_save_brings(followed: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    with monkeypatch.context() as patched:
        patched.setattr("headrace.app.previewing.file.load", fail)
        write(followed.path, TITLED)
        await until(lambda: followed.texts.trouble is not None, "the trouble")
    write(followed.path, flow({**NAME, "title": "Mended"}, CHECK))
    await until(lambda: title(followed) == "Mended", "the mended title")
    assert followed.texts.trouble is None
