"""A flask-smorest blueprint whose decorators keep the types of what they decorate and speak in our models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar, cast

import flask
import flask_smorest
from pydantic import BaseModel
from webargs.flaskparser import FlaskParser, abort

from .schema import schema

F = TypeVar("F", bound=Callable[..., Any])


class _Parser(FlaskParser):
    """Valid JSON that is too much for a parser (depth, numbers of thousands of digits) is the sender's error too."""

    def load_json(self, req: flask.Request, schema: Any) -> Any:
        try:
            return super().load_json(req, schema)
        except (ValueError, RecursionError):
            _refuse_json()


def _refuse_json() -> NoReturn:
    abort(400, messages={"json": ["Invalid JSON body."]})
    raise AssertionError("abort returned")


class Resource(flask_smorest.Blueprint):  # type: ignore[misc]  # the library ships no types
    """One resource of the API: its routes, what each takes, and what each gives."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, name: str, path: str, *, about: str) -> None:
        super().__init__(name, name, url_prefix=path, description=about)

    def get(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Look."""
        return cast(Callable[[F], F], super().get(rule, **options))

    def post(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Make or act."""
        return cast(Callable[[F], F], super().post(rule, **options))

    def patch(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Change."""
        return cast(Callable[[F], F], super().patch(rule, **options))

    def put(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Replace."""
        return cast(Callable[[F], F], super().put(rule, **options))

    def delete(self, rule: str, **options: Any) -> Callable[[F], F]:
        """End."""
        return cast(Callable[[F], F], super().delete(rule, **options))

    def takes(self, model: type[BaseModel], location: str = "json") -> Callable[[F], F]:
        """The validated model becomes the route's first argument."""
        return cast(Callable[[F], F], self.arguments(schema(model), location=location))

    def gives_file(self, media_type: str) -> Callable[[F], F]:
        """The route makes its answer itself: text of this kind, or JSON of no fixed shape, sent as a file."""
        shape = {"type": "object" if media_type == "application/json" else "string"}
        return cast(Callable[[F], F], self.response(200, shape, content_type=media_type))

    def takes_form(self, media_type: str, model: type[BaseModel]) -> Callable[[F], F]:
        """Describes a form that the route reads itself: forms of the RFCs, and files."""
        content = {media_type: {"schema": schema(model)}}
        return cast(Callable[[F], F], self.doc(requestBody={"required": True, "content": content}))

    def refuses(self, status: int, model: type[BaseModel]) -> Callable[[F], F]:
        """Describes a refusal that is not told as problem details, because an RFC says how."""
        return cast(Callable[[F], F], self.alt_response(status, schema=schema(model), content_type="application/json"))

    def gives(self, status: int, model: type[BaseModel] | None = None) -> Callable[[F], F]:
        """The route returns the model; it is checked against its own schema on the way out."""
        if model is None:
            return cast(Callable[[F], F], self.response(status))
        return cast(Callable[[F], F], self.response(status, schema(model)))
