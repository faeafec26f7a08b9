"""Webhooks: an organisation's own server is told of transactions, signed, in order, until it has taken them."""
