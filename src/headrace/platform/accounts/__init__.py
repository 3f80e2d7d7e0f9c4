"""Businesses, WhatsApp Business Accounts, phone numbers, apps, access tokens and encryption keys."""
