"""`headrace run` with files: the endpoint can really fetch what the steps upload."""

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
from tests.cli.test_run import Bench, lines
from tests.phone.attachments import documents, photos
from tests.phone.flows import Json, flow, footer, heading, screen, string
from tests.pictures import png
from tests.serving import serving

from headrace.exchange.endpoint import Endpoint, Request, Screen
from headrace.exchange.keys import generate_key_pair

ALONE = flow(screen("ONLY", photos(), footer("complete", {"photos": "${form.photos}"}), terminal=True))
ASKING = flow(
    screen("FILES", documents(), footer("data_exchange", {"papers": "${form.documents}"})),
    screen("SEEN", heading("${data.seen}"), footer("complete"), data={"seen": string()}, terminal=True),
    routing={"FILES": ["SEEN"], "SEEN": []},
)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    (tmp_path / "mill.png").write_bytes(png())
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.pdf").write_bytes(b"%PDF a")
    (tmp_path / "papers" / "b.txt").write_bytes(b"b")
    (tmp_path / "empty.png").write_bytes(b"")
    return Bench(tmp_path)


def test_files_are_named_in_the_response(bench: Bench) -> None:
    steps: list[Json] = [
        {"upload": {"photos": ["mill.png"]}},
        {"expect": {"form": {"photos": ["mill.png"]}, "text": "mill.png", "errors": {"photos": False}}},
        {"tap": "Continue"},
        {"expect": {"completed": True}},
    ]
    result = bench.run(ALONE, steps)
    assert result.exit_code == 0, result.output
    (told,) = lines(result)[-1]["complete"]["photos"]
    assert told["sha256"] == base64.b64encode(hashlib.sha256(png()).digest()).decode()
    assert (told["file_name"], told["mime_type"]) == ("mill.png", "image/png")


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        ({"photos": "empty.png"}, "photos: empty.png is empty"),
        ({"photos": ["papers/b.txt"]}, "photos: b.txt is not a photo"),
        ({"nobody": "mill.png"}, 'nobody: This screen shows no picker "nobody". There are: photos.'),
    ],
)
def test_a_file_that_is_refused_ends_the_run(bench: Bench, upload: Any, words: str) -> None:
    result = bench.run(ALONE, [{"upload": upload}, {"tap": "Continue"}])
    assert result.exit_code == 1
    assert lines(result)[-1]["error"] == {"step": 1, "kind": "upload", "message": words}


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        ({"photos": "gone.png"}, "Step 1: there is no file"),
        ({"photos": "papers"}, "Step 1: there is no file"),
        ({"photos": "x\0y"}, "Step 1: there is no file"),
        ({"photos": []}, "such as {photos: [mill.png]}"),
        ({"photos": 3}, "such as {photos: [mill.png]}"),
        ({}, "such as {photos: [mill.png]}"),
    ],
)
def test_files_that_are_not_there_are_told_before_anything_runs(bench: Bench, upload: Any, words: str) -> None:
    result = bench.run(ALONE, [{"upload": upload}])
    assert result.exit_code == 2
    assert words in result.output


def test_an_endpoint_fetches_and_opens_them(bench: Bench, tmp_path: Path) -> None:
    pair = generate_key_pair()
    endpoint = Endpoint(private_key=pair.private_pem, app_secret="shh", private_networks=True)

    @endpoint.on_init
    def begin(_request: Request) -> Screen:
        return Screen("FILES")

    @endpoint.on("FILES")
    async def opened(request: Request) -> Screen:
        files = await request.files("papers")
        return Screen("SEEN", {"seen": " ".join(file.content.decode() for file in files)})

    (tmp_path / "public.pem").write_text(pair.public_pem)
    steps: list[Json] = [
        {"upload": {"documents": ["papers/a.pdf", "papers/b.txt"]}},
        {"tap": "Continue"},
        {"expect": {"text": "%PDF a b"}},
        {"tap": "Continue"},
    ]
    with serving(endpoint) as address:
        way = ["--endpoint", address, "--public-key", str(tmp_path / "public.pem"), "--app-secret", "shh"]
        result = bench.run(ASKING, steps, *way)
    assert result.exit_code == 0, result.output
