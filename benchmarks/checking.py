"""How fast a document is checked: small, large, very large, and beside a validation by JSON Schema."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from benchmarks.documents import LARGE_BYTES, MEDIAN_BYTES, chain, of_size
from benchmarks.measuring import Figure, plain_milliseconds, times_as_long
from headrace.flowjson.catalogue import Version
from headrace.flowjson.checks import check
from headrace.flowjson.document import parse
from headrace.flowjson.fixing import fixes_of, mend
from headrace.flowjson.jsonschema import json_schema

TODAY = date(2026, 11, 22)
COMPONENTS = 50
CALLS = 20
"""So often a Flow is checked beside one validation, so that one does not wait for what the other displaced."""

SCREENS = (10, 25, 50, 100)
UNEVEN = 1.5
"""So many times the time per component of the smallest may be that of the largest, and the time is still linear."""


def measure(*, quick: bool = False) -> Iterator[Figure]:
    yield from _single(quick=quick)
    yield _growth(quick=quick)
    yield _beside_json_schema(quick=quick)
    yield _with_fixes(quick=quick)


def _check(text: bytes) -> None:
    report = check(text, today=TODAY)
    assert not report.errors, report.errors[0].message


def _check_all(texts: Sequence[bytes]) -> None:
    for text in texts:
        _check(text)


def _single(*, quick: bool) -> Iterator[Figure]:
    rounds = 5 if quick else 201
    for size, limit, words in ((MEDIAN_BYTES, 1.0, "of median size"), (LARGE_BYTES, 5.0, "of 12 KB")):
        name, text = of_size(size)
        spent = plain_milliseconds(partial(_check, text), rounds=rounds, calls=3)
        times = times_as_long(partial(_check, text), partial(json.loads, text), rounds=rounds, calls=10)
        note = f"{name}, {len(text):,} bytes; {times:.0f} times json.loads"
        yield Figure(f"check a Flow {words}", spent, limit, "ms", note)


def _with_fixes(*, quick: bool) -> Figure:
    """A large Flow with a misspelt property on every component, its fixes and the text mended by them."""
    text = chain(2 if quick else 7, COMPONENTS).replace(b'"label": ', b'"helper_txt": "x", "label": ')

    def told_and_mended() -> None:
        document = parse(text)
        report = check(document, today=TODAY)
        assert report.errors
        assert all(fixes_of(report, error) for error in report.errors[:20])
        mend(document, lambda one: check(one, today=TODAY))

    spent = plain_milliseconds(told_and_mended, rounds=1 if quick else 9)
    count = text.count(b"helper_txt")
    return Figure("fixes of many mistakes", spent, 500, "ms", f"{count} mistakes in {len(text):,} bytes")


def _growth(*, quick: bool) -> Figure:
    """The dearest component among Flows of many sizes, beside the one in the smallest Flow."""
    spent = {}
    for screens in SCREENS[:2] if quick else SCREENS:
        text = chain(screens, COMPONENTS)
        rounds = 1 if quick else max(5, 300 // screens)
        spent[screens] = plain_milliseconds(partial(_check, text), rounds=rounds) / (screens * COMPONENTS)
    first, *others = spent.values()
    each = ", ".join(f"{screens}: {one * 1000:.0f} µs" for screens, one in spent.items())
    note = f"{COMPONENTS} components a screen; a component at so many screens: {each}"
    return Figure("check grows linearly", max(others) / first, UNEVEN, "times", note)


def _beside_json_schema(*, quick: bool) -> Figure:
    """The same documents, from text to verdict on both sides, in the time that all of them take."""
    texts = {**dict(map(of_size, (MEDIAN_BYTES, LARGE_BYTES))), "the large one": chain(2 if quick else 25, COMPONENTS)}
    rounds = 1 if quick else 9
    alone = {
        name: times_as_long(_validation([text]), partial(_check, text), rounds=rounds, calls=CALLS)
        for name, text in texts.items()
    }
    times = times_as_long(_validation([*texts.values()]), partial(_check_all, [*texts.values()]), rounds=rounds)
    each = ", ".join(f"{name} {one:.0f}" for name, one in alone.items())
    note = f"by the package jsonschema and the schema of headrace schema; each alone: {each}"
    return Figure("check beside JSON Schema", times, 20, "times as fast", note, at_least=True)


def _validation(texts: Sequence[bytes]) -> Callable[[], None]:
    """What validates these by JSON Schema, the validators being made beforehand."""
    from jsonschema import Draft202012Validator

    versions = {json.loads(text)["version"] for text in texts}
    validators = {one: Draft202012Validator(json_schema(Version.parse(one))) for one in versions}

    def validate() -> None:
        for text in texts:
            flow: dict[str, Any] = json.loads(text)
            assert validators[flow["version"]].is_valid(flow)

    return validate


if __name__ == "__main__":
    from benchmarks.__main__ import run_alone

    run_alone(measure)
