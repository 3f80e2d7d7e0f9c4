"""Drives a phone's session: the one loop that asks, answers and stores, and the sheet on which a person sees it."""
