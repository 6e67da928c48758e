"""`coldlane site`: inspection sites of the running system, through the HTTP interface."""

from typing import Annotated

import typer

from services.cli.failing import print_json
from services.cli.http import get, get_text
from services.cli.places import ApiUrl, AsJson, DataDir, api_url

site_app = typer.Typer(help="Inspection sites of the running system.", no_args_is_help=True)


@site_app.callback()
def site() -> None:
    """Keeps `figures` a command of its own."""


@site_app.command("figures")
def figures(
    site_id: Annotated[str, typer.Argument(help="The site, such as PVG.")],
    first: Annotated[str | None, typer.Option("--from", help="First day: 2026-11-01.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, included.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table for a spreadsheet.")] = False,
    api_url_option: ApiUrl = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Print a site's figures by day: arrivals, times to clearance, slack, use, fairness.

    \b
    Examples:
      coldlane site figures PVG
      coldlane site figures PVG --from 2026-11-01 --to 2026-11-30 --csv > november.csv
    """
    base = api_url(api_url_option, data_dir)
    days = {"from": first, "to": last}
    query = {name: day for name, day in days.items() if day is not None}
    if as_csv:
        typer.echo(get_text(base, f"/api/v1/sites/{site_id}/figures.csv", query), nl=False)
        return
    answer = get(base, f"/api/v1/sites/{site_id}/figures", query)
    if as_json:
        print_json(answer)
        return
    for one in answer["days"]:
        typer.echo(
            f"{one['day']}  arrived {one['arrivals']}  cleared {one['cleared']}"
            f"  median {_minutes(one['arrival_to_clearance_median_s'])}"
            f"  least slack {_minutes(one['slack_at_clearance_least_s'])}"
            f"  too late {one['begun_too_late']}  used {_percent(one['utilisation'])}"
        )


def _minutes(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds / 60:.0f} min"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"
