"""`coldlane probe`: probes and their calibration records, through the HTTP interface."""

from typing import Annotated, Any

import typer

from services.cli.failing import EXIT_WRONG_USE, CommandFailed, print_json
from services.cli.http import get, post
from services.cli.places import ApiUrl, AsJson, DataDir, api_url

probe_app = typer.Typer(
    help="Probes of the running system, and their calibration records.", no_args_is_help=True
)
ProbeId = Annotated[str, typer.Argument(help="Serial number of the probe.")]


@probe_app.command("calibrate")
def calibrate(
    probe_id: ProbeId,
    point: Annotated[
        list[str],
        typer.Option(help="A line of the certificate in °C, as READ:TRUE; repeatable."),
    ],
    certificate: Annotated[str, typer.Option(help="Number of the certificate, and whose.")],
    valid_from: Annotated[str, typer.Option(help="Since when, as 2026-11-22T00:00:00Z.")],
    valid_until: Annotated[str, typer.Option(help="Until when, as 2027-11-22T00:00:00Z.")],
    api_url_option: ApiUrl = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Enter a calibration record. Raw readings stay; what it touches is judged again.

    \b
    Examples:
      coldlane probe calibrate SN-4411 --point 5.12:5.00 --certificate KAL-0817
        --valid-from 2026-11-01T00:00:00Z --valid-until 2027-11-01T00:00:00Z
    """
    record = post(
        api_url(api_url_option, data_dir),
        f"/api/v1/probes/{probe_id}/calibrations",
        {
            "points": [_read_point(text) for text in point],
            "certificate": certificate,
            "valid_from": valid_from,
            "valid_until": valid_until,
        },
    )
    if as_json:
        print_json(record)
    else:
        _tell(record)


@probe_app.command("calibrations")
def calibrations(
    probe_id: ProbeId,
    api_url_option: ApiUrl = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List the calibration records of a probe, the latest beginning first."""
    found = get(api_url(api_url_option, data_dir), f"/api/v1/probes/{probe_id}/calibrations")
    if as_json:
        print_json(found)
        return
    for record in found["items"]:
        _tell(record)


def _tell(record: dict[str, Any]) -> None:
    points = " ".join(f"{one['read_c']:g}:{one['true_c']:g}" for one in record["points"])
    typer.echo(
        f"{record['probe_id']}  {record['valid_from']} to {record['valid_until']}"
        f"  {points}  {record['certificate']}  by {record['recorded_by']}"
    )


def _read_point(text: str) -> dict[str, float]:
    read, _, true = text.partition(":")
    try:
        return {"read_c": float(read), "true_c": float(true)}
    except ValueError:
        raise CommandFailed(
            f"--point {text}: write READ:TRUE in degrees Celsius, such as 5.12:5.00", EXIT_WRONG_USE
        ) from None
