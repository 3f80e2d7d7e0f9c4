"""Flows: their drafts, published versions, publishing checks and lifecycle."""
