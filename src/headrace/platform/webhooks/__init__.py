"""Webhooks: subscriptions, the verification handshake and signed delivery with retries."""
