"""Objects to JSON values."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from headrace.flowjson.authoring.fields import Field
from headrace.flowjson.authoring.model import HERE, Component, Input, Model, is_present, present
from headrace.flowjson.authoring.references import Bound
from headrace.flowjson.catalogue import Property
from headrace.flowjson.catalogue.actions import NEXT
from headrace.flowjson.catalogue.containers import LAYOUT, SCREEN

__all__ = ["write"]


def write(value: Any, *, as_written: bool) -> Any:
    """The JSON value of an object, an input standing for itself; members in the documented or in the written order."""
    return _Writer(as_written=as_written).component(value)


class _Writer:
    def __init__(self, *, as_written: bool) -> None:
        self.as_written = as_written

    def model(self, model: Model) -> dict[str, Any]:
        names = {name: key for key, name in model.NAMES.items()}
        properties = model.PROPERTIES
        made: dict[str, Any] = {}
        for name in present(model, as_written=self.as_written):
            if name == "extra":
                self.foreign(model, made)
            elif names[name] not in made:
                made[names[name]] = self.member(properties[name], getattr(model, name), model)
        return made

    def foreign(self, model: Model, made: dict[str, Any]) -> None:
        for key, value in model.extra.items():
            if value is not HERE:
                made[key] = self.value(value)
            elif key not in model.NAMES:
                raise ValueError(f"{type(model).__name__} has no member {key!r} for HERE to stand for")
            elif self.as_written and is_present(model, model.NAMES[key]):
                name = model.NAMES[key]
                made[key] = self.member(model.PROPERTIES[name], getattr(model, name), model)

    def member(self, declared: Property, value: Any, owner: Model) -> Any:
        if declared.holds_components:
            return self.components(value)
        if declared.holds_cases and isinstance(value, Mapping):
            return {case: self.components(inner) for case, inner in value.items()}
        if declared.shape is NEXT:
            return _next(value) if isinstance(value, str) or _is_screen(value) else self.value(value)
        if owner.SHAPE is SCREEN and _is_list(value):
            if declared.name == "sensitive":
                return [item.name if isinstance(item, Input) else self.value(item) for item in value]
            if declared.name == "layout":
                return {"type": LAYOUT.name, "children": self.components(value)}
            if declared.name == "data":
                return self.fields(value)
        return self.value(value)

    def components(self, value: Any) -> Any:
        return [self.component(item) for item in value] if _is_list(value) else self.value(value)

    def component(self, value: Any) -> Any:
        return self.model(value) if isinstance(value, Component) else self.value(value)

    def fields(self, value: Sequence[Any]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for each in value:
            if not isinstance(each, Field):
                raise TypeError(f"the data of a screen is a list of Field or a mapping; {each!r} is neither")
            if each.name in made:
                raise ValueError(f"two data fields of a screen are called {each.name!r}")
            made[each.name] = self.model(each)
        return made

    def value(self, value: Any) -> Any:
        """Anything but a component where components stand: an input is a reference here."""
        if isinstance(value, Bound):
            return value.binding
        if isinstance(value, Model):
            return self.model(value)
        if isinstance(value, Mapping):
            return {key: self.value(inner) for key, inner in value.items()}
        if _is_list(value):
            return [self.value(inner) for inner in value]
        if isinstance(value, bytes):
            return b64encode(value).decode("ascii")
        if isinstance(value, date):
            return value.isoformat()[:10]
        return value


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _is_screen(value: Any) -> bool:
    return isinstance(value, Model) and value.SHAPE is SCREEN


def _next(target: Any) -> dict[str, Any]:
    return {"type": "screen", "name": target if isinstance(target, str) else target.id}
