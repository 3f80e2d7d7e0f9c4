"""Composes the house: the WhatsApp side, the business side and the console as one server, or a preview alone."""
