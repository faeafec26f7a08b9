"""Accounts of persons and units in one programme (domain.md, Accounts and privacy)."""
