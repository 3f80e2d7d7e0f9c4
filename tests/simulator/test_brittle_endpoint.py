"""The shapes that endpoints in the field answer with, from a process that dies of what it does not expect."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.phone.flows import dropdown, flow, footer, heading, screen, string

from headrace.exchange.channel import Channel
from headrace.exchange.keys import KeyPair, generate_key_pair
from headrace.identifiers import RandomIdentifiers
from headrace.outbound import Outbound
from headrace.phone.engine.program import Program
from headrace.phone.screen.view import ImageView
from headrace.phone.session import Opening, Session
from headrace.simulator.driver import Driver
from headrace.simulator.play import Line, Play, Verdict
from headrace.simulator.steps import read_steps

pytestmark = pytest.mark.anyio

SECRET = "secret"
ROWS = {"type": "array", "items": {"type": "object"}, "__example__": []}
ASK = {"name": "data_exchange", "payload": {"tenure": "${form.tenure}"}}
FLOW = Program.compile(
    flow(
        screen(
            "LOAN",
            {
                "type": "Form",
                "name": "form",
                "init-values": {"tenure": "${data.tenure}"},
                "children": [
                    {**dropdown("tenure", **{"on-select-action": ASK}), "data-source": "${data.tenures}"},
                    heading("${data.price}"),
                    heading("${data.rate}"),
                    footer("data_exchange", {"tenure": "${form.tenure}", "price": "${data.price}"}),
                ],
            },
            data={"tenures": ROWS, "tenure": string(), "price": string(), "rate": string()},
        ),
        screen(
            "PICTURE",
            {"type": "Image", "src": "${data.picture}"},
            {"type": "OptIn", "name": "keep", "label": "Keep it"},
            footer("data_exchange", {"keep": "${form.keep}"}),
            data={"picture": string()},
            refresh_on_back=True,
        ),
        screen("COMPLETE", heading("Done"), footer("complete", {"done": True}, label="Close"), terminal=True),
        routing={"LOAN": ["PICTURE"], "PICTURE": ["COMPLETE"], "COMPLETE": []},
    )
)


@pytest.fixture(scope="module")
def pair() -> KeyPair:
    return generate_key_pair()


@contextmanager
def serving(pair: KeyPair) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The endpoint as a process; its address."""
    script = Path(__file__).with_name("brittle_endpoint.py")
    environment = {**os.environ, "PRIVATE_KEY": pair.private_pem, "APP_SECRET": SECRET}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/", process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def address(pair: KeyPair) -> Iterator[str]:
    with serving(pair) as (address, _):
        yield address


async def play(address: str, pair: KeyPair, steps: str, *, secret: str = SECRET) -> tuple[Verdict, list[Line], Session]:
    """Opens the Flow by INIT and does the steps over HTTP."""

    async def fetch() -> str:
        return pair.public_pem

    async def at_once(_seconds: float) -> None: ...

    outbound = Outbound(private_networks=True)
    channel = Channel(outbound, address, secret, fetch, RandomIdentifiers(), sleep=at_once)
    driver = Driver(Session.start(FLOW, Opening(action="data_exchange", flow_token="token-1")), channel)
    told: list[Line] = []
    try:
        verdict = await Play(driver, told.append).run(read_steps(steps.encode()))
    finally:
        await outbound.close()
    return verdict, told, driver.session


async def test_an_answer_with_only_what_changed_leaves_the_rest(address: str, pair: KeyPair) -> None:
    steps = """
    - expect: {screen: LOAN, form: {tenure: "24"}, text: "18,000"}
    - select: {tenure: "12"}
    - expect: {text: ["63,000 for 12", "9 %"], form: {tenure: "12"}, options: {tenure: ["12", "24"]}}
    - tap: Continue
    - expect: {request: {data: {tenure: "12", price: "63,000 for 12"}}, screen: PICTURE}
    """
    verdict, told, _ = await play(address, pair, steps)
    assert verdict is Verdict.UNFINISHED, told


async def test_a_last_screen_that_is_no_success(address: str, pair: KeyPair) -> None:
    steps = """
    - tap: Continue
    - select: {keep: true}
    - tap: Continue
    - expect: {screen: COMPLETE}
    - tap: Close
    """
    verdict, told, _ = await play(address, pair, steps)
    assert verdict is Verdict.COMPLETED
    assert told[-1] == {"complete": {"done": True, "flow_token": "token-1"}}


async def test_a_large_picture_is_drawn(address: str, pair: KeyPair) -> None:
    _, _, session = await play(address, pair, "[{tap: Continue}]")
    view = session.view()
    assert view.screen is not None
    (image,) = [part for part in view.screen.parts if isinstance(part, ImageView)]
    assert image.source.startswith("data:image/jpeg;base64,")
    assert len(image.source) > 160_000


async def test_a_success_without_a_flow_token_is_sent_as_it_is(address: str, pair: KeyPair) -> None:
    verdict, told, _ = await play(address, pair, "[{tap: Continue}, {tap: Continue}]")
    assert verdict is Verdict.COMPLETED
    assert told[-1] == {"complete": {"picture": "dropped"}}


async def test_a_process_that_exits_on_back(pair: KeyPair) -> None:
    """The person stays on the screen; whoever asks next finds nobody."""
    with serving(pair) as (address, process):
        steps = """
        - tap: Continue
        - back
        - expect: {screen: PICTURE, notice: Something went wrong., request: {action: BACK}}
        - tap: Continue
        - expect: {screen: PICTURE, notice: Something went wrong.}
        """
        verdict, told, session = await play(address, pair, steps)
        assert verdict is Verdict.UNFINISHED, told
        errors = [line["exchange"].get("error_type") for line in told if "exchange" in line]
        assert errors == [None, None, "no_http_response_error", "no_http_response_error"]
        assert process.wait(5) == 1
        assert session.status == "ready"


async def test_another_key_and_another_secret(address: str, pair: KeyPair) -> None:
    verdict, told, session = await play(address, generate_key_pair(), "[{expect: {status: error}}]")
    assert told[0]["exchange"]["error_type"] == "business-decryption-error"
    assert told[0]["exchange"]["status"] == 421
    assert verdict is Verdict.UNFINISHED
    _, told, session = await play(address, pair, "[{expect: {status: error}}]", secret="another")
    assert told[0]["exchange"]["status"] == 432
    assert session.view().failure_type == "unexpected_http_status_code"
