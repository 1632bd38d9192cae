"""Alembic's entry: the engine comes from `store/migrate.py`, the wanted schema from `store/tables.py`."""

from alembic import context
from sqlmodel import SQLModel

from otonai.store import tables

_ = tables  # importing it fills the metadata
engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=engine.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
