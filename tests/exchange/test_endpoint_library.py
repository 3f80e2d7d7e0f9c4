"""What the endpoint library adds to handlers: several keys, models, tokens, checked answers, observers, routes."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry
from pydantic import BaseModel, Field
from starlette.applications import Starlette
from starlette.routing import Route
from tests.phone.flows import flow, footer, screen, string, text_input

from headrace.exchange.channel import Channel, Outcome
from headrace.exchange.endpoint import Endpoint, Finish, Request, Screen
from headrace.exchange.flow_tokens import MemoryFlowTokens
from headrace.exchange.keys import KeyPair, generate_key_pair
from headrace.exchange.observations import Observation
from headrace.exchange.telemetry import opentelemetry, prometheus
from headrace.exchange.transport import AsgiApp, AsgiTransport
from headrace.identifiers import RandomIdentifiers
from headrace.phone.answer_check import FlowAnswers

pytestmark = pytest.mark.anyio

SECRET = "the secret of the app"
FLOW = flow(
    screen("NAME", text_input("name"), footer("data_exchange", {"name": "${form.name}"}), data={"hint": string()}),
    screen("DONE", footer("complete"), terminal=True, data={"greeting": string()}),
    routing={"NAME": ["DONE"], "DONE": []},
)


def ask(action: str = "data_exchange", screen: str | None = "NAME", **members: Any) -> dict[str, Any]:
    return {"version": "3.0", "action": action, "screen": screen, "data": {}, "flow_token": "t"} | members


def build(pair: KeyPair, **options: Any) -> Endpoint:
    return Endpoint(private_key=pair.private_pem, app_secret=SECRET, **options)


async def exchange(app: AsgiApp, pair: KeyPair, request: dict[str, Any], path: str = "") -> Outcome:
    async def fetch() -> str:
        return pair.public_pem

    async def at_once(_seconds: float) -> None: ...

    channel = Channel(
        AsgiTransport(app), f"https://e{path}", SECRET, fetch, RandomIdentifiers(), sleep=at_once, probes=False
    )
    return await channel.exchange(request)


async def test_several_private_keys_open_while_one_replaces_the_other(pair: KeyPair, other_pair: KeyPair) -> None:
    endpoint = Endpoint(private_key=[pair.private_pem, other_pair.private_pem], app_secret=SECRET)
    assert endpoint.public_key == pair.public_pem
    for one in (pair, other_pair):
        assert (await exchange(endpoint, one, {"version": "3.0", "action": "ping"})).kind == "answered"
    assert (await exchange(endpoint, generate_key_pair(), {"version": "3.0", "action": "ping"})).http_status == 421
    with pytest.raises(ValueError, match="at least one"):
        Endpoint(private_key=[], app_secret=SECRET)


class Name(BaseModel):
    name: str = Field(min_length=2)


class Done(BaseModel):
    greeting: str
    note: str | None = None


async def test_payloads_and_data_may_be_models(pair: KeyPair, caplog: pytest.LogCaptureFixture) -> None:
    endpoint = build(pair, answers=FlowAnswers(FLOW))

    @endpoint.on("NAME")
    async def handle(request: Request) -> Screen:
        return Screen("DONE", Done(greeting=f"Hello, {request.parsed(Name).name}"))

    outcome = await exchange(endpoint, pair, ask(data={"name": "Ida"}))
    assert outcome.body == {"screen": "DONE", "data": {"greeting": "Hello, Ida"}}
    refused = await exchange(endpoint, pair, ask(data={"name": "I"}))
    assert (refused.http_status, "name (string_too_short)" in caplog.text, '"I"' in caplog.text) == (400, True, False)


async def test_a_screen_carries_words_for_its_fields(pair: KeyPair) -> None:
    endpoint = build(pair)
    endpoint.on("NAME")(lambda _request: Screen("NAME", {"hint": "x"}, "Look again.", {"name": "Give your name."}))
    outcome = await exchange(endpoint, pair, ask())
    assert outcome.body is not None
    assert outcome.body["data"] == {
        "hint": "x",
        "error_message": "Look again.",
        "error_messages": {"name": "Give your name."},
    }


MISFITS: list[tuple[str, str | None, Screen, str]] = [
    ("INIT", None, Screen("DONE", {"greeting": "x"}), "cannot begin"),
    ("INIT", None, Screen("NAME", {"hint": 5}), "hint"),
    ("data_exchange", "NAME", Screen("DONE", {"greeting": 5}), "greeting"),
    ("data_exchange", "NAME", Screen("NOWHERE"), "NOWHERE"),
    ("BACK", "DONE", Screen("NAME", {"hint": None}), "hint"),
]


@pytest.mark.parametrize(("action", "screen", "reply", "words"), MISFITS)
async def test_an_answer_that_no_phone_takes_is_logged_and_sent_or_refused(
    pair: KeyPair, caplog: pytest.LogCaptureFixture, action: Any, screen: str | None, reply: Screen, words: str
) -> None:
    seen: list[Observation] = []
    for refuses, status in ((False, 200), (True, 500)):
        endpoint = build(pair, answers=FlowAnswers(FLOW), refuse_misfits=refuses, observers=[seen.append])
        endpoint.on(screen, action=action)(lambda _request: reply)
        outcome = await exchange(endpoint, pair, ask(action, screen))
        assert outcome.http_status == status
        misfit = seen[-1].misfit
        assert misfit is not None
        assert words in misfit
        assert misfit in caplog.text
    fine = build(pair, answers=FlowAnswers(FLOW), refuse_misfits=True)
    fine.on("NAME")(lambda _request: Screen("DONE", {"greeting": "x"}))
    assert (await exchange(fine, pair, ask())).kind == "answered"


async def test_a_finished_token_is_answered_with_427(pair: KeyPair) -> None:
    endpoint = build(pair, flow_tokens=MemoryFlowTokens("It is ordered."))
    endpoint.on("NAME")(lambda _request: Finish({}))
    for token, again in (("t", "token_expired"), ("unused", "answered")):
        assert (await exchange(endpoint, pair, ask(flow_token=token))).kind == "answered"
        assert (await exchange(endpoint, pair, ask(flow_token=token))).kind == again
    assert (await exchange(endpoint, pair, ask("INIT", None))).message == "It is ordered."


async def test_a_request_that_comes_twice_at_once_ends_the_flow_once(pair: KeyPair) -> None:
    ordered: list[str] = []
    endpoint = build(pair, flow_tokens=MemoryFlowTokens("It is ordered."))

    @endpoint.on("NAME")
    async def order(request: Request) -> Finish:
        for _ in range(20):
            await asyncio.sleep(0)
        ordered.append(request.flow_token)
        return Finish({})

    same = [exchange(endpoint, pair, ask(flow_token="t")) for _ in range(5)]
    other = exchange(endpoint, pair, ask(flow_token="u"))
    kinds = [outcome.kind for outcome in await asyncio.gather(*same, other)]
    assert sorted(kinds) == ["answered", "answered", *["token_expired"] * 4]
    assert sorted(ordered) == ["t", "u"]
    assert endpoint._turns._waiting == {}


async def test_every_request_is_observed_and_nothing_of_it_is_kept(
    pair: KeyPair, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "headrace.exchange.endpoint")
    seen: list[Observation] = []

    def broken(_observation: Observation) -> None:
        raise RuntimeError

    endpoint = build(pair, observers=[broken, seen.append])
    endpoint.on("NAME")(lambda _request: Screen("DONE"))
    await exchange(endpoint, pair, ask(data={"name": "Ida"}))
    await exchange(endpoint, pair, {"version": "3.0", "action": "ping"})
    await exchange(endpoint, pair, ask(data={"error": "some-error"}))
    await exchange(endpoint, pair, ask(screen="OTHER"))
    told = [(one.status, one.action, one.screen, one.error) for one in seen]
    assert told == [
        (200, "data_exchange", "NAME", None),
        (200, "ping", "", None),
        (200, "data_exchange", "NAME", "some-error"),
        (500, "data_exchange", "OTHER", None),
    ]
    assert all(one.seconds >= 0 and one.began_at > 0 for one in seen)
    assert "Ida" not in repr(seen)


async def test_prometheus_and_opentelemetry_hear_of_it(pair: KeyPair) -> None:
    registry, spans, provider = CollectorRegistry(), InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    endpoint = build(pair, observers=[prometheus(registry), opentelemetry(provider)], answers=FlowAnswers(FLOW))
    endpoint.on("NAME")(lambda _request: Screen("DONE", {"greeting": 5}))
    await exchange(endpoint, pair, ask())
    labels = {"action": "data_exchange", "screen": "NAME"}
    assert registry.get_sample_value("headrace_endpoint_seconds_count", labels | {"status": "200"}) == 1
    assert registry.get_sample_value("headrace_endpoint_misfits_total", labels) == 1
    await exchange(endpoint, pair, ask(data={"error": "some-error"}))
    assert registry.get_sample_value("headrace_endpoint_error_notices_total", {"error": "some-error"}) == 1
    first = spans.get_finished_spans()[0]
    assert (first.name, first.status.is_ok) == ("flow data_exchange", False)
    assert first.attributes is not None
    assert "greeting" in str(first.attributes["headrace.flow.misfit"])


async def test_names_from_outside_do_not_fill_the_metrics(pair: KeyPair) -> None:
    registry = CollectorRegistry()
    observe = prometheus(registry)
    for number in range(300):
        observe(Observation(200, 0.0, 0.1, "data_exchange", f"S{number}"))
    labels = {"action": "data_exchange", "screen": "other", "status": "200"}
    assert registry.get_sample_value("headrace_endpoint_seconds_count", labels) == 100


@pytest.mark.parametrize("framework", [Starlette, FastAPI])
async def test_it_is_a_route_of_a_larger_application(pair: KeyPair, framework: Callable[[], Starlette]) -> None:
    endpoint, app = build(pair), framework()
    endpoint.on_init(lambda _request: Screen("NAME"))
    app.routes.append(Route("/flow", endpoint))
    app.mount("/mounted", endpoint)
    for path in ("/flow", "/mounted/"):
        assert (await exchange(app, pair, ask("INIT", None), path)).body == {"screen": "NAME", "data": {}}
