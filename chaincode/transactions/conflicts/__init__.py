"""Conflicts: which activity at which site is counted where, here and in other schemes (domain.md)."""
