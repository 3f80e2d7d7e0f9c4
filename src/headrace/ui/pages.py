"""What all pages share: the template environment, static files with lasting addresses, the rules for the browser."""

import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

# Styles may stand on an element (the width of a progress bar); scripts come from our own files only.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; form-action 'self'; base-uri 'none'"
)

_STATIC = Path(__file__).parent / "static"
# Folders of files below /static, by the first part of their address. The phone below brings its own styles.
_FOLDERS: dict[str, Path] = {"phone": Path(__file__).parent.parent / "phone" / "rendering" / "static"}
_YEAR = "public, max-age=31536000, immutable"


def is_built() -> bool:
    """Whether the front end is there. A wheel has it; in a checkout `make frontend` builds it."""
    return (_STATIC / "build" / "app.js").is_file()


def templates(*packages: str) -> Environment:
    """An environment that finds templates in these packages' `templates` folders, then in the shared ones.

    Everything is escaped, and a name that does not exist is an error.
    """
    loaders = [PackageLoader(package) for package in (*packages, "headrace.ui")]
    environment = Environment(
        loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["static"] = static_url
    return environment


def render(
    environment: Environment, name: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HTMLResponse:
    """One page or one part of a page. It may change at any moment, so nobody keeps it."""
    html = environment.get_template(name).render(**(context or {}))
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def serve_static(name: str, folder: Path) -> None:
    """Serves the files of a room below `/static/{name}/`. Raises ValueError when another folder has this name."""
    if _FOLDERS.setdefault(name, folder) != folder:
        raise ValueError(f"the static files of {name!r} lie in {_FOLDERS[name]} already")


def static_url(path: str) -> str:
    """The address of a static file, with a mark of its content so that a browser may keep it for good."""
    return f"/static/{path}?v={_mark(path)}"


def static_text(path: str) -> str:
    """The content of a static file, for a page that has to stand alone. Raises FileNotFoundError."""
    file = _find(path)
    if file is None:
        raise FileNotFoundError(path)
    return file.read_text()


@functools.cache
def _mark(path: str) -> str:
    file = _find(path)
    if file is None:
        return "0"
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _find(path: str) -> Path | None:
    """The file behind a path below /static, if it is one of ours."""
    if "\0" in path:
        return None
    first, _, rest = path.partition("/")
    folder, inner = (_FOLDERS[first], rest) if first in _FOLDERS else (_STATIC, path)
    try:
        candidate = (folder / inner).resolve()
        return candidate if candidate.is_relative_to(folder.resolve()) and candidate.is_file() else None
    except (OSError, ValueError):  # a name that no file system could hold
        return None


def static_routes() -> list[Route]:
    """Everything below /static."""

    async def serve(request: Request) -> Response:
        path = request.path_params["path"]
        file = _find(path)
        if file is None:
            return PlainTextResponse("There is no such file.\n", 404)
        is_marked = request.query_params.get("v") == _mark(path)
        return FileResponse(file, headers={"Cache-Control": _YEAR if is_marked else "no-cache"})

    return [Route("/static/{path:path}", serve, methods=["GET"])]
