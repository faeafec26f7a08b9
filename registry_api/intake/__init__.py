"""Activities on their way to the ledger: acknowledged means durable."""
