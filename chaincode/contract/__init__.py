"""How a function becomes a transaction. Knows nothing of carbon."""
