"""Alembic's entry to the revisions of the API's own tables."""

from tanhui.registry_api.database.environment import run

run()
