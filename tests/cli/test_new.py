"""`headrace new`: what it writes, what it refuses, and that what it says to type next works."""

import importlib.util
import os
import re
import stat
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from headrace.cli.new import new
from headrace.exchange.endpoint import Endpoint
from headrace.exchange.keys import load_private_key, load_public_key
from headrace.flowjson.gallery import TEMPLATES

APPLICATION = typer.Typer(pretty_exceptions_enable=False)
APPLICATION.command()(new)


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(APPLICATION, arguments, env={"NO_COLOR": "1", "COLUMNS": "100"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_template_it_lists_them() -> None:
    status, output, complaints = run()
    assert (status, complaints) == (0, "")
    lines = output.splitlines()
    assert [line.split()[0] for line in lines[: len(TEMPLATES)]] == list(TEMPLATES)
    assert next(line for line in lines if line.startswith("order ")).endswith("Also with an endpoint.")


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_written(name: str) -> None:
    status, output, complaints = run("--template", name, "made")
    assert (status, complaints) == (0, "")
    assert sorted(path.name for path in Path("made").iterdir()) == ["flow.json", "steps.yaml"]
    assert Path("made/flow.json").read_text() == TEMPLATES[name].text()
    assert "  headrace run made/flow.json --steps made/steps.yaml" in output.splitlines()


def test_the_folder_is_named_after_the_template() -> None:
    assert run("--template", "Sign_Up")[0] == 0
    assert Path("sign-up/flow.json").is_file()


@pytest.mark.parametrize("name", [one.name for one in TEMPLATES.values() if one.has_endpoint])
def test_with_an_endpoint_comes_what_serves_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    status, output, complaints = run("--template", name, "--endpoint", "a b/made")
    assert (status, complaints) == (0, "")
    made = Path("a b/made")
    assert made.joinpath("flow.json").read_text() == TEMPLATES[name].text(with_endpoint=True)
    assert stat.S_IMODE(made.joinpath("private.pem").stat().st_mode) == 0o600
    assert made.joinpath(".gitignore").read_text() == "private.pem\n"
    private = load_private_key(made / "private.pem")
    assert (
        load_public_key(made.joinpath("public.pem").read_text()).public_numbers()
        == private.public_key().public_numbers()
    )
    rehearsal = "REHEARSAL=1 " if TEMPLATES[name].is_rehearsed else ""
    assert f"cd 'a b/made' && {rehearsal}APP_SECRET=secret uvicorn --factory endpoint:app" in output

    spec = importlib.util.spec_from_file_location("served", made / "endpoint.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setenv("APP_SECRET", "secret")
    assert isinstance(module.app(), Endpoint)
    monkeypatch.delenv("APP_SECRET")
    with pytest.raises(SystemExit, match="Set APP_SECRET"):
        module.app()


def test_the_pictures_of_the_products_come_along() -> None:
    run("--template", "order", "--endpoint", "shop")
    assert sorted(path.name for path in Path("shop/pictures").iterdir()) == [
        "bowl.png",
        "mug.png",
        "plate.png",
        "vase.png",
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--template", "apointment"), 'There is no template "apointment". Did you mean "appointment"?'),
        (("--template", "zzz"), 'There is no template "zzz". There are: sign-up, sign-in, '),
        (("--template", "survey", "--endpoint"), '"survey" has no endpoint. With an endpoint there are: sign-in, '),
        (("somewhere",), "Name a template with --template."),
        (("lead-generation",), "Name the template with --template: headrace new --template lead-generation."),
        (("--endpoint",), "Name a template with --template."),
        (("--template", "survey", "file"), "file cannot be written: "),
        (("--template", "survey", "file/below"), "file/below cannot be written: "),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(arguments: tuple[str, ...], sentence: str, here: Path) -> None:
    Path("file").write_text("mine")
    status, output, complaints = run(*arguments)
    assert (status, output) == (2, "")
    assert sentence in complaints
    assert len(complaints.splitlines()) == 1
    assert [path.name for path in here.iterdir()] == ["file"]
    assert Path("file").read_text() == "mine"


@pytest.mark.parametrize("existing", ["flow.json", "steps.yaml"])
def test_nothing_is_overwritten_and_nothing_half_written(existing: str) -> None:
    Path("made").mkdir()
    Path("made", existing).symlink_to("elsewhere")
    status, _, complaints = run("--template", "survey", "made")
    assert status == 2
    assert f"made/{existing} exists already." in complaints
    assert [path.name for path in Path("made").iterdir()] == [existing]


def test_what_was_begun_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, content: bytes) -> int:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "write_bytes", full)
    status, _, complaints = run("--template", "survey", "made")
    assert (status, complaints) == (2, f"made cannot be written: {os.strerror(28)}.\n")
    assert list(Path("made").iterdir()) == []


def test_the_help_has_examples() -> None:
    output = run("--help")[1]
    assert len(re.findall(r"headrace new --template \w+", output)) >= 2
