"""Connectors that are hosted here: their texts and versions, their secrets, the keys of senders, and serving them."""
