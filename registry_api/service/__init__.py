"""What the API keeps for itself: the audit log, jobs, webhooks. Not the ledger's, and not made again from it."""
