"""One transaction against a snapshot: the Stub that a contract sees, and the read-write set it leaves."""
