"""Credits: serial ranges that are issued, held, moved and ended (domain.md, Serial interval ledger)."""
