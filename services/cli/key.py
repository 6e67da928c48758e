"""`coldlane key` and `coldlane organisation`: who may use the running system, and as what."""

from datetime import datetime
from typing import Annotated

import typer

from services.cli.failing import EXIT_WRONG_USE, CommandFailed, print_json
from services.cli.http import get, post
from services.cli.places import ApiUrl, AsJson, DataDir, api_url, database_url

key_app = typer.Typer(
    help="Make, list and revoke keys; COLDLANE_API_KEY holds the one to act with.",
    no_args_is_help=True,
)
organisation_app = typer.Typer(
    help="Enter and list the organisations that keys belong to.", no_args_is_help=True
)


@key_app.command("create")
def create(
    organisation: Annotated[str, typer.Option(help="Whose it is, by its short name.")],
    role: Annotated[
        str,
        typer.Option(
            help="operator, shipper, consignee, applicant, customs_officer,"
            " supervising_authority, qa_assessor, qa_approver, auditor, administrator, service"
            " or device."
        ),
    ],
    name: Annotated[
        str | None,
        typer.Option(help="Who or what holds it, for people; role and organisation when absent."),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(
            help="Short name of the person who holds it and makes it; a machine when not given."
        ),
    ] = None,
    box: Annotated[
        str | None, typer.Option(help="The box that a key of the role device is for.")
    ] = None,
    expires: Annotated[
        str | None, typer.Option(help="When it ends: 90d, 12h, or an instant with its offset.")
    ] = None,
    url: ApiUrl = None,
    data_dir: DataDir = None,
) -> None:
    """Make a key and print it, alone, on stdout: it is shown once and kept nowhere.

    \b
    Examples:
      coldlane key create --organisation lab --role auditor --name "Archive" --expires 90d
      COLDLANE_API_KEY=$(coldlane key create --organisation lab --role service)
    """
    wanted = {
        "organisation": organisation,
        "role": role,
        "name": f"{role} of {organisation}" if name is None else name,
        "person": person,
        "box": box,
        **({} if expires is None else _end(expires)),
    }
    document = {field: value for field, value in wanted.items() if value is not None}
    made = post(api_url(url, data_dir), "/api/v1/keys", document)
    typer.echo(made["key"])


@key_app.command("first")
def first(data_dir: DataDir = None) -> None:
    """Make an administrator's key for an hour, straight in the database; print it on stdout.

    For where people must sign in and there is no key yet to make keys with: it needs
    COLDLANE_DATABASE_URL or the folder of a running system, and asks nobody.

    \b
    Example:
      export COLDLANE_API_KEY=$(coldlane key first)
    """
    from services.core.runtime.clock import clock_from_env
    from services.core.storage.bootstrap import first_key

    typer.echo(first_key(database_url(data_dir), clock_from_env().now()))


@key_app.command("list")
def list_keys(url: ApiUrl = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Every key with its holder, role and end; never the key itself."""
    found = get(api_url(url, data_dir), "/api/v1/keys")
    if as_json:
        print_json(found)
        return
    for key in found["items"]:
        ends = key["revoked_at"] or key["expires_at"] or "never"
        word = "revoked" if key["revoked_at"] else "ends"
        used = key["last_used_at"] or "never"
        typer.echo(
            f"cl_{key['prefix']}  {key['role']:<16} {key['principal_id']:<20}"
            f" {key['organisation'] or '-':<16} {word} {ends}  used {used}"
        )


@key_app.command("revoke")
def revoke(
    prefix: Annotated[str, typer.Argument(help="Its first letters: cl_abcdefgh or abcdefgh.")],
    reason: Annotated[str, typer.Option(help="Why; stands in the audit trail.")],
    url: ApiUrl = None,
    data_dir: DataDir = None,
) -> None:
    """End a key for good: from the next request on it opens nothing.

    \b
    Example:
      coldlane key revoke cl_abcdefgh --reason "left the team"
    """
    plain = prefix.removeprefix("cl_")
    post(api_url(url, data_dir), f"/api/v1/keys/{plain}/revoke", {"reason": reason})
    typer.echo(f"cl_{plain} is revoked", err=True)


@organisation_app.command("create")
def create_organisation(
    organisation_id: Annotated[str, typer.Argument(help="Short name: a-z, 0-9 and . _ -.")],
    name: Annotated[str, typer.Option(help="Name for people.")],
    country: Annotated[str, typer.Option(help="Where it is: two letters, as CN.")],
    kind: Annotated[
        str,
        typer.Option(
            help="What it is here: applicant, shipper, consignee, operator, customs_site,"
            " supervising_authority, sponsor, auditor, or platform, which sees everything."
        ),
    ],
    url: ApiUrl = None,
    data_dir: DataDir = None,
) -> None:
    """Enter an organisation; its keys come next.

    \b
    Example:
      coldlane organisation create sponsor-qa --name "Sponsor QA" --country CN --kind sponsor
    """
    document = {
        "organisation_id": organisation_id,
        "name": name,
        "country": country,
        "kind": kind,
    }
    post(api_url(url, data_dir), "/api/v1/organisations", document)
    typer.echo(f"{organisation_id} is entered", err=True)


@organisation_app.command("list")
def list_organisations(
    url: ApiUrl = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Every organisation with its country."""
    found = get(api_url(url, data_dir), "/api/v1/organisations")
    if as_json:
        print_json(found)
        return
    for one in found["items"]:
        typer.echo(
            f"{one['organisation_id']:<20} {one['country']}  {one['kind']:<21} {one['name']}"
        )


_HOURS = {"d": 24, "h": 1}


def _end(text: str) -> dict[str, str | int]:
    """An instant as it was given, or a time from now; the server's clock says when that is."""
    number, unit = text[:-1], text[-1:]
    if number.isdecimal() and number.isascii() and unit in _HOURS:
        return {"valid_for_h": int(number) * _HOURS[unit]}
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise CommandFailed(
            f"--expires {text}: write 90d, 12h, or an instant such as 2027-01-31T00:00:00+08:00",
            EXIT_WRONG_USE,
        )
    return {"expires_at": instant.isoformat()}
