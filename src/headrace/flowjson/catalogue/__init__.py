"""What exists in which version of the language. Declarations only; everything else asks here.

`COMPONENTS` are the component types, `VERSIONS` the public versions with their dates. A property knows since when it
exists, is required, takes a binding (`Property.exists_in` and friends take a version).
"""

from collections.abc import Mapping
from types import MappingProxyType

from headrace.flowjson.catalogue import actions, choices, containers, dates, inputs, media, text
from headrace.flowjson.catalogue.declarations import ActionSlot, Category, Component, Place, Property, Shape
from headrace.flowjson.catalogue.versions import (
    DATA_API_VERSIONS,
    NEWEST,
    PRIVATE_VERSIONS,
    VERSIONS,
    Release,
    Version,
    data_api_versions,
)

__all__ = [
    "COMPONENTS",
    "DATA_API_VERSIONS",
    "NEWEST",
    "PRIVATE_VERSIONS",
    "VERSIONS",
    "ActionSlot",
    "Category",
    "Component",
    "Place",
    "Property",
    "Release",
    "Shape",
    "Version",
    "component",
    "data_api_versions",
]

COMPONENTS: Mapping[str, Component] = MappingProxyType(
    {
        declared.name: declared
        for family in (text, inputs, choices, dates, media, actions, containers)
        for declared in family.COMPONENTS
    }
)
"""Every component type that may stand among the children of a screen, by its name."""


def component(type_name: str) -> Component | None:
    """The component type of this name, whatever its first version; None when there is none."""
    return COMPONENTS.get(type_name)
