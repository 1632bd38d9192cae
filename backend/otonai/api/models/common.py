"""Shapes shared by all resources: strict input, lists, problems."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from ...domain.my_number import looks_like_my_number


class In(BaseModel):
    """A request body: unknown fields are refused, so nothing can be slipped in (F43)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Out(BaseModel):
    """An answer."""

    model_config = ConfigDict(from_attributes=True)


def _no_my_number(text: str) -> str:
    if looks_like_my_number(text):
        raise ValueError("12桁の個人番号（マイナンバー）は入力しないでください。おとないでは使いません。")
    return text


#: Text typed or scanned by a person; a My Number in it is refused with an explanation and never logged (S-010).
Typed = Annotated[str, Field(max_length=200), AfterValidator(_no_my_number)]
LongTyped = Annotated[str, Field(max_length=2000), AfterValidator(_no_my_number)]


def _of_our_time(at: datetime) -> datetime:
    if not 2000 <= at.year < 2200:
        raise ValueError("日時を確かめてください。")
    return at


#: An instant with its offset, far from the ends of the calendar.
Instant = Annotated[AwareDatetime, AfterValidator(_of_our_time)]


class PageQuery(BaseModel):
    """Paging by an opaque cursor."""

    model_config = ConfigDict(extra="ignore")
    cursor: str | None = None
    limit: int = Field(default=100, ge=1, le=500)


class FieldProblem(Out):
    """One wrong field."""

    path: str
    message: str


class Problem(Out):
    """RFC 9457 problem details with our stable code and the next step for the person at the screen."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "PINが違います。",
                    "status": 401,
                    "code": "pin_wrong",
                    "detail": "あと3回まちがえると30分間ロックします。",
                    "next_step": "もう一度入力してください。",
                    "remaining": 3,
                }
            ]
        }
    )
    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str | None = None
    next_step: str | None = None
    errors: list[FieldProblem] | None = None
    remaining: int | None = None
    until: str | None = None
    expected_sequence: int | None = None


class Empty(In):
    """Nothing to say."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})


def example(**values: Any) -> ConfigDict:
    """Model settings with one example for the OpenAPI document."""
    return ConfigDict(from_attributes=True, json_schema_extra={"examples": [values]})


def example_in(**values: Any) -> ConfigDict:
    """The same for a request body."""
    return ConfigDict(extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [values]})


def example_of(model: type[BaseModel]) -> Any:
    """A model's own example, to stand inside the example of what contains it."""
    extra: Any = model.model_config.get("json_schema_extra")
    if not isinstance(extra, dict) or not extra.get("examples"):
        raise LookupError(f"{model.__name__} has no example")
    return extra["examples"][0]
