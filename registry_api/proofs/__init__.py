"""Proofs on request: bundles and certificates, from the log that the registry keeps and the ledger's own bytes."""
