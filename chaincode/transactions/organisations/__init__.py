"""Organisations: who they are, whether they may act, and in which roles (domain.md, Who acts)."""
