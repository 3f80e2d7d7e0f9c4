"""The business side: Flows, people and responses. It knows WhatsApp only through `whatsapp.py`."""
