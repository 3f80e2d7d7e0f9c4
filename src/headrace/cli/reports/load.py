"""What a load came to: as an object for scripts, and as lines for people."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headrace.exchange.health.decisions import Change
    from headrace.exchange.health.samples import Figures, Sample
    from headrace.simulator.load import Asked, Measured

_PERCENTILES = (50, 90, 95, 99)
_MOST_FAILURES = 10
_LABELS = {
    "ENDPOINT_ERROR_RATE": "failed requests",
    "CLIENT_ERROR_RATE": "answers the phone could not use",
    "ENDPOINT_LATENCY": "p90",
    "ENDPOINT_AVAILABILITY": "pings answered",
}


def summarise(measured: "Measured", *, phones: int, rate: float, has_steps: bool) -> dict[str, Any]:
    """The results as JSON. Times are in milliseconds but where a name says seconds, rates between 0 and 1."""
    from headrace.exchange.health.alerts import alerts
    from headrace.exchange.health.decisions import outlook
    from headrace.exchange.health.rules import RULES
    from headrace.exchange.health.samples import measure_all

    asked = [exchange for exchange in measured.exchanges if not exchange.is_notice]
    figures = measure_all(_samples(measured), RULES)
    changes = outlook(figures)
    seconds = max(measured.seconds, 1e-9)
    return {
        "phones": {
            "wanted": phones,
            "opened": measured.opened,
            "completed": measured.completed,
            "failed": measured.failed,
            "unfinished": measured.opened - measured.completed - measured.failed,
            "a_second": round(rate, 3),
            "latest_opening": round(measured.latest * 1000),
            "have_steps": has_steps,
        },
        "seconds": round(measured.seconds, 3),
        "exchanges_a_second": round(len(asked) / seconds, 1),
        "exchanges": [_row(name, group) for name, group in _grouped(asked)],
        "total": _row("all", asked),
        "errors": dict(
            Counter(exchange.error_type for exchange in asked if exchange.error_type is not None).most_common()
        ),
        "explanations": dict(measured.explanations),
        "failures": [{"message": words, "phones": n} for words, n in measured.failures.most_common(_MOST_FAILURES)],
        "health": {
            "verdict": _verdict(figures, changes),
            "changes": [_change(at, change) for at, change in changes],
            "alerts": [
                {"metric": alert.metric, "value": round(alert.value, 4), "threshold": alert.threshold}
                for alert in alerts(figures)
            ],
            "figures": {
                "endpoint_error_rate": _rounded(figures.endpoint_error_rate),
                "client_error_rate": _rounded(figures.client_error_rate),
                "p90_milliseconds": figures.p90_milliseconds,
                "availability": _rounded(figures.availability),
                "requests": figures.requests,
                "pings": figures.pings,
            },
        },
    }


def draw(results: dict[str, Any]) -> str:
    """The same for people."""
    return (
        "\n".join([*_phones(results), "", *_table(results), *_troubles(results), "", *_health(results["health"])])
        + "\n"
    )


def _samples(measured: "Measured") -> "Iterable[Sample]":
    from headrace.exchange.health.samples import NavigationSample, PingSample, RequestSample

    for exchange in measured.exchanges:
        yield RequestSample(exchange.at, exchange.milliseconds, exchange.error_type)
        if exchange.is_notice:
            yield NavigationSample(exchange.at, failed=True)
        elif exchange.kind == "answered":
            yield NavigationSample(exchange.at, failed=False)
    for at, is_well in measured.pings:
        yield PingSample(at, is_well)


def _grouped(asked: "list[Asked]") -> "list[tuple[str, list[Asked]]]":
    groups: dict[str, list[Asked]] = {}
    for exchange in asked:
        groups.setdefault(f"{exchange.action} {exchange.screen}" if exchange.screen else exchange.action, []).append(
            exchange
        )
    return list(groups.items())


def _row(name: str, asked: "list[Asked]") -> dict[str, Any]:
    from headrace.exchange.health.samples import percentile

    times = sorted(exchange.milliseconds for exchange in asked)
    row: dict[str, Any] = {"name": name, "count": len(asked)}
    row["failed"] = sum(1 for exchange in asked if exchange.error_type is not None)
    for percent in _PERCENTILES:
        row[f"p{percent}"] = percentile(times, percent) if times else None
    row["max"] = times[-1] if times else None
    return row


def _verdict(figures: "Figures", changes: "list[tuple[float, Change]]") -> str:
    if changes:
        return changes[-1][1].new.lower()
    return "published" if figures.endpoint_error_rate is not None else "unknown"


def _change(at: float, change: "Change") -> dict[str, Any]:
    return {
        "to": change.new,
        "after_minutes": round(at / 60),
        "reasons": [
            {"metric": reason.metric, "value": round(reason.value, 4), "limit": reason.limit}
            for reason in change.reasons
        ],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _phones(results: dict[str, Any]) -> list[str]:
    phones = results["phones"]
    ended = [f"{phones['opened']:,} opened"]
    if phones["have_steps"]:
        ended.append(f"{phones['completed']:,} completed")
    if phones["failed"]:
        ended.append(f"{phones['failed']:,} failed")
    if phones["have_steps"] and phones["unfinished"]:
        ended.append(f"{phones['unfinished']:,} not completed")
    late = phones["latest_opening"]
    lines = [
        f"Phones     {' · '.join(ended)}  ({phones['a_second']:g} a second)",
        f"Exchanges  {results['total']['count']:,} in {results['seconds']:.1f} s"
        f" ({results['exchanges_a_second']:,} a second)",
    ]
    if late > 1_000:
        lines.append(f"This machine was {late / 1000:.1f} s late to open a phone: it cannot keep up with this rate.")
    return lines


def _table(results: dict[str, Any]) -> list[str]:
    names = ["count", "failed", *(f"p{percent}" for percent in _PERCENTILES), "max"]
    rows = [*results["exchanges"], results["total"]]
    wide = max(10, *(len(row["name"]) for row in rows))
    lines = [f"{'ms':<{wide}}" + "".join(f"{name:>9}" for name in names)]
    for row in rows:
        cells = ("–" if row[name] is None else f"{row[name]:,}" for name in names)
        lines.append(f"{row['name']:<{wide}}" + "".join(f"{cell:>9}" for cell in cells))
    return lines


def _troubles(results: dict[str, Any]) -> list[str]:
    lines = []
    if results["errors"]:
        counted = " · ".join(f"{name} {count:,}" for name, count in results["errors"].items())
        lines += ["", f"Errors     {counted}"]
        lines += [f"  {name}: {words}" for name, words in results["explanations"].items()]
    if results["failures"]:
        lines += ["", "Phones failed"]
        lines += [f"  {failure['phones']:>6,} × {failure['message']}" for failure in results["failures"]]
    return lines


def _health(health: dict[str, Any]) -> list[str]:
    verdict = health["verdict"]
    if verdict == "unknown":
        return ["Health     Too few requests to judge by: WhatsApp needs at least 10 in half an hour."]
    if verdict == "published":
        lines = ["Health     The Flow would stay published."]
    else:
        lines = ["Health     If it went on like this:"]
        for change in health["changes"]:
            because = ", ".join(
                _compared(reason["metric"], reason["value"], reason["limit"]) for reason in change["reasons"]
            )
            lines.append(f"  after {change['after_minutes']} minutes {change['to'].lower()}: {because}")
    lines += [
        f"  alert {alert['metric']}: {_compared(alert['metric'], alert['value'], alert['threshold'])}"
        for alert in health["alerts"]
    ]
    return lines


def _compared(metric: str, value: float, limit: float) -> str:
    below = metric == "ENDPOINT_AVAILABILITY"
    side = "under" if below else "over"
    return f"{_LABELS[metric]} {_figure(metric, value)}, {side} the limit of {_figure(metric, limit)}"


def _figure(metric: str, value: float) -> str:
    return f"{value / 1000:.1f} s" if metric == "ENDPOINT_LATENCY" else f"{value:.1%}"
