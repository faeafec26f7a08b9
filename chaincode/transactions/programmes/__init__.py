"""Programmes: who runs what where, by which rules, in which state (domain.md, Programmes)."""
