"""The figures by which the box on this server judges endpoints, handed to the console."""

from headrace.console.place import EndpointFigures
from headrace.platform.box import Box
from headrace.platform.control_room.overview import flow_state


class BoxWatch:
    """Looks at what the box measured."""

    def __init__(self, box: Box) -> None:
        self._box = box

    async def figures(self, flow_id: str) -> EndpointFigures | None:
        state = await flow_state(self._box, flow_id)
        health = None if state is None else state["health"]
        if health is None:
            return None
        return EndpointFigures(**{name: health[name] for name in EndpointFigures.__dataclass_fields__})
