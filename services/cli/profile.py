"""`coldlane profile`: what products tolerate, through the HTTP interface."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.failing import EXIT_WRONG_USE, CommandFailed, print_json
from services.cli.http import get, post
from services.cli.places import ApiUrl, AsJson, DataDir, api_url

profile_app = typer.Typer(
    help="Profiles of the running system: what products tolerate.", no_args_is_help=True
)


@profile_app.command("list")
def show_profiles(
    api_url_option: ApiUrl = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """List the profiles in all their versions."""
    answer = get(api_url(api_url_option, data_dir), "/api/v1/profiles")
    if as_json:
        print_json(answer)
        return
    for one in answer["items"]:
        typer.echo(f"{one['profile_id']}  version {one['version']}  {one['name_en']}")


@profile_app.command("templates")
def show_templates(
    api_url_option: ApiUrl = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """List the templates, and the numbers that each still needs."""
    answer = get(api_url(api_url_option, data_dir), "/api/v1/profiles/templates")
    if as_json:
        print_json(answer)
        return
    for one in answer["items"]:
        typer.echo(f"{one['template_id']}  {one['name_en']}; give {', '.join(one['missing'])}")


@profile_app.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="The profile as a JSON document.")],
    api_url_option: ApiUrl = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Add a profile, or its next version, at once; where people sign in, propose it instead.

    \b
    Examples:
      coldlane profile templates
      coldlane profile add acme-leukapheresis.json
    """
    profile = post(api_url(api_url_option, data_dir), "/api/v1/profiles", _read(file))
    if as_json:
        print_json(profile)
    else:
        typer.echo(f"{profile['profile_id']}  version {profile['version']}")


@profile_app.command("propose")
def propose(
    file: Annotated[Path, typer.Argument(help="The profile as a JSON document, with a reason.")],
    api_url_option: ApiUrl = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Propose a profile, or its next version; another person approves it at /profiles.

    \b
    Example:
      coldlane profile propose acme-leukapheresis.json
    """
    proposal = post(api_url(api_url_option, data_dir), "/api/v1/profile-proposals", _read(file))
    if as_json:
        print_json(proposal)
    else:
        typer.echo(
            f"{proposal['profile_id']}  version {proposal['version']}  waits for another person"
        )


def _read(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandFailed(f"{file} cannot be read as JSON: {error}", EXIT_WRONG_USE) from error
    if not isinstance(document, dict):
        raise CommandFailed(f"{file} holds no JSON object", EXIT_WRONG_USE)
    return document
