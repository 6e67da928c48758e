"""`coldlane customs-exchange`: files and requests to and from a customs platform."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.exchange_files import Unreadable, messages_in
from services.cli.failing import EXIT_FAILED, EXIT_UNREACHABLE, CommandFailed, print_json
from services.cli.http import get, post
from services.cli.places import ApiUrl, AsJson, DataDir, api_url
from services.core.domain.clearance.exchange import FORM
from services.core.runtime.clock import SystemClock

exchange_app = typer.Typer(
    help="Approvals and bookings to and from a customs platform.", no_args_is_help=True
)
_AT_ONCE = 50
_TRIES = 5
_SERVER_FAILED = 500

Site = Annotated[str, typer.Option(help="The site whose bookings are meant.")]
Begin = Annotated[
    str | None, typer.Option("--from", help="From this instant; when left out, from yesterday.")
]
Days = Annotated[int, typer.Option(help="So many days.", min=1, max=60)]


@exchange_app.command("import")
def import_files(
    folder: Annotated[Path, typer.Argument(help="A folder of .json and .csv files.")],
    encoding: Annotated[str, typer.Option(help="How the files are written.")] = "utf-8-sig",
    api_url_option: ApiUrl = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Take every message of every file; what was taken before changes nothing.

    Exit code 1 when a file or a message was refused; all others are taken.

    \b
    Examples:
      coldlane customs-exchange import inbox/
      coldlane customs-exchange import inbox/ --encoding gb18030
    """
    base = api_url(api_url_option, data_dir)
    counts = {"taken": 0, "waiting": 0, "overtaken": 0, "refused": 0, "unreadable": 0}
    for file in sorted(one for one in folder.iterdir() if one.suffix in {".json", ".csv"}):
        try:
            messages = messages_in(file, encoding)
        except Unreadable as error:
            counts["unreadable"] += 1
            typer.echo(str(error), err=True)
            continue
        for one in _taken(base, messages):
            counts[one["outcome"]] += 1
            if one["outcome"] in {"refused", "waiting"}:
                typer.echo(f"{file.name}, {_in_words(one)}", err=True)
    _tell(counts, as_json)
    if counts["refused"] or counts["unreadable"]:
        raise typer.Exit(EXIT_FAILED)


@exchange_app.command("export")
def export_file(
    folder: Annotated[Path, typer.Argument(help="The folder that the file is written into.")],
    site: Site,
    begin: Begin = None,
    days: Days = 8,
    api_url_option: ApiUrl = None,
    data_dir: DataDir = None,
) -> None:
    """Write the bookings of a site into a dated file; it appears when it is whole.

    \b
    Examples:
      coldlane customs-exchange export outbox/ --site PVG
    """
    document = _bookings(api_url(api_url_option, data_dir), site, (begin, days))
    name = f"bookings-{site}-{_now():%Y%m%dT%H%M%SZ}.json"
    part = folder / f"{name}.part"
    part.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    part.rename(folder / name)
    typer.echo(str(folder / name))


@exchange_app.command("send")
def send_bookings(
    address: Annotated[str, typer.Argument(help="Where the other side takes messages.")],
    site: Site,
    begin: Begin = None,
    days: Days = 8,
    api_url_option: ApiUrl = None,
    data_dir: DataDir = None,
) -> None:
    """Post the bookings of a site to the other side; tried again when it fails or is silent.

    \b
    Examples:
      coldlane customs-exchange send https://platform.example/messages --site PVG
    """
    document = _bookings(api_url(api_url_option, data_dir), site, (begin, days))
    for number in range(_TRIES):
        if number:
            time.sleep(2 ** (number - 1) / 4)
        if _arrived(address, document):
            typer.echo(f"{len(document['messages'])} sent")
            return
    raise CommandFailed(f"{address} did not take them: send again later", EXIT_UNREACHABLE)


def _arrived(address: str, document: dict[str, Any]) -> bool:
    """Whether the other side says that it took them; no answer is no."""
    import httpx

    try:
        answer = httpx.post(address, json=document, timeout=10, trust_env=False)
    except httpx.HTTPError:
        return False
    if answer.status_code < _SERVER_FAILED and not answer.is_success:
        raise CommandFailed(f"{address} refused them with {answer.status_code}", EXIT_FAILED)
    return answer.is_success


def _bookings(base: str, site: str, stretch: tuple[str | None, int]) -> dict[str, Any]:
    said, days = stretch
    begin = _yesterday() if said is None else datetime.fromisoformat(said)
    query = {"site_id": site, "from": _written(begin), "to": _written(begin + timedelta(days=days))}
    return get(base, "/api/v1/exchange/bookings", query)


def _yesterday() -> datetime:
    return _now() - timedelta(days=1)


def _now() -> datetime:
    return SystemClock().now()


def _written(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _taken(base: str, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    outcomes: list[dict[str, Any]] = []
    for start in range(0, len(messages), _AT_ONCE):
        body = {"form": FORM, "messages": messages[start : start + _AT_ONCE]}
        outcomes += post(base, "/api/v1/exchange/messages", body)["outcomes"]
    return outcomes


def _in_words(one: dict[str, Any]) -> str:
    return (
        f"{one['message_id'] or 'a message without an id'}: {one['outcome']},"
        f" {one['field']}: {one['detail']}; {one['remedy']}"
    )


def _tell(counts: dict[str, int], as_json: bool) -> None:
    if as_json:
        print_json(counts)
    else:
        typer.echo("  ".join(f"{count} {word}" for word, count in counts.items()))
