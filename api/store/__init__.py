"""What the service keeps: tables (SQLAlchemy), migrations (Alembic), blobs (fsspec)."""
