"""The `coldlane` program: which commands there are, and how they fail.

Each command is a thin function that imports what it needs when it runs, so that `--help` is quick
and no service drags another one in.
"""

from importlib.metadata import version
from typing import Annotated

import typer

from services.cli.audit import audit_app
from services.cli.box import box_app
from services.cli.database import database_app
from services.cli.diagnosis import doctor
from services.cli.exchange import exchange_app
from services.cli.failing import FriendlyGroup
from services.cli.grant import grant_app
from services.cli.key import key_app, organisation_app
from services.cli.mapping import mapping_app
from services.cli.papers import papers_app
from services.cli.person import person_app
from services.cli.photokey import factor_key, photo_key
from services.cli.probe import probe_app
from services.cli.profile import profile_app
from services.cli.programs import alerts, api, ingest, simulate, verify
from services.cli.rejected import rejected_app
from services.cli.running import up
from services.cli.site import site_app
from services.cli.trust import broker_app, ca_app

_HELP = """
Cold-chain service for cell-therapy shipments: from a box's reading to the inspection that comes
in time.

\b
Examples:
  coldlane up --demo 40          the whole system here, with 40 simulated boxes
  coldlane box create CB-0007    register a box at the running system

Data goes to stdout, words to stderr. Exit codes: 0 done, 1 failed, 2 wrong use, 3 not found,
4 condition not met, 5 a server does not answer, 130 interrupted.
"""

app = typer.Typer(
    name="coldlane",
    cls=FriendlyGroup,
    help=_HELP,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: quick, and it reads the same in every terminal
    pretty_exceptions_enable=False,  # they print local variables, passwords among them
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"coldlane {version('coldlane')}")
        raise typer.Exit


@app.callback()
def coldlane(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and end.", is_eager=True, callback=_show_version
        ),
    ] = False,
) -> None:
    """Options before the command; typer calls this, `_show_version` does the work."""


_PASS_EVERYTHING_ON = {"allow_extra_args": True, "ignore_unknown_options": True}

app.command()(up)
app.command()(ingest)
app.command()(alerts)
app.command()(api)
for passed_on in (simulate, verify):
    app.command(
        context_settings={**_PASS_EVERYTHING_ON, "help_option_names": []}, add_help_option=False
    )(passed_on)
app.add_typer(exchange_app, name="customs-exchange")
app.add_typer(box_app, name="box")
app.add_typer(ca_app, name="ca")
app.add_typer(broker_app, name="broker")
app.add_typer(probe_app, name="probe")
app.add_typer(rejected_app, name="rejected")
app.add_typer(key_app, name="key")
app.add_typer(person_app, name="person")
app.add_typer(grant_app, name="grant")
app.add_typer(audit_app, name="audit")
app.add_typer(organisation_app, name="organisation")
app.add_typer(mapping_app, name="mapping")
app.add_typer(profile_app, name="profile")
app.add_typer(site_app, name="site")
app.add_typer(papers_app, name="papers")
app.add_typer(database_app, name="db")
app.command("photo-key")(photo_key)
app.command("factor-key")(factor_key)
app.command()(doctor)
