"""Runs the benchmarks and tells each figure with its limit: `python -m benchmarks [--quick] [--json] [SUBJECT…]`.

Exit status: 0 every figure is within its limit, 1 one is over, 2 a subject cannot be measured here.
"""

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

import benchmarks
from benchmarks.measuring import PLAIN_MILLISECONDS, Figure, Unmeasurable, calibration_loop, processor_milliseconds

Measure = Callable[..., Iterable[Figure]]


def subjects() -> dict[str, Measure]:
    """Every module of this folder that measures something, by name."""
    names = sorted(one.name for one in pkgutil.iter_modules(benchmarks.__path__) if one.name != "__main__")
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in names}
    return {name: module.measure for name, module in modules.items() if hasattr(module, "measure")}


def main(arguments: list[str] | None = None) -> int:
    known = subjects()
    options = _options(known).parse_args(arguments)
    chosen = {name: known[name] for name in options.subjects or known}
    told: list[dict[str, Any]] = []
    status = 0
    if not options.json:
        sys.stdout.write(f"{_machine()}\n\n")
    for subject, measure in chosen.items():
        try:
            for figure in measure(quick=options.quick):
                status = max(status, int(not figure.is_ok and not options.quick))
                told.append(_entry(subject, figure))
                if not options.json:
                    sys.stdout.write("\n".join(_lines(figure)) + "\n")
                    sys.stdout.flush()
        except Unmeasurable as error:
            status = 2
            sys.stderr.write(f"{subject}: {error}\n")
    if options.json:
        sys.stdout.write(json.dumps({"machine": _speed(), "figures": told}, indent=2, ensure_ascii=False) + "\n")
    return status


def run_alone(measure: Measure) -> None:
    """What a subject's module does when it is run by itself."""
    quick = "--quick" in sys.argv[1:]
    for figure in measure(quick=quick):
        sys.stdout.write("\n".join(_lines(figure)) + "\n")


def _options(known: dict[str, Measure]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, and compare with the limits.")
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=", ".join(known))
    parser.add_argument("--quick", action="store_true", help="only see that everything runs; the figures mean little")
    parser.add_argument("--json", action="store_true", help="tell the results as JSON")
    return parser


def _entry(subject: str, figure: Figure) -> dict[str, Any]:
    return {"subject": subject, **asdict(figure), "ratio": round(figure.ratio, 4), "verdict": figure.verdict}


def _lines(figure: Figure) -> Iterator[str]:
    limit = f"{'at least' if figure.at_least else 'limit'} {_number(figure.limit)} {figure.unit}"
    value = f"{_number(figure.value)} {figure.unit}"
    yield f"{figure.name:<44} {value:>22}   {limit:<26} {figure.ratio:>6.2f}  {figure.verdict}"
    if figure.note:
        yield f"    {figure.note}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _speed() -> float:
    """How many times as long as a plain machine this one takes."""
    return round(min(processor_milliseconds(calibration_loop) for _ in range(50)) / PLAIN_MILLISECONDS, 2)


def _machine() -> str:
    return (
        f"This machine takes {_speed()} times as long as a plain one. "
        "Times are of a plain one; the ratio is the share of the limit that is used up."
    )


if __name__ == "__main__":
    sys.exit(main())
