"""The webhooks of WhatsApp, kept as they came."""
