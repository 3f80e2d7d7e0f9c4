"""WhatsApp users: the people that businesses write to, whether or not a phone of this box shows what they see."""
