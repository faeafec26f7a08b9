"""Mutual recognition between regions: terms, what they allow, caps and ratios (domain.md). Pure, whole numbers."""
