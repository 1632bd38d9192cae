"""One connection to the embedded database, as every program of ours opens it. Knows neither tables nor ORM."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlcipher3

BUSY_SECONDS = 10


def connect_embedded(path: Path, key: bytes) -> Any:
    """A DBAPI connection: raw 32-byte key, WAL, `synchronous=FULL`, foreign keys kept, no transaction of its own."""
    if len(key) != 32:
        raise ValueError("the embedded database needs its 32-byte key")
    connection = sqlcipher3.connect(
        str(path), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection
