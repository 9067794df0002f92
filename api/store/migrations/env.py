"""Alembic's environment: runs on the connection that ``api.store.engine.migrate`` hands over."""

from alembic import context

from api.store.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True)
context.run_migrations()
