"""Retirements: credits used up for a beneficiary and a purpose, for good (domain.md, Retirement)."""
