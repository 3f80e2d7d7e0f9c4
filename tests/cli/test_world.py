"""`headrace world`: the control room from the terminal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.commands import headrace

from headrace.testing import FreshBox


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FreshBox]:
    with FreshBox(tmp_path_factory.mktemp("world") / "box") as box:
        yield box


def test_a_walk_through_the_room(box: FreshBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".demo").mkdir()
    (tmp_path / ".demo" / "env").write_text(f"export HEADRACE_URL='{box.url}'\nexport TOKEN='x'\n")
    shown = headrace("world", "status")
    assert (shown.status, shown.complaints) == (0, "")
    assert "the machine's time" in shown.output
    assert "No Flow yet." in shown.output
    assert "2h ahead" in headrace("world", "clock", "+2h").output
    assert "the machine's time" in headrace("world", "clock", "now").output
    assert "are lost" in headrace("world", "webhooks", "--drop").output
    assert "go out 5m late" in headrace("world", "webhooks", "--delay", "5m").output
    assert "go out, 0 waiting" in headrace("world", "webhooks").output
    assert "not verified, flagged" in headrace("world", "business", "--unverified", "--flag").output
    assert ": verified\n" in headrace("world", "business", "--verified", "--unflag").output
    assert "banned" in headrace("world", "number", "--ban").output
    assert "connected" in headrace("world", "number", "--unban").output
    assert '"hold_seconds": 60' in headrace("world", "rules", "hold_seconds=60").output
    assert headrace("world", "rules", "--reset").output == "{}\n"
    assert (
        "Farid (+447700900123): iPhone"
        in headrace("world", "phone", "add", "Farid", "+44 7700 900123", "--platform", "ios").output
    )
    assert "iPhone, offline" in headrace("world", "phone", "set", "farid", "--offline").output
    assert "Farid (+447700900123): iPhone, offline" in headrace("world", "phone", "list").output
    assert "blocked" in headrace("world", "phone", "block", "+44 7700 900123").output
    assert "blocked" not in headrace("world", "phone", "unblock", "Farid").output
    (tmp_path / "answers.yaml").write_text("- say: Thank you")
    rules = str(tmp_path / "answers.yaml")
    assert "answers by 1 rule." in headrace("world", "phone", "script", "Farid", rules).output
    assert '"say": "Thank you"' in headrace("world", "phone", "script", "Farid").output
    assert "scripted" in headrace("world", "phone", "list").output
    assert "answers by 0 rules." in headrace("world", "phone", "script", "Farid", "--clear").output
    assert "is gone" in headrace("world", "phone", "remove", "Farid").output
    assert "before " in headrace("world", "snapshot", "before").output
    assert "webhook" not in headrace("world", "log", "--kind", "call").output
    assert "Nothing of this kind" in headrace("world", "log", "--kind", "exchange").output
    assert "Clock" in headrace("world", "restore", "before").output
    assert "Clock" in headrace("world", "reset", "--seed", "7").output
    assert headrace("world", "scenario").output == "sick-endpoint\n"


def test_templates_limits_and_losses(box: FreshBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADRACE_URL", box.url)
    assert headrace("world", "template").output == "No template yet.\nReview     every template is approved\n"
    ruled = headrace("world", "review", "sale*=hold", "*=reject:PROMOTIONAL", "--delay", "60").output
    assert ruled == "Review     sale*: hold after 1m\nReview     *: reject (PROMOTIONAL) after 1m\n"
    assert headrace("world", "review").output == ruled
    for language in ("en_GB", "de"):
        box.graph(
            "POST",
            f"{box.credentials.waba_id}/message_templates",
            name="sale_now",
            language=language,
            category="MARKETING",
            components=[{"type": "BODY", "text": "Everything for less."}],
        )
    assert "There are several templates sale_now" in headrace("world", "template", "sale_now", "approve").complaints
    chosen = ("world", "template", "sale_now", "--language", "de")
    assert "marketing: pending" in headrace(*chosen).output
    assert "rejected (SCAM)" in headrace(*chosen, "reject", "--reason", "scam").output
    assert "approved" in headrace("world", "template", "sale_now", "approve", "--language", "en_GB").output
    assert "is approved" in headrace("world", "review", "--clear").output
    assert "TIER_250\n" in headrace("world", "limits", "--tier", "TIER_250", "--rate", "80", "--pair").output
    assert "80 messages a second, one in six seconds" in headrace("world", "limits").output
    assert "any number" in headrace("world", "limits", "--rate", "0", "--no-pair", "--tier", "TIER_UNLIMITED").output
    assert headrace("world", "lost").output == "No message was lost.\n"
    assert "2027-01-31" in headrace("world", "version", "6.3", "--frozen", "2027-01-31").output
    assert headrace("world", "version", "6.3").output == "{}\n"
    assert '"threshold": 10' in headrace("world", "metrics", "--threshold", "10").output
    assert '"threshold": 250' in headrace("world", "metrics", "--threshold", "250").output


@pytest.mark.parametrize(
    ("arguments", "words", "status"),
    [
        (("clock", "+never"), "by is no length of time", 1),
        (("endpoint", "1", "--latency", "slow"), "slow is no latency", 2),
        (("endpoint", "1"), "no Flow with the id 1", 1),
        (("rules", "hold"), "hold is no change of a rule", 2),
        (("scenario", "none.yaml"), "There is no scenario none.yaml", 2),
        (("template", "none", "approve"), "no message template none", 2),
        (("review", "hold"), "hold is no rule", 2),
        (("limits", "--tier", "TIER_7"), "tier cannot be TIER_7", 1),
        (("version", "99.0"), "no version 99.0", 1),
        (("metrics", "--zone", "Nowhere"), "is no time zone", 1),
    ],
)
def test_mistakes_are_told(box: FreshBox, arguments: tuple[str, ...], words: str, status: int) -> None:
    run = headrace("world", *arguments, environment={"HEADRACE_URL": box.url})
    assert (run.status, words in run.complaints) == (status, True), run


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("- 1", "is no object with title"),
        ("flow: 3", "flow is an object"),
        ("flow: {name: A, json: {a: 1}, answers: {X: {}}}", "with INIT for the first"),
        ("flow: {name: A, json: {a: 1}, answers: {INIT: {}}}\nsteps: [{fly: 1}]", "step 1: a step is one of"),
        ("flow: {name: A, json: {a: 1}, answers: {INIT: {}}}\nsteps: [{send: 0}]", "step 1: send is how often"),
        ("a: [", "is not YAML"),
    ],
)
def test_scenarios_are_read_with_care(tmp_path: Path, script: str, words: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(script)
    run = headrace("world", "scenario", str(path))
    assert (run.status, words in run.complaints) == (2, True), run


def test_without_a_box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = headrace("world", "status", environment={"HEADRACE_URL": ""})
    assert (run.status, run.complaints.startswith("Which box?")) == (2, True)
    run = headrace("world", "status", environment={"HEADRACE_URL": "http://127.0.0.1:9"})
    assert (run.status, "cannot be reached" in run.complaints) == (2, True)
