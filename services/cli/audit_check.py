"""`coldlane audit verify`: checks the audit trail straight in the database."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.failing import EXIT_CONDITION_NOT_MET, print_json
from services.cli.places import AsJson, DataDir, database_url

if TYPE_CHECKING:
    from services.core.runtime.audit_folder import AuditFolder
    from services.core.storage.audit_verification import Verification


def verify(
    audit_dir: Annotated[
        Path | None,
        typer.Option(
            envvar="COLDLANE_AUDIT_DIR",
            help="Folder with the keys and the anchors; that of the local system when not given.",
        ),
    ] = None,
    head: Annotated[
        list[str] | None,
        typer.Option(
            help="What a notice to QA said of the trail, 812:9f3c…; several may be given."
        ),
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Read every entry and check it, its place, the anchors, and each signature.

    The exit code is 4 when something is wrong: the first entry that was changed, removed, put in,
    moved or cut off is named. It needs COLDLANE_DATABASE_URL or the folder of a running system, and
    no service. Keys and anchors prove most when they come from where the database's people cannot
    write.

    \b
    Examples:
      coldlane audit verify
      coldlane audit verify --audit-dir /mnt/qa/audit --json
      coldlane audit verify --head 812:9f3c0a…
    """
    url = database_url(data_dir)
    folder = _folder(audit_dir, data_dir)
    found = asyncio.run(_verify(url, folder, head or []))
    document = _document(found)
    if as_json:
        print_json(document)
    else:
        _say(document)
    if not document["ok"]:
        raise typer.Exit(EXIT_CONDITION_NOT_MET)


def _folder(audit_dir: Path | None, data_dir: Path | None) -> AuditFolder:
    from services.core.runtime.audit_folder import AuditFolder
    from services.core.runtime.settings import LocalSettings
    from services.local.folder import DataFolder

    given: dict[str, Any] = {"data_dir": data_dir} if data_dir else {}
    return AuditFolder(audit_dir or DataFolder(LocalSettings(**given).data_dir).audit)


async def _verify(url: str, folder: AuditFolder, told: list[str]) -> Verification:
    from services.core.domain.governance.audit_anchor import parse_head
    from services.core.domain.governance.reach import installation
    from services.core.runtime.clock import clock_from_env
    from services.core.storage.audit_verification import verify_audit
    from services.core.storage.constraints import reachable
    from services.core.storage.database import Database

    heads = [parse_head(one) for one in told]
    database = Database(url, pool_size=1, application_name="coldlane-audit")
    try:
        with reachable():
            async with database.unit_of_work(installation(clock_from_env().now())) as unit:
                return await verify_audit(unit, folder.keys(), folder.anchors(), _progress, heads)
    finally:
        await database.close()


def _progress(entries: int) -> None:
    if entries % 10_000 == 0:
        typer.echo(f"{entries} entries hold so far", err=True)


def _document(found: Verification) -> dict[str, Any]:
    told = {"ok": not found.findings, **asdict(found)}
    told["head"] = found.head.hex()
    told["clock_steps"] = [{"position": at, "seconds": gap} for at, gap in found.clock_steps]
    return told


def _say(told: dict[str, Any]) -> None:
    typer.echo(
        f"{told['entries']} entries hold, {told['anchored_entries']} of them anchored"
        f" ({told['anchors']} anchors); {told['signatures']} signatures were compared."
    )
    if told["unproven"]:
        typer.echo(f"{told['unproven']} entries bear a key that is not here: give --audit-dir.")
    for step in told["clock_steps"]:
        typer.echo(f"The database's clock went back by {step['seconds']} s at {step['position']}.")
    for one in told["findings"]:
        where = "" if one["position"] is None else f" at place {one['position']}"
        entry = "" if one["entry_id"] is None else f", entry {one['entry_id']}"
        typer.echo(f"{one['fault'].upper()}{where}{entry}: {one['detail']}")
