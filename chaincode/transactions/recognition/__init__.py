"""Mutual recognition between regions: agreements, and units that cross with proofs (domain.md)."""
