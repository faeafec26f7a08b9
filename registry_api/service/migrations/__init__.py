"""Revisions of the API's own tables (Alembic)."""
