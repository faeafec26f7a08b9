"""What every env.py does: run the revisions on the connection that is handed over."""

from alembic import context

from tanhui.registry_api.database.migrations import Schema


def run() -> None:
    """Called by Alembic through a model's env.py, never by hand: the configuration carries the connection."""
    schema: Schema = context.config.attributes["schema"]
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=schema.metadata,
        version_table=schema.version_table,
        include_object=schema.owns,
    )
    with context.begin_transaction():
        context.run_migrations()
