"""What may be written to the ledger, and by whom."""
