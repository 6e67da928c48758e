"""`coldlane audit`: read the audit trail, take it out, and check that it still holds."""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from services.cli.audit_check import verify
from services.cli.http import get, post
from services.cli.places import ApiUrl, DataDir, api_url

audit_app = typer.Typer(
    help="Read, take out and check the audit trail; COLDLANE_API_KEY holds the key to act with.",
    no_args_is_help=True,
)
audit_app.command("verify")(verify)

Entity = Annotated[str | None, typer.Option(help="Only those on this kind of thing: shipment.")]
EntityId = Annotated[str | None, typer.Option("--id", help="Only those on this one.")]
Person = Annotated[str | None, typer.Option(help="Only those of this person.")]
Action = Annotated[str | None, typer.Option(help="Only acts of this name: approve.")]
Since = Annotated[str | None, typer.Option(help="Only from this instant on, with its offset.")]
Until = Annotated[str | None, typer.Option(help="Only before this instant, with its offset.")]

_PART = "500"
_COLUMNS = (
    *("id", "position", "at", "sealed_at", "principal_id", "source", "action", "entity"),
    *("entity_id", "before", "after", "reason", "hash"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@audit_app.command("list")
def list_entries(
    entity: Entity = None,
    entity_id: EntityId = None,
    person: Person = None,
    action: Action = None,
    since: Since = None,
    until: Until = None,
    count: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 50,
    url: ApiUrl = None,
    data_dir: DataDir = None,
) -> None:
    """The newest entries, one a line. That you read them is an entry too.

    \b
    Examples:
      coldlane audit list --person chen.yu
      coldlane audit list --entity shipment --id 019aa3c4-7d1e-7c3a-9d2b-5f0c6f1f2a11
    """
    query = _query(entity, entity_id, person, action, since, until)
    found = get(api_url(url, data_dir), "/api/v1/audit", {**query, "limit": str(count)})
    for one in found["items"]:
        reason = f"  {one['reason']}" if one["reason"] else ""
        typer.echo(
            f"{one['id']:>7}  {one['at']}  {one['principal_id']:<18} {one['action']:<16}"
            f" {one['entity']} {one['entity_id']}{reason}"
        )


@audit_app.command("tell")
def tell(url: ApiUrl = None, data_dir: DataDir = None) -> None:
    """Tell QA now how far the trail has come, by every channel that reaches them.

    It is told once a day anyway. Number and hash are what `verify --head` takes.

    \b
    Examples:
      coldlane audit tell
    """
    told = post(api_url(url, data_dir), "/api/v1/audit/head", {})
    typer.echo(f"{told['entries']}:{told['hash']}")


@audit_app.command("export")
def export(
    entity: Entity = None,
    entity_id: EntityId = None,
    person: Person = None,
    action: Action = None,
    since: Since = None,
    until: Until = None,
    form: Annotated[
        Literal["jsonl", "csv"],
        typer.Option("--format", help="JSON objects, or a table."),
    ] = "jsonl",
    to: Annotated[Path | None, typer.Option(help="File to write; stdout when not given.")] = None,
    url: ApiUrl = None,
    data_dir: DataDir = None,
) -> None:
    """Every entry that fits, newest first, with its place and hash. Taking it out is an entry too.

    In a table, text that a spreadsheet would take for a formula begins with an apostrophe.

    \b
    Examples:
      coldlane audit export --to audit.jsonl
      coldlane audit export --since 2026-11-01T00:00:00+08:00 --format csv --to november.csv
    """
    query = _query(entity, entity_id, person, action, since, until)
    entries = _entries(api_url(url, data_dir), {**query, "purpose": "export", "limit": _PART})
    write = _write_table if form == "csv" else _write_lines
    if to is None:
        count = write(entries, sys.stdout)
    else:
        with to.open("w", encoding="utf-8", newline="") as stream:
            count = write(entries, stream)
    typer.echo(f"{count} entries", err=True)


def _query(*values: str | None) -> dict[str, str]:
    names = ("entity", "entity_id", "principal", "action", "since", "until")
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _entries(base_url: str, query: dict[str, str]) -> Iterator[dict[str, Any]]:
    while True:
        found = get(base_url, "/api/v1/audit", query)
        yield from found["items"]
        if found["next_cursor"] is None:
            return
        query = {**query, "cursor": found["next_cursor"]}


def _write_lines(entries: Iterator[dict[str, Any]], stream: Any) -> int:
    count = 0
    for entry in entries:
        stream.write(json.dumps(entry, ensure_ascii=False) + "\n")
        count += 1
    return count


def _write_table(entries: Iterator[dict[str, Any]], stream: Any) -> int:
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    count = 0
    for entry in entries:
        writer.writerow([cell(entry[name]) for name in _COLUMNS])
        count += 1
    return count


def cell(value: object) -> object:
    """A value as a spreadsheet may read it: numbers stay, text never becomes a formula."""
    if value is None or isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(_FORMULA) else text
