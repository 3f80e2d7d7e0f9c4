"""`headrace invite`: lets somebody sign in; the way to the first admin of an installation."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from headrace.cli.terminal import emit_text, printable, stop


class Role(StrEnum):
    admin = "admin"
    editor = "editor"
    viewer = "viewer"


def invite(
    email: Annotated[str, typer.Argument(help="Who is invited.")],
    role: Annotated[Role, typer.Option(help="What they will be in the workspace.")] = Role.admin,
    workspace: Annotated[str | None, typer.Option(help="Name of the workspace; without one the first.")] = None,
    data: Annotated[Path, typer.Option(help="Folder of the server's data.", file_okay=False)] = Path(".headrace"),
    database: Annotated[
        str | None, typer.Option(help="The server's PostgreSQL database, instead.", envvar="HEADRACE_DATABASE")
    ] = None,
    new_password: Annotated[
        bool, typer.Option("--new-password", help="They forgot theirs: it holds no more, and they choose a new one.")
    ] = False,
    public_url: Annotated[
        str, typer.Option(help="The address people reach the server by.", envvar="HEADRACE_PUBLIC_URL")
    ] = "http://127.0.0.1:8460",
) -> None:
    """Make a link by which somebody joins a workspace with a password of their own.

    The server may be running meanwhile. The link holds for seven days and can be used once; only its digest is kept, so
    it is printed this one time.

    Exit status: 0 it is printed, 2 it cannot be made.

    Examples:

      headrace invite you@example.org

      headrace invite ben@example.org --role editor --public-url https://flows.example.org

      headrace invite ben@example.org --role editor --new-password
    """
    import asyncio

    try:
        import sqlalchemy  # noqa: F401
    except ImportError:
        stop('The server is not installed. Install Headrace with it: pip install "/path/to/headrace[serve]"')
    if database is None and not (data / "business.db").is_file():
        stop(f"There is no server's data in {printable(str(data))}. Name its folder with --data, or its --database.")
    token = asyncio.run(_invite(email, role.value, workspace, (data.resolve(), database), new_password))
    link = f"{public_url.rstrip('/')}/invitations/{token}"
    emit_text(f"Give {printable(email)} this link. It holds for seven days and can be used once:\n\n  {link}\n")


async def _invite(
    email: str, role: str, workspace: str | None, place: tuple[Path, str | None], new_password: bool
) -> str:
    from headrace.business.team import Role
    from headrace.business.team.members import NotDone, add_invitation, check_email
    from headrace.business.team.service import find_workspace
    from headrace.business.team.sign_ins import forget_password
    from headrace.clock import SystemClock
    from headrace.database import DatabaseUnusable, open_database, postgresql_url
    from headrace.identifiers import RandomIdentifiers
    from headrace.settings import Settings

    try:
        check_email(email)
        data, database = place
        settings = Settings(data=data, database=postgresql_url(database) if database else None)
        opened = await open_database(settings.database_url("business"), "business")
    except (DatabaseUnusable, NotDone) as error:
        stop(str(error))
    token, now = RandomIdentifiers().token(), SystemClock().now()
    try:
        async with opened.transaction() as session:
            found = await find_workspace(session, workspace)
            if found is not None and new_password:
                await forget_password(session, email)
            if found is not None:
                await add_invitation(session, found.id, email, Role(role), token, now)
    finally:
        await opened.close()
    if found is None:
        stop(
            f'There is no workspace "{printable(workspace)}".'
            if workspace
            else "There is no workspace yet: start the server once."
        )
    return token
