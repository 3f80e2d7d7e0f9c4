"""`headrace stub`: what it writes runs as it is, and nothing of the person's own is overwritten."""

from pathlib import Path

import pytest
from tests.cli.commands import headrace

from headrace.exchange.channel import Channel
from headrace.exchange.keys import generate_key_pair
from headrace.exchange.transport import AsgiTransport
from headrace.identifiers import RandomIdentifiers
from headrace.phone.answer_check import FlowAnswers

ROOT = Path(__file__).parents[2]
FLOW = ROOT / "examples" / "appointment" / "flow.json"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flow.json").write_bytes(FLOW.read_bytes())
    return tmp_path


@pytest.mark.anyio
async def test_the_endpoint_answers_with_what_the_flow_takes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert headrace("stub", "flow.json", "--endpoint", "-o", "endpoint.py").status == 0
    pair = generate_key_pair()
    (folder / "private.pem").write_text(pair.private_pem)
    monkeypatch.setenv("APP_SECRET", "secret")
    module = {"__name__": "endpoint", "__file__": str(folder / "endpoint.py")}
    exec(compile((folder / "endpoint.py").read_text(encoding="utf-8"), "endpoint.py", "exec"), module)

    async def fetch() -> str:
        return pair.public_pem

    channel = Channel(AsgiTransport(module["endpoint"]), "https://e/", "secret", fetch, RandomIdentifiers())  # type: ignore[arg-type]
    fits = FlowAnswers(FLOW)
    for action, screen, data in (
        ("INIT", None, {}),
        ("data_exchange", "APPOINTMENT", {"trigger": "continue"}),
        ("BACK", "DETAILS", {}),
        ("data_exchange", "DETAILS", {"name": "Ida"}),
        ("data_exchange", "SUMMARY", {"name": "Ida"}),
    ):
        request = {"version": "3.0", "action": action, "screen": screen, "data": data, "flow_token": "t"}
        outcome = await channel.exchange(request)
        assert outcome.body is not None, (action, screen, outcome.explanation)
        assert fits(action, screen, outcome.body) is None


def test_models_are_written_anew_and_other_files_are_left_alone(folder: Path) -> None:
    for _ in range(2):
        assert headrace("stub", "flow.json", "-o", "models.py").status == 0
    (folder / "mine.py").write_text("x = 1\n")
    for arguments in (("-o", "mine.py"), ("--endpoint", "-o", "models.py")):
        done = headrace("stub", "flow.json", *arguments)
        assert (done.status, "exists already" in done.complaints) == (2, True)
    assert (folder / "mine.py").read_text() == "x = 1\n"
    assert headrace("stub", "flow.json").output == (folder / "models.py").read_text(encoding="utf-8")
    (folder / "none.json").write_text("{}")
    assert headrace("stub", "none.json").status == 2
