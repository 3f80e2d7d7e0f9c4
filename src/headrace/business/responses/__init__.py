"""What people sent back, readable: labels and titles instead of names and ids."""
