"""The rules of the ledger: pure functions over whole numbers. No clock, random, float or I/O."""
