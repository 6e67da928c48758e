"""Where the running system is: its addresses from an option, the environment or run.json."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.failing import EXIT_UNREACHABLE, CommandFailed

DataDir = Annotated[
    Path | None,
    typer.Option(
        help="Folder of the local system; ~/.local/state/coldlane when not given.",
        envvar="COLDLANE_DATA_DIR",
        show_default=False,
    ),
]
ApiUrl = Annotated[
    str | None,
    typer.Option(
        "--api-url",
        envvar="COLDLANE_API_URL",
        help="Address of the API; the system that `up` runs here when not given.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def running_system(data_dir: Path | None) -> dict[str, Any]:
    """What `coldlane up` wrote about itself; empty when it does not run on that folder."""
    from services.core.runtime.settings import LocalSettings
    from services.local.folder import DataFolder

    given: dict[str, Any] = {"data_dir": data_dir} if data_dir else {}
    return DataFolder(LocalSettings(**given).data_dir).read_run() or {}


def api_url(option: str | None, data_dir: Path | None) -> str:
    """Address of the API to talk to."""
    found = option or running_system(data_dir).get("api_url")
    if not found:
        raise CommandFailed(
            "no running Coldlane was found: start one with `coldlane up`, name its folder with"
            " --data-dir, or give its address with --api-url http://host:port",
            EXIT_UNREACHABLE,
        )
    return str(found).rstrip("/")


def database_url(data_dir: Path | None) -> str:
    """Address of the database, in the dialect that the store speaks."""
    from services.core.runtime.settings import DatabaseSettings
    from services.local.reaching import check_reachable

    if not os.environ.get("COLDLANE_DATABASE_URL"):
        found = running_system(data_dir).get("database_url")
        if not found:
            raise CommandFailed(
                "no database is known: give its address in COLDLANE_DATABASE_URL, or name the"
                " folder of a running system with --data-dir",
                EXIT_UNREACHABLE,
            )
        settings = DatabaseSettings(database_url=found)
    else:
        settings = DatabaseSettings()
    check_reachable("database", settings.libpq_url)
    return settings.url
