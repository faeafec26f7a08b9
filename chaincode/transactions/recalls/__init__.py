"""Recalls: what was issued wrongly is found, marked, and replaced (domain.md, Recall)."""
