"""What goes between the business and WhatsApp: calls of the Graph API and webhooks, for developers to look at."""
