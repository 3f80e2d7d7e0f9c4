"""The documentation is true: every link leads somewhere, every command and every make target has its place."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from headrace.cli import application
from headrace.platform.graph.types import NODE_TYPES

ROOT = Path(__file__).parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted(ROOT.glob("examples/**/*.md")),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text()
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text) + re.findall(r'(?:src|srcset)="([^"]+)"', text)
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []


FOR_OTHER_PAGES = {"benchmarks.md", "server-only-errors.md", "session.md"}
"""What only those look up who come from another page."""


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_a_reader_finds_every_page(page: Path) -> None:
    if page.name not in FOR_OTHER_PAGES:
        assert f"(docs/{page.name}" in (ROOT / "README.md").read_text()
    others = (other.read_text() for other in PAGES if other != page)
    assert any(f"{page.name})" in text or f"{page.name}#" in text for text in others)


def test_every_call_of_graph_is_told() -> None:
    told = "\n".join(line for line in (ROOT / "docs" / "graph-api.md").read_text().split("\n") if line.startswith("|"))
    edges = {edge for node_type in NODE_TYPES for edge in node_type.edges}
    assert [edge for edge in sorted(edges) if f"/{edge}" not in told] == []


SOURCES = sorted(path for kind in ("py", "html", "ts") for path in (ROOT / "src").rglob(f"*.{kind}"))


def test_sources_name_only_pages_that_exist() -> None:
    """A docstring or a comment that sends its reader to a page names it as it lies in this repository."""
    named = {(source, page) for source in SOURCES for page in re.findall(r"[\w./-]+\.md\b", source.read_text("utf-8"))}
    assert {page for _, page in named} & {"docs/lifecycle.md", "docs/messages.md"}
    missing = [f"{source.relative_to(ROOT)}: {page}" for source, page in sorted(named) if not (ROOT / page).is_file()]
    assert missing == []
    assert [str(source.relative_to(ROOT)) for source in SOURCES if "§" in source.read_text("utf-8")] == []


def commands() -> list[str]:
    return sorted(get_command(application()).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented(command: str) -> None:
    told = "".join(page.read_text() for page in PAGES)
    assert f"headrace {command}" in told


def test_the_readme_names_only_targets_that_exist() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    known = {line.split()[0] for line in listed.splitlines()}
    named = set(re.findall(r"^make ([a-z-]+)", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert named
    assert named <= known


@pytest.mark.parametrize("command", commands())
def test_every_command_helps_with_examples(command: str) -> None:
    found = get_command(application()).commands[command]  # type: ignore[attr-defined]
    assert "Example" in (found.help or "")


ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
HOUSE = ROOT / "src" / "headrace"


def test_every_room_has_its_row() -> None:
    packages = [path.parent.relative_to(HOUSE) for path in HOUSE.rglob("__init__.py")]
    rooms = {str(package) for package in packages if 1 <= len(package.parts) <= 2}
    rows = re.findall(r"^\| `([\w/]+)` \|", ARCHITECTURE, re.MULTILINE)
    assert sorted(rows) == sorted(rooms)


def test_the_floors_are_those_that_the_linter_holds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    floors = re.findall(r"^\| \d \| ([^|]+) \|", ARCHITECTURE, re.MULTILINE)
    assert [set(re.findall(r"`(\w+)`", floor)) for floor in floors] == [set(layer.split(" | ")) for layer in layers]


def test_the_architecture_names_only_what_exists() -> None:
    named = re.findall(r"`([\w/]+(?:\.(?:py|json)|/[\w/]+))`", ARCHITECTURE)
    assert len(named) > 40
    missing = [path for path in named if not (HOUSE / path).exists() and not (ROOT / path).exists()]
    assert missing == []
