"""`headrace format`, file by file."""

from pathlib import Path

import pytest
from tests.cli.commands import headrace

ROUGH = '{"screens":[],"version":"7.3"}'
CANONICAL = '{\n  "version": "7.3",\n  "screens": []\n}\n'


def test_files_are_rewritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rough.json").write_text(ROUGH)
    Path("fine.json").write_text(CANONICAL)
    run = headrace("format", "rough.json", "fine.json")
    assert run == (0, "formatted rough.json\n1 of 2 files formatted.\n", "")
    assert Path("rough.json").read_text() == CANONICAL
    assert headrace("format") == (0, "2 files in canonical form.\n", "")


def test_check_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rough.json").write_text(ROUGH)
    assert headrace("format", "--check", ".") == (1, "not canonical: rough.json\n1 of 1 file to format.\n", "")
    assert Path("rough.json").read_text() == ROUGH


def test_standard_input_goes_to_standard_output() -> None:
    assert headrace("format", "-", stdin=ROUGH) == (0, CANONICAL, "")
    assert headrace("format", "-", "--check", stdin=ROUGH) == (1, "", "")


def test_mode_byte_order_mark_and_line_breaks_stay(tmp_path: Path) -> None:
    file = tmp_path / "flow.json"
    file.write_bytes(b"\xef\xbb\xbf" + ROUGH.replace(",", ",\r\n").encode())
    file.chmod(0o640)
    assert headrace("format", str(file)).status == 0
    assert file.read_bytes() == b"\xef\xbb\xbf" + CANONICAL.replace("\n", "\r\n").encode()
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["flow.json"]


def test_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text(ROUGH)
    (tmp_path / "link.json").symlink_to("real.json")
    assert headrace("format", str(tmp_path / "link.json")).status == 0
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_text() == CANONICAL


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b'{"a": 1,}', "flow.json:1:8: The text must be mended first: no comma may stand before '}'."),
        (
            b'{"a": 1, "a": 2}',
            "flow.json:1:10: The text must be mended first: key 'a' stands twice; the last one counts.",
        ),
        (b"", "flow.json: The text must be mended first: the text is empty."),
        (b"\xff\xff", "flow.json:1:1: The text must be mended first: byte 1 (0xff) is not UTF-8."),
    ],
)
def test_broken_text_is_left_alone(
    content: bytes, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("flow.json").write_bytes(content)
    run = headrace("format", "flow.json")
    assert (run.status, run.complaints) == (2, complaint + "\n")
    assert Path("flow.json").read_bytes() == content
