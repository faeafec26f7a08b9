"""Revisions of the intake queue's tables (Alembic)."""
