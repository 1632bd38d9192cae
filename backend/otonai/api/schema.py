"""The one adapter that lets flask-smorest speak pydantic: our models are the only schemas (ADR 002).

`schema(Model)` gives a marshmallow class whose load and dump go through pydantic, and `PydanticPlugin` puts
pydantic's own JSON Schema into the OpenAPI document, one component per model name.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import marshmallow
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from pydantic import BaseModel, ValidationError

_REFS = "#/components/schemas/{model}"


class PydanticSchema(marshmallow.Schema):
    """A marshmallow schema in name only. `model` does all the work."""

    model: type[BaseModel]

    def load(self, data: Any, **_: Any) -> BaseModel:
        """Validate input; every wrong field is named in one error, none hides another."""
        plain = data.to_dict(flat=True) if hasattr(data, "to_dict") else data
        try:
            _refuse_unstorable(plain)
            return self.model.model_validate(plain)
        except ValidationError as error:
            raise marshmallow.ValidationError(_by_field(error)) from None
        except RecursionError:
            raise marshmallow.ValidationError({"body": ["入れ子が深すぎます。"]}) from None

    def dump(self, obj: Any, **_: Any) -> Any:
        """Serialise for JSON; an answer that does not fit its own model is a defect and raises."""
        return self.model.model_validate(obj, from_attributes=True).model_dump(mode="json", by_alias=True)


def _refuse_unstorable(data: Any) -> None:
    """No text of ours holds NUL or half a character: databases cut at the one and choke on the other."""
    if isinstance(data, dict):
        for key, value in data.items():
            _refuse_unstorable(key)
            _refuse_unstorable(value)
    elif isinstance(data, list):
        for each in data:
            _refuse_unstorable(each)
    elif isinstance(data, str) and ("\0" in data or any("\ud800" <= c <= "\udfff" for c in data)):
        raise marshmallow.ValidationError({"body": ["使えない文字が含まれています。"]})


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        path = ".".join(str(part) for part in problem["loc"]) or "body"
        found.setdefault(path, []).append(problem["msg"].removeprefix("Value error, "))
    return found


@cache
def schema(model: type[BaseModel]) -> type[PydanticSchema]:
    """The schema class of a model, the same object every time."""
    return type(f"{model.__name__}Schema", (PydanticSchema,), {"model": model})


class _Converter(OpenAPIConverter):
    """Writes pydantic's JSON Schema where apispec would walk marshmallow fields."""

    def resolve_nested_schema(self, schema: Any) -> Any:
        model = _model_of(schema)
        if model is None:
            return super().resolve_nested_schema(schema)  # type: ignore[no-untyped-call]
        self._register(model)
        return {"$ref": _REFS.format(model=model.__name__)}

    def schema2parameters(self, schema: Any, *, location: str, **kwargs: Any) -> Any:
        model = _model_of(schema)
        if model is None:
            return super().schema2parameters(schema, location=location, **kwargs)
        described = model.model_json_schema(ref_template=_REFS)
        self._hoist(described)
        place = {"headers": "header", "files": "formData"}.get(location, location)
        required = set(described.get("required", ()))
        return [
            {"in": place, "name": name, "required": name in required, "schema": shape}
            for name, shape in described.get("properties", {}).items()
        ]

    def schema2jsonschema(self, schema: Any) -> Any:
        model = _model_of(schema)
        if model is None:
            return super().schema2jsonschema(schema)  # type: ignore[no-untyped-call]
        return self._described(model)

    def _register(self, model: type[BaseModel]) -> None:
        if model.__name__ not in self.spec.components.schemas:
            self.spec.components.schemas[model.__name__] = self._described(model)

    def _described(self, model: type[BaseModel]) -> dict[str, Any]:
        mode: Literal["validation", "serialization"] = (
            "validation" if model.__name__.endswith(("In", "Query")) else "serialization"
        )
        described = model.model_json_schema(ref_template=_REFS, mode=mode)
        self._hoist(described)
        return described

    def _hoist(self, described: dict[str, Any]) -> None:
        for name, shape in described.pop("$defs", {}).items():
            self.spec.components.schemas.setdefault(name, shape)


class PydanticPlugin(MarshmallowPlugin):
    """Install with `Api(app, spec_kwargs={"marshmallow_plugin": PydanticPlugin()})`."""

    Converter = _Converter


def _model_of(schema: Any) -> type[BaseModel] | None:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.model if isinstance(kind, type) and issubclass(kind, PydanticSchema) else None
