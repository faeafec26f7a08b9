"""Statements between two regions: drawn from both ledgers, compared line by line, and checked by anybody."""
