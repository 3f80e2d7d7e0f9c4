"""Message templates as the business works with them: written, shown, sent. WhatsApp keeps them."""
