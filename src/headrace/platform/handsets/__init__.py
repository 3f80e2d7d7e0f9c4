"""Simulated phones: their chats, opened Flows and their web page."""
