"""What is told of an error of the Graph API: its meaning, its usual causes, and how to mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GraphError:
    """One error by its code and, since codes are shared, by the title that Graph gives it."""

    code: int
    title: str
    means: str
    causes: tuple[str, ...]
    remedy: str

    @property
    def name(self) -> str:
        return f"{self.code} {self.title}".rstrip(".")
