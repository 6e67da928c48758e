"""`coldlane papers`: approvals, permits and plans, through the HTTP interface."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.failing import EXIT_FAILED, EXIT_WRONG_USE, CommandFailed, print_json
from services.cli.http import get, post
from services.cli.places import ApiUrl, AsJson, DataDir, api_url

papers_app = typer.Typer(
    help="Papers of the running system: approvals, permits, plans.", no_args_is_help=True
)


@papers_app.command("import")
def import_papers(
    file: Annotated[Path, typer.Argument(help="A JSON list of papers.")],
    api_url_option: ApiUrl = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Enter every paper of a file; one that stands already is left as it is.

    Exit code 1 when a paper was refused; the others are entered, and the file can be sent again.

    \b
    Examples:
      coldlane papers import approvals-2026.json
    """
    base = api_url(api_url_option, data_dir)
    counts = {"entered": 0, "there": 0, "refused": 0}
    for number, paper in enumerate(_read(file), 1):
        outcome, said = _enter(base, paper)
        counts[outcome] += 1
        if outcome == "refused":
            typer.echo(f"{file}, paper {number}: {said}", err=True)
    if as_json:
        print_json(counts)
    else:
        typer.echo("  ".join(f"{count} {word}" for word, count in counts.items()))
    if counts["refused"]:
        raise typer.Exit(EXIT_FAILED)


@papers_app.command("list")
def show_papers(
    holder: Annotated[str | None, typer.Option(help="Only of this firm.")] = None,
    api_url_option: ApiUrl = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List papers, newest first, with their last day and what is left of them."""
    query = {} if holder is None else {"holder": holder}
    answer = get(api_url(api_url_option, data_dir), "/api/v1/papers", query)
    if as_json:
        print_json(answer)
        return
    for one in answer["items"]:
        left = "" if one["balance"] is None else f"  {one['balance']} {one['unit'] or ''} left"
        until = one["valid_until"] or "open"
        typer.echo(f"{one['kind']}  {one['number']}  {one['holder']}  until {until}{left}")


@papers_app.command("missing")
def show_missing(
    shipment: Annotated[str, typer.Argument(help="The shipment's id.")],
    api_url_option: ApiUrl = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Say what keeps a shipment from being released, who has it, and since when."""
    path = f"/api/v1/shipments/{shipment}/clearance"
    answer = get(api_url(api_url_option, data_dir), path)
    if as_json:
        print_json(answer)
        return
    typer.echo(f"{answer['reference']}  {answer['stage']}")
    for one in answer["blockers"]:
        typer.echo(
            f"{one['kind']} {one['what']}: {one['why']}, with {one['who']}"
            f" since {one['since']} ({one['rule_id']})"
        )


def _enter(base: str, paper: dict[str, Any]) -> tuple[str, str]:
    """Enter one, unless a paper of its kind has its number."""
    query = {"kind": str(paper.get("kind", "")), "number": str(paper.get("number", ""))}
    try:
        if all(query.values()) and get(base, "/api/v1/papers", query)["items"]:
            return "there", ""
        post(base, "/api/v1/papers", paper)
    except CommandFailed as error:
        if error.code != EXIT_FAILED:
            raise
        return "refused", str(error)
    return "entered", ""


def _read(file: Path) -> list[dict[str, Any]]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandFailed(f"{file} cannot be read as JSON: {error}", EXIT_WRONG_USE) from error
    if not isinstance(document, list) or not all(isinstance(one, dict) for one in document):
        raise CommandFailed(f"{file} holds no JSON list of papers", EXIT_WRONG_USE)
    return document
