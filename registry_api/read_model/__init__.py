"""A relational copy of what the ledger did, for searches and reports; rebuilt from block 0 at will."""
