"""Each example leads a person to the end of its Flow, with the real thing at the other end."""

import shutil
from pathlib import Path

import pytest
import yaml
from tests.examples.walking import EXAMPLES
from tests.exchange.connectors.running import ORDERS, channel_to, http, http_server, runner, walk
from tests.stores import execute, open_store

from headrace.exchange.connectors.check import check_connector
from headrace.exchange.connectors.flow_contract import FlowContract
from headrace.exchange.connectors.reader import read_connector
from headrace.exchange.keys import KeyPair
from headrace.flowjson import gallery
from headrace.flowjson.document import parse
from headrace.flowjson.gallery import TEMPLATES

pytestmark = pytest.mark.anyio

CONNECTORS = sorted(path for path in EXAMPLES.rglob("*.yaml") if "screens:" in path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", CONNECTORS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_example_passes_its_check(path: Path) -> None:
    flow = FlowContract(parse((path.parent / "flow.json").read_bytes()))
    assert check_connector(read_connector(path.read_bytes()), flow) == []


def test_there_is_an_example_of_every_step() -> None:
    told = "\n".join(path.read_text(encoding="utf-8") for path in CONNECTORS)
    for kind in ("sql", "call", "table", "set", "when", "show", "finish", "expire", "do"):
        assert f"- {kind}:" in told, kind


@pytest.mark.parametrize("name", ["csv", "sqlite"])
async def test_an_order_is_looked_up_in_a_file(name: str, tmp_path: Path, pair: KeyPair) -> None:
    shutil.copy(ORDERS / "orders.csv", tmp_path)
    async with runner((ORDERS / f"{name}.yaml").read_bytes(), tmp_path) as made:
        assert await walk(made, ORDERS, pair) == {"flow_token": "token-1", "number": "1002"}


async def test_an_order_is_looked_up_in_postgresql(tmp_path: Path, pair: KeyPair) -> None:
    async with open_store("postgresql", tmp_path) as store:
        url = store.url("shop")
        await execute(url, "CREATE SCHEMA shop")
        await execute(url, "CREATE TABLE shop.orders (number text, state text, total numeric(8, 2), shipped_at date)")
        values = "('1001', 'It is on its way.', 24.5, '2027-02-28'), ('1002', 'We are packing it.', 9, null)"
        await execute(url, f"INSERT INTO shop.orders VALUES {values}")
        secret = url.replace("+asyncpg", "").replace("schema=shop", "options=-csearch_path%3Dshop")
        async with runner((ORDERS / "postgresql.yaml").read_bytes(), tmp_path, secrets={"database": secret}) as made:
            assert await walk(made, ORDERS, pair) == {"flow_token": "token-1", "number": "1002"}


async def test_an_order_is_looked_up_by_http(tmp_path: Path, pair: KeyPair) -> None:
    async with http_server() as server:
        query = "?fields=state,total,left"
        server.answers = {
            f"/v1/orders/1001{query}": http(200, b'{"state": "It is on its way.", "total": 24.5, "left": true}'),
            f"/v1/orders/1002{query}": http(200, b'{"state": "We are packing it.", "total": "9", "left": false}'),
            "/v1/orders/1002/thanks": http(204, b""),
        }
        text = (ORDERS / "api.yaml").read_text().replace("https://shop.example.com", server.url)
        async with runner(text, tmp_path, secrets={"key": "k3y"}) as made:
            assert await walk(made, ORDERS, pair) == {"flow_token": "token-1", "number": "1002"}
    assert all("Authorization: Bearer k3y" in asked for asked in server.asked)
    assert server.asked[-1].endswith('{"number":"1002","token":"token-1"}')


async def test_frames_are_ordered_without_code(tmp_path: Path, pair: KeyPair) -> None:
    async with runner((EXAMPLES / "frames" / "connector.yaml").read_bytes(), tmp_path, is_server=True) as made:
        response = await walk(made, EXAMPLES / "frames", pair)
    assert response is not None
    assert response["street"] == "4 Mill Lane"


async def test_an_appointment_is_booked_without_code(tmp_path: Path, pair: KeyPair) -> None:
    folder = EXAMPLES / "appointment"
    async with runner((folder / "connector.yaml").read_bytes(), tmp_path) as made:
        response = await walk(made, folder, pair)
        expected = yaml.safe_load((folder / "steps.yaml").read_text())[-1]["expect"]["completed"]
        assert response == expected | {"flow_token": "token-1"}
        channel = channel_to(made.endpoint(private_key=pair.private_pem, app_secret="secret"), pair)
        again = await channel.exchange({"version": "3.0", "action": "INIT", "data": {}, "flow_token": "token-1"})
        assert (again.kind, again.message) == (
            "token_expired",
            "This appointment is booked. Write to us if you want to change it.",
        )
        chosen = {**expected, "time": "11:00", "trigger": "continue"}
        asked = {"version": "3.0", "action": "data_exchange", "screen": "APPOINTMENT", "data": chosen}
        other = await channel.exchange({**asked, "flow_token": "token-2"})
        assert other.body is not None
        assert other.body["data"]["error_message"] == "This time is not free. Choose another one."
        assert "11:00" not in {one["id"] for one in other.body["data"]["times"]}


@pytest.mark.parametrize("name", [one.name for one in TEMPLATES.values() if one.connector()])
async def test_a_template_comes_with_what_answers_it(name: str, tmp_path: Path, pair: KeyPair) -> None:
    one = TEMPLATES[name]
    text, folder = one.connector() or "", Path(gallery.__file__).parent / name / "endpoint"
    flow = FlowContract(parse(one.text(with_endpoint=True)))
    assert check_connector(read_connector(text), flow) == []
    async with runner(text, tmp_path / "own", is_server=True, private_networks=False) as made:
        response = await walk(made, folder, pair)
        expected = yaml.safe_load((folder / "steps.yaml").read_text(encoding="utf-8"))[-1]["expect"]["completed"]
        assert response is not None
        assert expected.items() <= response.items()
        channel = channel_to(made.endpoint(private_key=pair.private_pem, app_secret="secret"), pair)
        again = await channel.exchange({"version": "3.0", "action": "INIT", "data": {}, "flow_token": "token-1"})
        assert again.kind == "token_expired"
        for hostile in HOSTILE:
            for screen in flow.screens.values():
                data = dict.fromkeys(screen.sent.members or {}, hostile)
                asked = {"version": "3.0", "action": "data_exchange", "screen": screen.name, "data": data}
                outcome = await channel.exchange({**asked, "flow_token": "token-2"})
                assert outcome.kind == "answered" or not screen.asks, (name, screen.name, hostile, outcome)


HOSTILE = ("' or 1=1 --", "mug:9999999999999999999999", 'a"],["b\\', "2026-99-99", "")
