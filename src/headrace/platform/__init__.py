"""The WhatsApp side: businesses, Flows, messages, webhooks and simulated phones."""
