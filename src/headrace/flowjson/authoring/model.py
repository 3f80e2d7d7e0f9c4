"""What all classes have in common: a shape from the catalogue, members that may be left out, extra members."""

import keyword
from collections.abc import Mapping
from dataclasses import MISSING as NO_DEFAULT
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, ClassVar, Final, Self, TypeAlias

from headrace.flowjson.authoring.references import Bound
from headrace.flowjson.catalogue import Property, Shape

__all__ = [
    "HERE",
    "MISSING",
    "Action",
    "Component",
    "Input",
    "Model",
    "Raw",
    "action_named",
    "action_shape",
    "class_of",
    "is_present",
    "present",
    "python_name",
    "required_of",
]

Raw: TypeAlias = Mapping[str, Any]
"""An object of Flow JSON as it is, for what has no class."""

_SPECIAL_NAMES = {"__example__": "example"}


class Marker(Enum):
    """Values that are no values."""

    MISSING = "MISSING"
    HERE = "HERE"

    def __repr__(self) -> str:
        return self.value


MISSING: Final[Any] = Marker.MISSING
"""Stands for a required member that is left out on purpose, as unfinished documents do."""

HERE: Final[Any] = Marker.HERE
"""Stands in `extra` for a member that has its own argument: this is its place when keys come in written order."""


@dataclass(kw_only=True, repr=False)
class Model:
    """An object of Flow JSON. Members that are None are left out; those it should not have go to `extra`.

    The order in which the arguments are written is remembered; see `Flow.key_order`.
    """

    SHAPE: ClassVar[Shape]
    KIND_KEY: ClassVar[str | None] = None
    """The member that names the class of an object; it is always written, by default first."""
    LAST: ClassVar[tuple[str, ...]] = ()
    """Members that are written after all others."""
    NAMES: ClassVar[Mapping[str, str]]
    """From the key in Flow JSON to the name in Python."""
    PROPERTIES: ClassVar[Mapping[str, Property]]
    """From the name in Python to what the catalogue says of the member."""
    DOCUMENTED: ClassVar[tuple[str, ...]]
    """The names in Python in documented order: short facts first, long lists last, as the formatter orders them."""

    extra: dict[str, Any] = field(default_factory=dict)
    written: tuple[str, ...] = field(init=False, compare=False)

    def __new__(cls, *_arguments: Any, **members: Any) -> Self:
        made = super().__new__(cls)
        made.written = tuple(members)
        return made

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "SHAPE" in cls.__dict__:
            _CLASSES[id(cls.SHAPE.properties)] = cls
            cls.NAMES = {key: python_name(key) for key in cls.SHAPE.properties}
            cls.PROPERTIES = {python_name(key): declared for key, declared in cls.SHAPE.properties.items()}
            holding = [key for key, one in cls.SHAPE.properties.items() if one.holds_components or one.holds_cases]
            last = [python_name(key) for key in (*cls.LAST, *holding) if key in cls.SHAPE.properties]
            cls.DOCUMENTED = (*(name for name in cls.PROPERTIES if name not in last), "extra", *last)

    def __repr__(self) -> str:
        shown = [name for name in present(self, as_written=True) if name != self.KIND_KEY]
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


_CLASSES: dict[int, type[Model]] = {}
"""The class of each shape of the catalogue, by the identity of its table of properties."""


@dataclass(kw_only=True, repr=False)
class Component(Model):
    """Anything that stands on a screen."""

    KIND_KEY = "type"


@dataclass(kw_only=True, repr=False)
class Input(Component, Bound):
    """A component with a value. Used as a value itself it refers to what was entered: `payload={"email": email}`."""

    name: str

    @property
    def binding(self) -> str:
        return f"${{form.{self.name}}}"

    def __str__(self) -> str:
        return self.binding


@dataclass(kw_only=True, repr=False)
class Action(Model):
    """What happens when a person taps or chooses something."""

    KIND_KEY = "name"
    LAST = ("payload",)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _ACTIONS[cls.SHAPE.name] = cls


_ACTIONS: dict[str, type[Action]] = {}


def action_named(name: str) -> type[Action] | None:
    """The class of an action, None when there is none of this name."""
    return _ACTIONS.get(name)


def class_of(shape: Shape) -> type[Model] | None:
    """The class made for a shape, None when there is none."""
    return _CLASSES.get(id(shape.properties))


def action_shape(name: str, shape: Shape, *members: str) -> Shape:
    """What one action may have of all members of actions."""
    return Shape(name, {member: shape.properties[member] for member in ("name", *members)})


def python_name(key: str) -> str:
    """`on-click-action` becomes `on_click_action`, `else` becomes `else_`."""
    name = _SPECIAL_NAMES.get(key, key.replace("-", "_"))
    return f"{name}_" if keyword.iskeyword(name) else name


def required_of(cls: type[Model]) -> frozenset[str]:
    """The arguments that cannot be left out, or that come out in Flow JSON although they are."""
    if cls not in _REQUIRED:
        _REQUIRED[cls] = frozenset(
            each.name
            for each in fields(cls)
            if each.init and each.default is not None and each.default_factory is NO_DEFAULT
            if (each.name in cls.NAMES.values() and each.name != cls.KIND_KEY) or each.default is NO_DEFAULT
        )
    return _REQUIRED[cls]


_REQUIRED: dict[type[Model], frozenset[str]] = {}


def present(model: Model, *, as_written: bool) -> list[str]:
    """The Python names of the members to write, in the documented order or in that of the arguments."""
    order = model.DOCUMENTED
    if as_written:
        written = [name for name in model.written if name in order]
        kind = [model.KIND_KEY] if model.KIND_KEY and model.KIND_KEY not in written else []
        order = (*kind, *written, *(name for name in order if name not in written and name not in kind))
    return [name for name in order if is_present(model, name)]


def is_present(model: Model, name: str) -> bool:
    """Whether the member of this Python name comes out in Flow JSON."""
    value = getattr(model, name)
    return bool(value) if name == "extra" else value is not None and value is not MISSING
