"""The data model of a screen: what it expects from the message, the screen before it, or the endpoint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from headrace.flowjson.authoring.model import Model
from headrace.flowjson.authoring.references import Bound
from headrace.flowjson.catalogue import Property, Shape

__all__ = ["FIELD", "Field", "FieldType"]

FieldType = Literal["string", "number", "integer", "boolean", "object", "array"]

FIELD = Shape(
    "data field",
    {
        "type": Property("type", ("string",)),
        "properties": Property("properties", ("object",)),
        "items": Property("items", ("object", "boolean")),
        "required": Property("required", ("array",)),
        "__example__": Property("__example__", ()),
    },
    note="A JSON Schema with an example.",
)


@dataclass(kw_only=True, repr=False)
class Field(Model, Bound):
    """A data field of a screen. Used as a value it refers to the data: `TextBody(text=total)`.

    name: letters, digits and underscores.
    type: the JSON type of its value.
    example: shown in previews; it fits the type.
    properties: of an object, the schema of each member.
    items: of an array, the schema of its items.
    required: of an object, the members it always has.
    extra: further keywords of JSON Schema.
    """

    SHAPE = FIELD
    LAST = ("__example__",)

    name: str
    type: FieldType
    example: Any
    properties: Mapping[str, Any] | None = None
    items: Mapping[str, Any] | bool | None = None
    required: Sequence[str] | None = None

    @property
    def binding(self) -> str:
        return f"${{data.{self.name}}}"

    def __str__(self) -> str:
        return self.binding
