"""Domain values as JSON and back: what a record or a medical result said, kept beside the raw message.

The shape is private to the database: the fields of the dataclass under their names. Nothing here decides or drops
anything. Pydantic does the work; a list of thousands is written and read while somebody waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import ConfigDict, TypeAdapter
from pydantic_core import from_json as _parsed
from pydantic_core import to_json as _written
from pydantic_core import to_jsonable_python

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """A frozen dataclass of the domain, or a list of them, as plain JSON values."""
    return to_jsonable_python(value)


def from_json(kind: type[T], value: Mapping[str, Any]) -> T:
    """The dataclass again; missing keys take the field's default. Raises ValueError, which holds no value of it."""
    found: tuple[T] = _reader(cast(Any, kind)).validate_python((value,))
    return found[0]


def json_text(value: Any) -> str:
    """The text of a JSON column, from plain values or from dataclasses of the domain as they are."""
    return _written(value).decode()


def json_value(text: str | bytes) -> Any:
    """The plain values of a JSON column."""
    return _parsed(text)


@cache
def _reader(kind: Any) -> TypeAdapter[tuple[Any]]:
    # Only a type around the dataclass may carry the setting that keeps values out of an error's text.
    return TypeAdapter(tuple[kind], config=ConfigDict(hide_input_in_errors=True))
