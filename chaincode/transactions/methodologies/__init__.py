"""Methodologies: formulas as data, hash-pinned, from draft to retirement (domain.md, Methodology version)."""
