"""`coldlane person`: who may sign in at the running system."""

from typing import Annotated

import typer

from services.cli.failing import print_json
from services.cli.http import get, patch, post
from services.cli.places import ApiUrl, AsJson, DataDir, api_url, database_url, running_system

person_app = typer.Typer(
    help="Let people in, list them, shut them out; COLDLANE_API_KEY holds the key to act with.",
    no_args_is_help=True,
)
PersonId = Annotated[str, typer.Argument(help="Short name of the person: chen.yu.")]
Reason = Annotated[str, typer.Option(help="Why; stands in the audit trail.")]
Roles = Annotated[list[str], typer.Option("--role", help="What they may do; several are allowed.")]


@person_app.command("create")
def create(
    person_id: PersonId,
    name: Annotated[str, typer.Option(help="Name for people.")],
    organisation: Annotated[str, typer.Option(help="Whose they are, by its short name.")],
    role: Roles,
    url: ApiUrl = None,
    data_dir: DataDir = None,
) -> None:
    """Enter a person and print the link that lets them in once, alone, on stdout.

    \b
    Example:
      coldlane person create chen.yu --name "Chen Yu" --organisation sponsor-qa --role qa_approver
    """
    document = {"person_id": person_id, "name": name, "organisation": organisation, "roles": role}
    typer.echo(post(api_url(url, data_dir), "/api/v1/people", document)["link"])


@person_app.command("list")
def list_people(url: ApiUrl = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Everybody who may sign in or once could."""
    found = get(api_url(url, data_dir), "/api/v1/people")
    if as_json:
        print_json(found)
        return
    for one in found["items"]:
        roles = ",".join(one["roles"])
        organisation = one["organisation"] or "–"
        typer.echo(f"{one['person_id']:<20} {one['state']:<9} {organisation:<16} {roles}")


@person_app.command("change")
def change(
    person_id: PersonId,
    reason: Reason,
    role: Annotated[
        list[str] | None, typer.Option("--role", help="All the roles from now on.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name for people from now on.")] = None,
    url: ApiUrl = None,
    data_dir: DataDir = None,
) -> None:
    """Give a person other roles or another name; with other roles they sign in anew.

    \b
    Example:
      coldlane person change chen.yu --role qa_assessor --reason "assesses from now on"
    """
    wanted = {"name": name, "roles": role, "reason": reason}
    document = {field: value for field, value in wanted.items() if value is not None}
    patch(api_url(url, data_dir), f"/api/v1/people/{person_id}", document)
    typer.echo(f"{person_id} is changed", err=True)


@person_app.command("reset")
def reset(
    person_id: PersonId,
    reason: Reason,
    second_factors: Annotated[
        bool, typer.Option("--second-factors", help="Take their second factors away too.")
    ] = False,
    url: ApiUrl = None,
    data_dir: DataDir = None,
) -> None:
    """End a person's password and sessions, and print a new one-time link on stdout.

    \b
    Example:
      coldlane person reset chen.yu --second-factors --reason "lost the phone"
    """
    document = {"second_factors": second_factors, "reason": reason}
    path = f"/api/v1/people/{person_id}/reset"
    typer.echo(post(api_url(url, data_dir), path, document)["link"])


@person_app.command("disable")
def disable(
    person_id: PersonId, reason: Reason, url: ApiUrl = None, data_dir: DataDir = None
) -> None:
    """End a person's access, sessions and keys now; their name stays in the entries.

    \b
    Example:
      coldlane person disable chen.yu --reason "left the firm"
    """
    post(api_url(url, data_dir), f"/api/v1/people/{person_id}/disable", {"reason": reason})
    typer.echo(f"{person_id} has no access any more", err=True)


@person_app.command("first-link")
def first_link(data_dir: DataDir = None) -> None:
    """Print a one-time link for the administrator, straight from the database, on stdout.

    For the first sign-in, and for when nobody gets in any more: it needs COLDLANE_DATABASE_URL or
    the folder of a running system, and asks nobody.

    \b
    Example:
      coldlane person first-link
    """
    from services.core.runtime.clock import clock_from_env
    from services.core.runtime.settings import ApiSettings
    from services.core.storage.bootstrap import first_link as make

    base = ApiSettings().public_url or running_system(data_dir).get("page_url") or ""
    token = make(database_url(data_dir), clock_from_env().now(), again=True)
    typer.echo(f"{str(base).rstrip('/')}/sign-in#link={token}")
