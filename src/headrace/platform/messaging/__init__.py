"""Messages: accepting, delivering, statuses and the customer service window."""
