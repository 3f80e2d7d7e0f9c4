"""Composes the house: the WhatsApp side, the business side and the console in one ASGI application."""

from headrace.app.application import Application
from headrace.app.credentials import Credentials

__all__ = ["Application", "Credentials"]
