"""Calls to the endpoints of Flows: every ping, exchange and error notice, whoever made it."""
