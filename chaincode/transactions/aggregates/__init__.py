"""Aggregates: people consent, their records are assigned once, and the sum is verified and issued like a project."""
