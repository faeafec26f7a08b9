"""Alembic's entry to the revisions of the intake queue's tables."""

from tanhui.registry_api.database.environment import run

run()
