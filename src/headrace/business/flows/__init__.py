"""The business's own record of its Flows: copies of their Flow JSON, and which message carried which Flow."""
