"""What the control room answers, as lines for people."""

from typing import Any

from headrace.cli.terminal import Line


def show_overview(found: dict[str, Any]) -> list[Line]:
    """The whole world of a box."""
    lines = [*show_clock(found["clock"]), *show_webhooks(found["webhooks"])]
    for business in found["businesses"]:
        lines += show_business(business)
    for number in found["numbers"]:
        lines += show_number(number)
    for flow in found["flows"]:
        lines += show_flow(flow)
    if not found["flows"]:
        lines.append([("No Flow yet.", "faint")])
    if found["rules"]:
        changed = ", ".join(f"{name} {value}" for name, value in found["rules"].items())
        lines.append([("Rules      ", "place"), (changed, "changed")])
    return lines


def show_clock(found: dict[str, Any]) -> list[Line]:
    """The time it is on the box, and how far that is from the machine's."""
    offset = int(found["offset_seconds"])
    ahead = "the machine's time" if not offset else f"{_length(abs(offset))} {'ahead' if offset > 0 else 'behind'}"
    return [[("Clock      ", "place"), (f"{found['now'][:19].replace('T', ' ')} UTC, {ahead}", "")]]


def show_webhooks(found: dict[str, Any]) -> list[Line]:
    """How webhooks go out."""
    how = "are lost" if found["drops"] else "go out"
    if found["delay_seconds"]:
        how += f" {_length(found['delay_seconds'])} late"
    return [[("Webhooks   ", "place"), (f"{how}, {found['waiting']} waiting", "")]]


def show_business(found: dict[str, Any]) -> list[Line]:
    """How a business stands."""
    standing = "verified" if found["is_verified"] else "not verified"
    flagged = ", flagged" if found["is_flagged"] else ""
    return [[("Business   ", "place"), (f"{found['name']} ({found['id']}): {standing}{flagged}", "")]]


def show_number(found: dict[str, Any]) -> list[Line]:
    """How a sender stands."""
    words = f"{found['display_phone_number']} ({found['id']}): {found['status'].lower()}"
    return [[("Number     ", "place"), (words, "")]]


def show_flow(found: dict[str, Any]) -> list[Line]:
    """A Flow: its status, what is broken, how its endpoint does."""
    style = {"THROTTLED": "warning", "BLOCKED": "error"}.get(found["status"], "")
    left = found["messages_left_this_hour"]
    status = found["status"].lower() + ("" if left is None else f", {left} messages left this hour")
    lines: list[Line] = [[("Flow       ", "place"), (f"{found['name']} ({found['id']}): ", ""), (status, style)]]
    if found["fault"]:
        fault = found["fault"]
        parts = [f"{fault['latency_milliseconds']} ms later"] if fault["latency_milliseconds"] else []
        parts += [f"status {fault['status']}"] if fault["status"] else []
        parts += ["no answers"] if fault["drops"] else []
        lines.append([("           endpoint broken: ", "faint"), (", ".join(parts), "warning")])
    health = found["health"]
    if health:
        figures = [f"{health['requests']} requests", f"{health['pings']} pings"]
        if health["p90_milliseconds"] is not None:
            figures.append(f"p90 {health['p90_milliseconds'] / 1000:.1f} s")
        if health["endpoint_error_rate"] is not None:
            figures.append(f"{health['endpoint_error_rate']:.0%} failed")
        if health["availability"] is not None:
            figures.append(f"{health['availability']:.0%} available")
        lines.append([("           " + ", ".join(figures), "faint")])
        lines += [
            [("           alert ", "warning"), (f"{alert['metric']} {alert['threshold']:g}", "")]
            for alert in health["alerts"]
        ]
    return lines


def show_snapshots(found: dict[str, Any]) -> list[Line]:
    """Every snapshot with its size."""
    listed = found["snapshots"]
    if not listed:
        return [[("No snapshot yet.", "faint")]]
    return [[(f"{one['name']:<40}", "place"), (f" {one['bytes'] / 1024:,.0f} KB", "")] for one in listed]


def show_templates(found: dict[str, Any]) -> list[Line]:
    """Every message template, and how new ones are reviewed."""
    lines = [line for template in found["templates"] for line in show_template(template)]
    return [*(lines or [[("No template yet.", "faint")]]), *show_review(found)]


def show_template(found: dict[str, Any]) -> list[Line]:
    """One message template with its status."""
    state = found["status"].lower().replace("_", " ")
    if found["rejected_reason"] not in (None, "NONE"):
        state += f" ({found['rejected_reason']})"
    if found["quality"] != "UNKNOWN":
        state += f", quality {found['quality'].lower()}"
    about = f" {found['language']} {found['category'].lower()}: "
    return [
        [("Template   ", "place"), (found["name"], ""), (about, "faint"), (state, ""), (f" {found['id']}", "faint")]
    ]


def show_review(found: dict[str, Any]) -> list[Line]:
    """The rules by which templates are reviewed."""
    lines: list[Line] = []
    for rule in found["rules"]:
        what = rule["decision"] if rule["reason"] == "NONE" else f"{rule['decision']} ({rule['reason']})"
        after = f" after {_length(rule['delay_seconds'])}" if rule["delay_seconds"] else ""
        lines.append([("Review     ", "place"), (f"{rule['pattern']}: {what}{after}", "")])
    return lines or [[("Review     ", "place"), ("every template is approved", "")]]


def show_limits(found: dict[str, Any]) -> list[Line]:
    """The limits that senders are held to."""
    rate = f"{found['per_second']} messages a second" if found["per_second"] else "any number of messages a second"
    pair = "one in six seconds to the same person" if found["pair"] else "any number to the same person"
    shut = "refused at once" if found["refuses_shut_windows"] else "accepted and failed"
    return [
        [("Tier       ", "place"), (found["tier"], "")],
        [("Rate       ", "place"), (f"{rate}, {pair}", "")],
        [("Shut       ", "place"), (f"what no window is open for is {shut}", "")],
    ]


def show_lost(found: dict[str, Any]) -> list[Line]:
    """What was accepted and lost, the newest first."""
    lines: list[Line] = []
    for message in found["lost"]:
        lines.append([("Lost       ", "place"), (message["id"], "")])
        lines.append([("           ", ""), (message["reason"], "faint")])
    return lines or [[("No message was lost.", "faint")]]


def show_log(found: dict[str, Any]) -> list[Line]:
    """A page of the log, a line each."""
    lines: list[Line] = []
    for entry in found["entries"]:
        failed = entry["outcome"] == "failed"
        took = "" if entry["milliseconds"] is None else f"{entry['milliseconds']} ms"
        result = entry["error"] if failed and entry["error"] else entry["outcome"]
        lines.append(
            [
                (f"{entry['at'][:19].replace('T', ' ')}  ", "faint"),
                (f"{entry['kind']:<9}", "place"),
                (f"{entry['what']}  ", ""),
                (f"{result} ", "error" if failed else "faint"),
                (took, "faint"),
            ]
        )
    return lines or [[("Nothing of this kind has happened yet.", "faint")]]


def _length(seconds: float) -> str:
    rest, parts = round(seconds), []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0s"
