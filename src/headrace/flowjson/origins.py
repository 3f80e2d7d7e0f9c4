"""Where the values of a response come from: from which input of which screen, perhaps through the data of others.

A response holds only names and values. The completing payload binds a name to an input of a screen, or to data that an
earlier screen handed on. Where an endpoint made the response, the input of the same name is taken.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from headrace.flowjson.expressions import references
from headrace.flowjson.traversal import Placed, actions_within, components_of, screens_with_paths

__all__ = ["Input", "Origins"]

_MOST_PLACES = 200
"""At most this many screens, each with a name, are looked at to find where one value comes from."""


class Input(NamedTuple):
    """A component with a name, and its screen. `position` counts the inputs of a Flow from 0, in their order."""

    position: int
    screen: Mapping[str, Any]
    component: Mapping[str, Any]


class _Act(NamedTuple):
    """An action, and the id of the screen it stands on."""

    screen_id: str
    action: Mapping[str, Any]

    def sends(self, name: str) -> bool:
        return name in self.payload

    @property
    def payload(self) -> Mapping[str, Any]:
        payload = self.action.get("payload")
        return payload if isinstance(payload, dict) else {}

    def leads_to(self, screen_id: str) -> bool:
        following = self.action.get("next")
        return (
            self.action.get("name") == "navigate" and isinstance(following, dict) and following.get("name") == screen_id
        )


class Origins:
    """Answers where values come from in one Flow JSON, which need not be in order. `inputs` are by screen and name."""

    def __init__(self, flow: Any) -> None:
        self._screens: dict[str, Mapping[str, Any]] = {}
        self.inputs: dict[tuple[str, str], Input] = {}
        self._acts: list[_Act] = []
        for screen in screens_with_paths(flow):
            self._read(screen)

    def _read(self, screen: Placed) -> None:
        screen_id = str(screen.value.get("id", ""))
        self._screens.setdefault(screen_id, screen.value)
        for _, component in components_of(screen):
            name = component.get("name")
            if isinstance(name, str) and component.get("type") != "Form":
                self.inputs.setdefault((screen_id, name), Input(len(self.inputs), screen.value, component))
        self._acts.extend(_Act(screen_id, action) for _, action in actions_within(screen.value.get("layout")))

    def input_of(self, name: str) -> Input | None:
        """The input that a member of a response was filled in with; None where that cannot be known."""
        visited: set[tuple[str, str]] = set()
        for kind in ("complete", "data_exchange"):
            for act in self._acts:
                if act.action.get("name") == kind and act.sends(name):
                    origin = self._origin(act, name, visited)
                    if origin is not None:
                        return origin
        return self._named(name)

    def example(self, screen: Mapping[str, Any], value: Any) -> Any:
        """What stands for a value before the Flow runs: a literal itself, for a binding the example of its data.

        `screen` is the one the value stands on. None for a binding to anything else, or where there is no example.
        """
        bound = references(value) if isinstance(value, str) else []
        if not bound:
            return value
        path = bound[0].path
        owner: Mapping[str, Any] | None = screen
        if path[0] == "screen" and len(path) > 3:
            owner, path = self._screens.get(path[1]), path[2:]
        data = owner.get("data") if owner else None
        if path[0] != "data" or len(path) < 2 or not isinstance(data, dict):
            return None
        declared = data.get(path[1])
        example = declared.get("__example__") if isinstance(declared, dict) else None
        for step in path[2:]:
            example = example.get(step) if isinstance(example, dict) else None
        return example

    def _origin(self, act: _Act, name: str, visited: set[tuple[str, str]]) -> Input | None:
        """The input whose value an action sends under a name."""
        for reference in references(act.payload[name]):
            path = reference.path
            owner = act.screen_id
            if path[0] == "screen" and len(path) > 3:
                owner, path = path[1], path[2:]
            if path[0] == "form" and len(path) > 1:
                return self.inputs.get((owner, path[1]))
            if path[0] == "data" and len(path) > 1:
                return self._handed_on(owner, path[1], visited)
        return None

    def _handed_on(self, screen_id: str, name: str, visited: set[tuple[str, str]]) -> Input | None:
        """The input whose value a screen received as data: by a navigate action, or through the endpoint.

        `visited` are the screens with the names that were looked at: there may be very many ways to each of them.
        """
        if (screen_id, name) in visited or len(visited) == _MOST_PLACES:
            return None
        visited.add((screen_id, name))
        leading = [act for act in self._acts if act.leads_to(screen_id) and act.sends(name)]
        asking = [act for act in self._acts if act.action.get("name") == "data_exchange" and act.sends(name)]
        for act in leading or asking:
            origin = self._origin(act, name, visited)
            if origin is not None:
                return origin
        return None if leading else self._named(name)

    def _named(self, name: str) -> Input | None:
        return next((origin for (_, own), origin in self.inputs.items() if own == name), None)
