"""Rewards: stock, vouchers, shared catalogues, donations and draws (domain.md, Rewards)."""
