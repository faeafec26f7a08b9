"""Revisions of the read model's tables (Alembic)."""
