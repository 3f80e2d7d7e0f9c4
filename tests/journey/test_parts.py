"""`headrace serve` on either store, whole and in parts; and what it says to those who start it wrongly."""

import json
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journey.conftest import free_port, serve_command, start_box, wait_until
from tests.journey.installation import Proxy
from tests.journey.test_refusals import SMALL
from tests.serving import serving
from tests.stores import lend_url

pytestmark = pytest.mark.box


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with lend_url() as url:
        yield url


def refuse(data: Path, *options: str, most_bytes: int | None = None) -> str:
    """Starts a server that cannot start; gives the one sentence it says."""

    def limit() -> None:
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    command = serve_command(data, "--port", "0", *options)
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, preexec_fn=limit, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr.strip()


def test_a_box_and_a_console_of_their_own_and_a_worker(database: str, tmp_path: Path) -> None:
    shared = ("--database", database)
    box = start_box(tmp_path / "data", 0, *shared, "--only", "box", "--no-jobs", name="box")
    console = start_box(tmp_path / "data", 0, *shared, "--only", "console", name="console")
    assert console.credentials["only"] == "console"
    assert box.graph("GET", str(box.credentials["waba_id"]))["id"] == box.credentials["waba_id"]
    assert box.client.get("/flows").status_code == 404
    phone = box.credentials["handsets"][0]
    assert box.client.get(f"/handsets/{phone['id']}").status_code == 200
    assert console.client.get("/flows").status_code == 200
    assert console.client.get(f"/handsets/{phone['id']}").status_code == 404
    assert console.client.get("/v23.0/me").status_code == 404

    flow_id = box.make_flow("Small", json.dumps(SMALL))
    box.send_flow(flow_id, phone["wa_id"])

    def delivered() -> bool:
        return "A Flow for you" in box.client.get(f"/handsets/{phone['id']}").text

    assert not delivered()
    worker = start_box(tmp_path / "data", 0, *shared, "--only", "worker", name="worker")
    assert worker.credentials == {"only": "worker"}
    wait_until(delivered, "the worker to deliver what the box accepted")
    for process in (worker, console, box):
        process.stop()
        assert process.process.returncode == 0


def test_the_public_address_goes_out_wherever_the_server_listens(database: str, tmp_path: Path) -> None:
    url = "https://box.example.org"
    box = start_box(tmp_path / "data", 0, "--database", database, "--only", "box", "--public-url", url + "/")
    assert box.credentials["base_url"] == url
    assert box.credentials["console_url"] == f"{url}/"
    assert all(phone["url"].startswith(f"{url}/handsets/") for phone in box.credentials["handsets"])
    box.stop()


def test_a_server_starts_before_the_proxy_in_front_of_it(tmp_path: Path) -> None:
    port, own, proxy = free_port(), free_port(), Proxy()
    box = start_box(tmp_path / "data", own, "--public-url", f"http://127.0.0.1:{port}")
    proxy.servers.append(f"http://127.0.0.1:{own}")
    assert "cannot be registered yet" in box.log.read_text()
    with serving(proxy.app, port):
        wait_until(lambda: "webhook is registered" in box.log.read_text(), "the console's webhook")
    box.stop()


def test_two_servers_on_one_folder_are_refused(tmp_path: Path) -> None:
    first = start_box(tmp_path / "data")
    data = tmp_path / "data"
    for options in ((), ("--only", "worker")):
        assert refuse(data, *options) == (
            f"The folder {data} is in use by another headrace serve. Stop that one, or choose another --data."
        )
    first.stop()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ["--database", "mysql://db/x"],
            "The database's URL has to look like postgresql://user:password@host:5432/name.",
        ),
        (["--database", "postgresql://127.0.0.1:1/x"], "The database at 127.0.0.1:1 cannot be reached: "),
        (["--public-url", "box.example.org"], "box.example.org is no address to be reached by."),
        (["--public-url", "https://x/?a=1"], "https://x/?a=1 is no address to be reached by."),
        (["--no-jobs"], "--no-jobs leaves the work to workers, which need a --database to share with this server."),
    ],
)
def test_wrong_options_are_told_in_one_sentence(options: list[str], sentence: str, tmp_path: Path) -> None:
    assert refuse(tmp_path / "data", *options).startswith(sentence)


def test_a_full_disk_leaves_nothing_half_made(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert str(data / "platform.db") in refuse(data, most_bytes=40_000)
    box = start_box(data)
    assert box.graph("GET", str(box.credentials["waba_id"]))["id"] == box.credentials["waba_id"]
    box.stop()


def test_a_key_of_another_database_is_told(tmp_path: Path) -> None:
    box = start_box(tmp_path / "data")
    box.stop()
    key = tmp_path / "data" / "secret.key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.write_text("no key\n")
    assert "secret.key is not 32 bytes" in refuse(tmp_path / "data")
    os.unlink(key)
