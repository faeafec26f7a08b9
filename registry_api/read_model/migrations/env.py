"""Alembic's entry to the read model's revisions."""

from tanhui.registry_api.database.environment import run

run()
