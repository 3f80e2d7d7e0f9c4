"""What a WhatsApp client does with a Flow. Pure: events in, effects out; `rendering` turns a view into HTML."""
