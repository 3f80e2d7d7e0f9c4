"""Examines Meta's own sample endpoints in Node, unmodified: make meta-endpoints FOLDER=path.

The folder is a clone of WhatsApp-Flows-Tools; it is not changed. Each sample gets a key of its own in the form that its
key generator writes, is examined as `headrace doctor` does, and is asked to open its Flow. Fails where anything is
wrong with what was answered: then this side does not speak as the samples expect.
"""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from headrace.exchange.channel import Channel
from headrace.exchange.doctor import Doctor
from headrace.exchange.keys import generate_key_pair, load_private_key
from headrace.identifiers import RandomIdentifiers
from headrace.outbound import Outbound

SECRET, PASSWORD = "secret", "password"
INIT = {"version": "3.0", "action": "INIT", "screen": "", "data": {}, "flow_token": "a-token"}
LISTENING = "listening on port"
SECONDS = 30.0


async def examine(sample: Path, outbound: Outbound) -> bool:
    """Starts one sample, and says whether it took and answered everything."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    pair = generate_key_pair()
    form = (Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(PASSWORD.encode()))
    private_pem = load_private_key(pair.private_pem).private_bytes(*form).decode()
    own = {"PRIVATE_KEY": private_pem, "PASSPHRASE": PASSWORD, "APP_SECRET": SECRET, "PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        *("node", "src/server.js"),
        cwd=sample,
        env={**os.environ, **own},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=2**20,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(SECONDS):
            while LISTENING not in (line := (await process.stdout.readline()).decode("utf-8", "replace")):
                if not line:
                    print(f"wrong  {sample.name}: it does not start")
                    return False
        reading = asyncio.create_task(process.stdout.read())  # nobody waits for what it writes
        address = f"http://127.0.0.1:{port}/"
        doctor = Doctor(outbound, address, pair.public_pem, SECRET, RandomIdentifiers())
        found = [finding async for finding in doctor.examine()]

        async def key() -> str:
            return pair.public_pem

        opened = await Channel(outbound, address, SECRET, key, RandomIdentifiers()).exchange(dict(INIT))
        troubles = [f"{finding.title}: {finding.words}" for finding in found if finding.verdict != "good"]
        if opened.body is None:
            troubles.append(f"Opens its Flow: {opened.explanation}")
        first = (opened.body or {}).get("screen")
        print("\n       ".join([f"{'wrong' if troubles else 'ok':6} {sample.name}: opens with {first}", *troubles]))
        reading.cancel()
        return not troubles
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def examine_all(samples: list[Path]) -> int:
    async with Outbound(private_networks=True) as outbound:
        done = [await examine(sample, outbound) for sample in samples]
    print(f"{sum(done)} of {len(done)} samples take what is sent and answer it.")
    return 0 if done and all(done) else 1


def main() -> int:
    if len(sys.argv) != 2 or not (given := Path(sys.argv[1]) / "examples" / "endpoint" / "nodejs").is_dir():
        print("Give the folder of a clone: make meta-endpoints FOLDER=…/WhatsApp-Flows-Tools", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(given, Path(folder) / "nodejs", ignore=shutil.ignore_patterns("node_modules")))
        samples = sorted(path.parent for path in copy.glob("*/package.json"))
        for sample in samples:
            subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=sample, check=True)
        return asyncio.run(examine_all(samples))


if __name__ == "__main__":
    sys.exit(main())
