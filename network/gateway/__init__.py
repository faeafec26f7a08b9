"""The Gateway client. Knows nothing of carbon."""
