"""Pledged credits (碳质押): a lien that the lienholder releases, or enforces on default."""
