"""Domain values as JSON and back: what a record or a medical result said, kept beside the raw message.

The shape is private to the database. Unknown enum words survive a round trip as `unknown`-like values because the
domain's enums carry such a word; nothing here decides or drops anything.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """A frozen dataclass of the domain as plain JSON values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(to_json(v) for v in value)
    if isinstance(value, tuple | list):
        return [to_json(v) for v in value]
    return value


def from_json(kind: type[T], value: Mapping[str, Any]) -> T:
    """The dataclass again; missing keys take the field's default."""
    hints = _hints(typing.cast(Any, kind))
    names = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: _read(hints[name], raw) for name, raw in value.items() if name in names})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read(hint: Any, raw: Any) -> Any:
    if raw is None:
        return None
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _read(next(a for a in arguments if a is not type(None)), raw)
    if origin is tuple:
        return tuple(_read(arguments[0], item) for item in raw)
    if origin is frozenset:
        return frozenset(raw)
    if is_dataclass(hint):
        return from_json(typing.cast(type[Any], hint), raw)
    if hint is datetime:
        return datetime.fromisoformat(raw)
    if hint is date:
        return date.fromisoformat(raw)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(raw)
    return raw
