"""Alembic's entry: the engine comes from `store/migrate.py`, the wanted schema from `store/tables.py`."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

from otonai.store import tables

_ = tables  # importing it fills the metadata
engine = context.config.attributes["engine"]


def run(connection: Connection) -> None:
    """Every missing migration, each in its own transaction."""
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


def run_embedded(connection: Connection) -> None:
    """SQLite changes a column by building its table anew; references are judged when all is done, not in between.

    The switch works outside a transaction only, therefore on the driver's own connection.
    """
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        run(connection)
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"references broken in {sorted({row[0] for row in broken})}")
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


with engine.connect() as connection:
    (run_embedded if engine.dialect.name == "sqlite" else run)(connection)
