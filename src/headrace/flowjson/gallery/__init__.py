"""The starter Flows: a folder each, every text our own, free to use and to change.

`flow.json` of a folder works without an endpoint, `steps.yaml` is one way through it for `headrace run`. A folder
`endpoint` holds the Flow that asks an endpoint, one way through it, and the endpoint: a Python file for any ASGI
server. A folder `hosted` holds the connector that answers in its place where a server hosts one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

__all__ = ["TEMPLATES", "Template", "UnknownTemplate", "template"]

_FOLDER = Path(__file__).parent
_PARTS_OF_ENDPOINT = (".py", ".png")


class UnknownTemplate(LookupError):
    """There is no template of this name, or none with an endpoint; the message says which there are."""


@dataclass(frozen=True, slots=True)
class Template:
    """A starter Flow. `name` is what one types, `title` and `description` what one chooses by, `category` the
    Graph API's.

    `is_rehearsed`: what the endpoint answers depends on the day, or on a secret, so its steps hold only when it is
    started with REHEARSAL=1.
    """

    name: str
    title: str
    description: str
    category: str
    has_endpoint: bool = False
    is_rehearsed: bool = False

    def text(self, *, with_endpoint: bool = False) -> str:
        """Its Flow JSON. Raises UnknownTemplate when it is wanted with an endpoint and there is none."""
        return (self._folder(with_endpoint) / "flow.json").read_text(encoding="utf-8")

    def files(self, *, with_endpoint: bool = False) -> Mapping[str, bytes]:
        """Every file of it by its name, folders separated by `/`; with an endpoint also what serves it.

        Raises UnknownTemplate when it is wanted with an endpoint and there is none.
        """
        folder = self._folder(with_endpoint)
        wanted = {".json", ".yaml"}.union(_PARTS_OF_ENDPOINT if with_endpoint else ())
        paths = sorted(folder.rglob("*") if with_endpoint else folder.iterdir())
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in paths
            if path.suffix in wanted and path.is_file()
        }

    def connector(self) -> str | None:
        """The text of the connector that a server can host for its Flow with an endpoint; None when it has none."""
        path = _FOLDER / self._folder_name / "hosted" / "connector.yaml"
        return path.read_text(encoding="utf-8") if path.is_file() else None

    @property
    def endpoint_path(self) -> Path | None:
        """The Python file whose `build(private_key, app_secret)` makes the endpoint; None when it has none."""
        return _FOLDER / self._folder_name / "endpoint" / "endpoint.py" if self.has_endpoint else None

    @property
    def _folder_name(self) -> str:
        return self.name.replace("-", "_")

    def _folder(self, with_endpoint: bool) -> Path:
        if not with_endpoint:
            return _FOLDER / self._folder_name
        if not self.has_endpoint:
            having = ", ".join(one.name for one in TEMPLATES.values() if one.has_endpoint)
            raise UnknownTemplate(f'"{self.name}" has no endpoint. With an endpoint there are: {having}.')
        return _FOLDER / self._folder_name / "endpoint"


_LISTED = (
    Template("sign-up", "Sign up", "Create an account: name, email, consent to the terms.", "SIGN_UP"),
    Template(
        "sign-in", "Sign in", "Sign in with an email and a code.", "SIGN_IN", has_endpoint=True, is_rehearsed=True
    ),
    Template(
        "appointment",
        "Appointment",
        "Choose a service, a day and a time, check it and book it.",
        "APPOINTMENT_BOOKING",
        has_endpoint=True,
        is_rehearsed=True,
    ),
    Template(
        "lead-generation",
        "Lead generation",
        "Find out what interests somebody, and how to reach them for a quote.",
        "LEAD_GENERATION",
    ),
    Template("contact", "Contact", "One screen for a message with its subject.", "CONTACT_US"),
    Template(
        "support",
        "Support",
        "Describe what went wrong, with photos, or find the answer.",
        "CUSTOMER_SUPPORT",
        has_endpoint=True,
    ),
    Template("survey", "Survey", "Three questions, a screen each, with a summary.", "SURVEY"),
    Template("feedback", "Feedback", "A rating that asks for the reason when it is low.", "SURVEY"),
    Template(
        "order",
        "Order",
        "Browse products with pictures, see the details, place the order.",
        "OTHER",
        has_endpoint=True,
    ),
    Template("components", "Components", "A tour of every component, to look at and to copy from.", "OTHER"),
)

TEMPLATES: Mapping[str, Template] = MappingProxyType({template.name: template for template in _LISTED})
"""Every template by its name, in the order in which they are offered."""


def template(name: str) -> Template:
    """The template of this name. Raises UnknownTemplate, whose message names the nearest one, or all."""
    known = TEMPLATES.get(name.strip().lower().replace("_", "-").replace(" ", "-"))
    if known is not None:
        return known
    near = get_close_matches(name.lower(), TEMPLATES, n=1)
    advice = f'Did you mean "{near[0]}"?' if near else f"There are: {', '.join(TEMPLATES)}."
    raise UnknownTemplate(f'There is no template "{name}". {advice}')
