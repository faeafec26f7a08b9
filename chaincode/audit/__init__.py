"""What must hold over the whole ledger, proved by reading it: blocks' effects against the committed state."""
