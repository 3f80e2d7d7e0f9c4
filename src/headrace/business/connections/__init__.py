"""A workspace's connections to WhatsApp: the box on this machine, or Meta."""
