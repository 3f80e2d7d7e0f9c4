"""WhatsApp's webhooks: received, kept as they came, and worked out in batches.

A webhook is stored and acknowledged at once; a job then turns everything that waits for its connection into people,
statuses and responses. So WhatsApp never waits for our work, and nothing is lost when that work fails: it is
done again.
"""
