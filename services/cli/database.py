"""`coldlane db`: the schema of the database."""

from typing import Annotated

import typer

from services.cli.failing import EXIT_CONDITION_NOT_MET, print_json
from services.cli.places import AsJson, DataDir, database_url
from services.core.storage.isolation.rights import Service

database_app = typer.Typer(help="Bring the database schema up to date.", no_args_is_help=True)


@database_app.command("upgrade")
def upgrade_schema(
    data_dir: DataDir = None,
    logins: Annotated[
        bool,
        typer.Option(
            "--logins",
            help="Give each service's login the password of COLDLANE_INGEST_PASSWORD,"
            " COLDLANE_ALERTS_PASSWORD and COLDLANE_API_PASSWORD.",
        ),
    ] = False,
) -> None:
    """Bring the schema up to date; harmless when it is.

    \b
    Examples:
      coldlane db upgrade
      COLDLANE_DATABASE_URL=postgresql://user:password@host/coldlane coldlane db upgrade
    """
    url = database_url(data_dir)
    from services.core.storage.migrations import upgrade

    upgrade(url)
    typer.echo("The schema is up to date.", err=True)
    if logins:
        _give_passwords(url)


def _give_passwords(url: str) -> None:
    from services.core.runtime.settings import LoginSettings
    from services.core.storage.isolation.logins import make_logins

    chosen = {Service(name): word for name, word in LoginSettings().passwords.items()}
    make_logins(url, chosen, chosen)
    typer.echo(f"Logins with a password: {', '.join(sorted(chosen)) or 'none'}.", err=True)


@database_app.command("login")
def make_login(
    service: Annotated[Service, typer.Argument(help="Whose login: ingest, alerts or api.")],
    data_dir: DataDir = None,
) -> None:
    """Give a service a login with a new password, and print its address, alone, on stdout.

    Acts as the owner of the database. The service has only the rights of its own role; the
    password that it had before opens nothing any more.

    \b
    Examples:
      coldlane db login api
      export COLDLANE_DATABASE_URL=$(coldlane db login ingest)
    """
    url = database_url(data_dir)
    from services.core.storage.isolation.logins import make_logins

    typer.echo(make_logins(url, [service])[service])


@database_app.command("check")
def check_schema(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Ask whether the schema is up to date; the exit code is 4 when it is not.

    \b
    Examples:
      coldlane db check
      coldlane db check --json
    """
    url = database_url(data_dir)
    from services.core.storage.migrations import is_current

    current = is_current(url)
    if as_json:
        print_json({"current": current})
    else:
        typer.echo(
            "The schema is up to date."
            if current
            else "The schema is behind this program: run `coldlane db upgrade`."
        )
    if not current:
        raise typer.Exit(EXIT_CONDITION_NOT_MET)
