"""The data exchange protocol, both ends: what WhatsApp sends to a business's endpoint, and what comes back."""
