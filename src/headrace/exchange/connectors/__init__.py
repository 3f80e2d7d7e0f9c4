"""Connectors: an endpoint without code. A YAML file says, screen by screen, where the answers come from.

`reader` makes a `Connector` of a text, `check` proves it against the Flow, `running` answers requests with it. What is
written is in docs/connectors.md.
"""
