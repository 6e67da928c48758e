"""`coldlane box enrol`, `certificates` and `revoke`: what a box proves itself with."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.failing import EXIT_WRONG_USE, CommandFailed, print_json
from services.cli.http import get, post
from services.cli.places import ApiUrl, AsJson, DataDir, api_url
from services.cli.trust import CaDir, Days, data_folder, opened

if TYPE_CHECKING:
    from services.local.trust.authority import Authority

Reason = Annotated[str, typer.Option(help="Why; stands in the audit trail.")]


def enrol(
    box_ids: Annotated[list[str], typer.Argument(metavar="BOX_ID…", help="Boxes by name.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; <data folder>/boxes when not given.")
    ] = None,
    days: Days = 365,
    csr: Annotated[
        Path | None, typer.Option(help="Certificate request of a box that keeps its key, PEM.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="Certificate that a site issued to the box, to record.")
    ] = None,
    ca: CaDir = None,
    url: ApiUrl = None,
    data_dir: DataDir = None,
) -> None:
    """Give registered boxes a key and a certificate; again, before the old one ends.

    Writes BOX_ID.key, BOX_ID.crt and ca.crt and prints the certificate's path. The old certificate
    holds beside the new one until it ends or is revoked; the key before is kept beside the new one.

    \b
    Examples:
      coldlane box enrol CB-0007 CB-0008 --out usb-stick
      coldlane box enrol CB-0007 --csr CB-0007.csr
      coldlane box enrol CB-0007 --certificate from-site.crt
    """
    if (csr or certificate) and len(box_ids) > 1:
        raise CommandFailed("--csr and --certificate are for one box", EXIT_WRONG_USE)
    base = api_url(url, data_dir)
    folder = out or data_folder(data_dir) / "boxes"
    for box_id in box_ids:
        get(base, f"/api/v1/boxes/{box_id}")
        if certificate is not None:
            _record(base, box_id, certificate.read_bytes())
            continue
        typer.echo(_issue(base, box_id, folder, opened(ca, data_dir), days, csr))


def _issue(
    base: str, box_id: str, folder: Path, authority: Authority, days: int, csr: Path | None
) -> Path:
    """Recorded before it is written: what is in a box's hands is known here."""
    from services.core.runtime.clock import SystemClock
    from services.local.trust.authority import named_box
    from services.local.trust.broker_folder import keep_identity
    from services.local.trust.files import new_key

    name, now, holds = named_box(box_id), SystemClock().now(), timedelta(days=days)
    if csr is not None:
        pem = authority.issue_for_request(name, csr.read_bytes(), now, holds)
        _record(base, name, pem)
        keep_identity(folder, name, pem, authority)
    else:
        key = new_key()
        pem = authority.issue(name, key.public_key(), now, holds)
        _record(base, name, pem)
        keep_identity(folder, name, pem, authority, key)
    return folder / f"{name}.crt"


def _record(base: str, box_id: str, pem: bytes) -> None:
    document = {"certificate": pem.decode("ascii", "replace")}
    made = post(base, f"/api/v1/boxes/{box_id}/certificates", document)
    typer.echo(f"{box_id}: {made['serial']} holds until {made['not_after']}", err=True)


def certificates(
    box_id: Annotated[str, typer.Argument(help="The box.")],
    url: ApiUrl = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List the certificates of a box, old ones too."""
    found = get(api_url(url, data_dir), f"/api/v1/boxes/{box_id}/certificates")
    if as_json:
        print_json(found)
        return
    for one in found["items"]:
        typer.echo(f"{one['serial']:<40} {one['state']:<8} until {one['not_after']}")


def revoke(
    box_id: Annotated[str, typer.Argument(help="The box.")],
    reason: Reason,
    serial: Annotated[
        str | None, typer.Option(help="This certificate alone; all of the box when not given.")
    ] = None,
    wait_s: Annotated[
        float, typer.Option(min=0, help="How long to wait for the broker to know.")
    ] = 10,
    ca: CaDir = None,
    url: ApiUrl = None,
    data_dir: DataDir = None,
) -> None:
    """End a box's certificates: recorded, told to the broker, and its live connection ended.

    Can be given again when the broker could not be told.

    \b
    Examples:
      coldlane box revoke CB-0007 --reason "lost at the airport"
      coldlane box revoke CB-0007 --serial 5f31… --reason "renewed"
    """
    from services.core.runtime.clock import SystemClock
    from services.local.trust.ending import end_certificates

    base, path = api_url(url, data_dir), f"/api/v1/boxes/{box_id}/certificates"
    known = get(base, path)["items"]
    wanted = [one for one in known if serial in (None, one["serial"])]
    if not wanted:
        raise CommandFailed(f"{box_id} has no such certificate: see coldlane box certificates")
    for one in wanted:
        post(base, f"{path}/{one['fingerprint']}/revoke", {"reason": reason})
    end_certificates(
        opened(ca, data_dir),
        box_id,
        [int(one["serial"], 16) for one in wanted],
        SystemClock().now(),
        patience=timedelta(seconds=wait_s),
        keep_session=_has_another(known, wanted),
    )
    typer.echo(f"{box_id} is shut out with {len(wanted)} certificate(s)", err=True)


def _has_another(known: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> bool:
    return any(one["state"] == "holds" for one in known if one not in wanted)
