"""Random people walk through random Flows and through those of the gallery; endpoints answer anything.

`HEADRACE_PEOPLE` sets how many people a run sends, for a longer proof than the one of every day.
"""

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.flowjson.generating import VALUES, at, paths_of
from tests.phone.generated_flows import data_of, flows
from tests.phone.people import TODAY, Life, next_event

from headrace.flowjson.checks import check
from headrace.flowjson.gallery import TEMPLATES
from headrace.phone.engine.events import Open
from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program, UnusableFlow

Json = dict[str, Any]

PEOPLE = int(os.environ.get("HEADRACE_PEOPLE", "60"))
ACTS = 25
_many = settings(
    max_examples=PEOPLE,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def live(flow: Json, data: st.DataObject, *, first_data: Json | None = None) -> None:
    """A person opens the Flow and does this and that."""
    program = Program.compile(flow)
    asks = program.is_endpoint_flow and data.draw(st.booleans())
    entry = program.entry_screen
    example = program.screens[entry].model.example if first_data is None else first_data
    if asks:
        opening = Opening(action="data_exchange", flow_token="token-1", today=TODAY)
    else:
        opening = Opening(screen=entry, data=example, flow_token="token-1", today=TODAY)
    life = Life(program, opening)
    life.do(Open())
    for _ in range(data.draw(st.integers(1, ACTS))):
        life.do(next_event(data.draw, life.session))


@_many
@given(flows())
def test_generated_flows_are_valid(flow: Json) -> None:
    assert check(json.dumps(flow), today=TODAY).errors == []


@_many
@given(flows(), st.data())
def test_people_in_generated_flows(flow: Json, data: st.DataObject) -> None:
    live(flow, data, first_data=data_of("ALPHA"))


GALLERY = [
    pytest.param(one.text(with_endpoint=asks), id=f"{one.name}{'-asking' if asks else ''}")
    for one in TEMPLATES.values()
    for asks in (False, True)[: 1 + one.has_endpoint]
]


@pytest.mark.parametrize("text", GALLERY)
@settings(parent=_many, max_examples=max(PEOPLE // 10, 3))
@given(data=st.data())
def test_people_in_the_gallery(text: str, data: st.DataObject) -> None:
    live(json.loads(text), data)


@_many
@given(flows(), st.data())
def test_people_in_flows_with_a_part_replaced(flow: Json, data: st.DataObject) -> None:
    """A Flow that does not check runs anyway, as far as it can."""
    path = data.draw(st.sampled_from(paths_of(flow)[1:]))
    changed: Json = json.loads(json.dumps(flow))
    at(changed, path[:-1])[path[-1]] = data.draw(VALUES)
    try:
        live(changed, data)
    except UnusableFlow:
        return
