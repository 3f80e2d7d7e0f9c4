"""The demo: starts a box and an endpoint in the background and lets one Flow travel before the reader's eyes.

    .venv/bin/python tools/demo.py start [--keep] [--port 8460]

Every step goes through the box's own calls and a simulated phone; the bytes are kept in .demo/transcript.jsonl.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from demo_business import Business, Graph, Receiver
from demo_connectors import hand_over, sell_frames
from demo_history import History
from demo_walk import walk
from stop import DEMO, stop

from headrace import __version__
from headrace.exchange.keys import generate_key_pair

ROOT = Path(__file__).resolve().parent.parent
FIRST_PORT = 8460
PORTS_TRIED = 40
PATIENCE_SECONDS = 30
PERSONS = 60
BOOKINGS = 37


class Trouble(Exception):
    """One sentence for the person who called."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("act", choices=["start"])
    parser.add_argument("--keep", action="store_true", help="go on with the data of the last demo")
    parser.add_argument("--port", type=int, help=f"port of the box; else {FIRST_PORT} or the next free one")
    given = parser.parse_args()
    try:
        start(keep=given.keep, wanted_port=given.port)
    except Trouble as trouble:
        stop()
        sys.exit(f"The demo stopped: {trouble}")
    except BaseException:
        stop()
        raise


def start(*, keep: bool, wanted_port: int | None) -> None:
    stop()
    if not keep:
        shutil.rmtree(DEMO, ignore_errors=True)
    DEMO.mkdir(exist_ok=True)
    port = choose_port(wanted_port)
    started = time.monotonic()
    credentials = start_box(port)
    private_key, public_key = keys()
    endpoint_url = start_endpoint(credentials["app_secret"], private_key)
    ill_url = start_ill_endpoints(credentials["app_secret"], private_key)
    say(f'Headrace {__version__} · box "{credentials["wabas"][0]["name"]}" · {credentials["base_url"]}')
    graph = Graph(credentials, DEMO / "transcript.jsonl")
    with Receiver(credentials["app_secret"], credentials["verify_token"]) as receiver:
        business = Business(graph, credentials, endpoint_url, public_key, receiver)
        few = os.environ.get("HEADRACE_DEMO_PERSONS", "")
        persons = int(few) if few.isdigit() else PERSONS
        bookings = min(persons, BOOKINGS)
        flow_id = walk(business, say, lambda: History(business, ill_url, persons, bookings) if persons else None)
        hand_over(business, flow_id, private_key)
        sell_frames(business)
    write_environment(credentials, flow_id, endpoint_url)
    sealed = count_exchanges()
    say(
        f"Done: {graph.calls} API calls, {sealed} sealed exchanges, {receiver.count} webhooks, 0 errors, "
        f"{time.monotonic() - started:.1f} s. Every byte: {shown(DEMO / 'transcript.jsonl')}"
    )
    say(f"Open    {credentials['console_url']:<31} the console; the phone stands at its right")
    say(f"Paste   {'source ' + shown(DEMO / 'env'):<31} headrace, and HEADRACE_URL TOKEN WABA FLOW … for your code")
    say("Stop    make stop")


def choose_port(wanted: int | None) -> int:
    """The wanted port or none; without a wish the first free one, and a word about it when that is not the usual."""
    if wanted is not None:
        if not is_free(wanted):
            raise Trouble(f"port {wanted} is taken by another program; leave PORT out and a free one is chosen")
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        if is_free(port):
            if port != FIRST_PORT:
                say(f"Port {FIRST_PORT} is taken by another program, so the box listens on {port}.")
            return port
    raise Trouble(f"no port from {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1} is free; name one: make demo PORT=9000")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True


def start_box(port: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "headrace", "serve", "--data", str(DEMO / "box"), "--port", str(port)]
    line = start_process([*command, "--format", "json"], DEMO / "server.log", lambda line: line.startswith("{"))
    credentials: dict[str, Any] = json.loads(line)
    return credentials


def start_endpoint(app_secret: str, private_key: Path) -> str:
    # A published Flow keeps its endpoint, so a demo that goes on needs it where it was.
    file = DEMO / "endpoint.port"
    port = file.read_text() if file.exists() else "0"
    if port != "0" and not is_free(int(port)):
        raise Trouble(f"port {port}, where the last demo's endpoint was, is taken; start afresh: make demo")
    command = [sys.executable, str(ROOT / "examples" / "appointment" / "endpoint.py"), "--port", port]
    command += ["--private-key", str(private_key), "--app-secret", app_secret, "--log", str(DEMO / "endpoint.jsonl")]
    line = start_process(command, DEMO / "endpoint.log", lambda line: line.startswith("Listening on "))
    url = line.removeprefix("Listening on ").strip()
    file.write_text(url.rstrip("/").rsplit(":", 1)[1])
    return url


def start_ill_endpoints(app_secret: str, private_key: Path) -> str:
    """The endpoints of the Flows that fall ill; returns the address before their paths."""
    file = DEMO / "ill.port"
    port = file.read_text() if file.exists() else "0"
    if port != "0" and not is_free(int(port)):
        raise Trouble(f"port {port}, where the last demo's endpoints were, is taken; start afresh: make demo")
    command = [sys.executable, str(ROOT / "tools" / "demo_endpoints.py"), "--port", port]
    command += ["--private-key", str(private_key), "--app-secret", app_secret]
    url = start_process(command, DEMO / "ill.log", lambda line: line.startswith("Listening on "))
    url = url.removeprefix("Listening on ").strip()
    file.write_text(url.rstrip("/").rsplit(":", 1)[1])
    return url


def start_process(command: list[str], log: Path, is_ready: Callable[[str], bool]) -> str:
    """Starts a process that outlives this one, and returns the line that says it is ready."""
    out = log.with_suffix(".out")
    with log.open("ab") as errors, out.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    with (DEMO / "pid").open("a") as pids:
        pids.write(f"{process.pid}\n")
    for line in lines_of(out, process, log):
        if is_ready(line):
            return line
    raise Trouble(f"{log} says why a process did not get ready")


def lines_of(out: Path, process: "subprocess.Popen[bytes]", log: Path) -> Iterator[str]:
    end = time.monotonic() + PATIENCE_SECONDS
    with out.open() as output:
        pending = ""
        while time.monotonic() < end:
            pending += output.readline()
            if pending.endswith("\n"):
                yield pending
                pending = ""
            elif process.poll() is not None:
                raise Trouble(f"a process ended at once; {log} says why")
            else:
                time.sleep(0.02)


def keys() -> tuple[Path, str]:
    """The business's key pair, made once: the file of the private key, and the public key."""
    private_file, public_file = DEMO / "private.pem", DEMO / "public.pem"
    if not private_file.exists():
        pair = generate_key_pair()
        private_file.touch(mode=0o600)
        private_file.write_text(pair.private_pem)
        public_file.write_text(pair.public_pem)
    return private_file, public_file.read_text()


def count_exchanges() -> int:
    """Sealed exchanges of the phone: what the endpoint was asked, without WhatsApp's own health checks."""
    asked = [json.loads(line) for line in (DEMO / "endpoint.jsonl").read_text().splitlines()]
    with (DEMO / "transcript.jsonl").open("a") as transcript:
        for entry in asked:
            transcript.write(json.dumps({"kind": "exchange", **entry}) + "\n")
    return sum(entry.get("action") != "ping" for entry in asked)


def write_environment(credentials: dict[str, Any], flow_id: str, endpoint_url: str) -> None:
    values = {
        "HEADRACE_URL": credentials["base_url"],
        "TOKEN": credentials["access_token"],
        "WABA": credentials["waba_id"],
        "PHONE": credentials["phone_number_id"],
        "APP": credentials["app_id"],
        "APP_SECRET": credentials["app_secret"],
        "VERIFY_TOKEN": credentials["verify_token"],
        "FLOW": flow_id,
        "AMARA": credentials["handsets"][0]["wa_id"],
        "ENDPOINT": endpoint_url,
        "PUBLIC_KEY": str(DEMO / "public.pem"),
        "PRIVATE_KEY": str(DEMO / "private.pem"),
    }
    text = "".join(f"export {name}='{value}'\n" for name, value in values.items())
    text += f'export PATH="{Path(sys.executable).parent}:$PATH"\n'
    environment = DEMO / "env"
    environment.touch(mode=0o600)
    environment.write_text(text)
    (DEMO / "credentials.json").write_text(json.dumps(credentials, indent=2))


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
