"""`coldlane grant`: with whom a shipment is shared."""

from typing import Annotated

import typer

from services.cli.failing import print_json
from services.cli.http import get, post
from services.cli.places import ApiUrl, AsJson, DataDir, api_url

grant_app = typer.Typer(
    help="Share shipments with other organisations, and stop sharing them.", no_args_is_help=True
)

ShipmentId = Annotated[str, typer.Argument(help="Identifier of the shipment.")]


@grant_app.command("create")
def create(
    shipment_id: ShipmentId,
    organisation: Annotated[str, typer.Option(help="With whom, by its short name.")],
    party: Annotated[
        str,
        typer.Option(
            help="As what: applicant, shipper, carrier, customs_site, consignee, authority,"
            " sponsor or auditor."
        ),
    ],
    reason: Annotated[str, typer.Option(help="Why; stands in the audit trail.")],
    starts: Annotated[str | None, typer.Option(help="From when on, with offset; now.")] = None,
    ends: Annotated[str | None, typer.Option(help="Until when, with offset.")] = None,
    url: ApiUrl = None,
    data_dir: DataDir = None,
) -> None:
    """Share a shipment; prints the grant's identifier, alone, on stdout.

    \b
    Example:
      coldlane grant create 019aa3c4-7d1e-7c3a-9d2b-5f0c6f1f2a11 --organisation hospital \\
        --party consignee --reason "receives it" --ends 2026-12-31T00:00:00+08:00
    """
    wanted = {
        "organisation": organisation,
        "party": party,
        "reason": reason,
        "starts_at": starts,
        "ends_at": ends,
    }
    document = {name: value for name, value in wanted.items() if value is not None}
    made = post(api_url(url, data_dir), f"/api/v1/shipments/{shipment_id}/grants", document)
    typer.echo(made["id"])


@grant_app.command("list")
def list_grants(
    shipment_id: ShipmentId, url: ApiUrl = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Every grant of a shipment, the ended ones too.

    \b
    Example:
      coldlane grant list 019aa3c4-7d1e-7c3a-9d2b-5f0c6f1f2a11
    """
    found = get(api_url(url, data_dir), f"/api/v1/shipments/{shipment_id}/grants")
    if as_json:
        print_json(found)
        return
    for one in found["items"]:
        standing = "in force" if one["in_force"] else "ended"
        ends = one["revoked_at"] or one["ends_at"] or "never"
        typer.echo(
            f"{one['id']}  {one['organisation']:<20} {one['party']:<13} {standing:<9} ends {ends}"
        )


@grant_app.command("revoke")
def revoke(
    shipment_id: ShipmentId,
    grant_id: Annotated[str, typer.Argument(help="Identifier of the grant.")],
    reason: Annotated[str, typer.Option(help="Why; stands in the audit trail.")],
    url: ApiUrl = None,
    data_dir: DataDir = None,
) -> None:
    """Stop sharing: from the next question on nothing of the shipment is shown.

    \b
    Example:
      coldlane grant revoke 019aa3c4-… 019aa3c5-… --reason "handed over"
    """
    path = f"/api/v1/shipments/{shipment_id}/grants/{grant_id}/revoke"
    post(api_url(url, data_dir), path, {"reason": reason})
    typer.echo("the shipment is not shared there any more", err=True)
