"""The databases beside the ledger: engines, and migrations of their tables."""
