"""How the endpoints of published Flows do: asked and judged on schedule, alerts, throttling and blocking, metrics."""
