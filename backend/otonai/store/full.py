"""Whether a failure means that the disk under the database is full (F36). Knows both engines' words; frees nothing."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

#: PostgreSQL's disk_full.
_DISK_FULL_STATE = "53100"
#: SQLite has a result code for it, of which the driver hands on the sentence.
_DISK_FULL_WORDS = "database or disk is full"


def disk_is_full(error: BaseException) -> bool:
    """Whether nothing can be written now, while what is stored can still be read. The transaction has left no trace."""
    if not isinstance(error, DBAPIError):
        return False
    return getattr(error.orig, "sqlstate", None) == _DISK_FULL_STATE or _DISK_FULL_WORDS in str(error.orig)
