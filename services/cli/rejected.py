"""`coldlane rejected`: messages that could not be stored, and reading them again."""

import time
from typing import Annotated, Any

import typer

from services.cli.failing import EXIT_CONDITION_NOT_MET, EXIT_WRONG_USE, CommandFailed, print_json
from services.cli.http import get, post
from services.cli.places import ApiUrl, AsJson, DataDir, api_url

rejected_app = typer.Typer(
    help="Messages that could not be stored: list them, read them again.", no_args_is_help=True
)
_ASK_AGAIN_S = 0.5
_DONE = {"stored", "repeated"}

Box = Annotated[str | None, typer.Option("--box", help="Only of this box.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Only of this reason.")]


@rejected_app.command("list")
def list_rejected(
    box: Box = None,
    reason: Reason = None,
    only_open: Annotated[
        bool, typer.Option("--open", help="Only those not stored by reading them again.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Most messages.")] = 50,
    api_url_option: ApiUrl = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List refused messages, newest first, with what is wrong and what to do.

    \b
    Examples:
      coldlane rejected list --open
      coldlane rejected list --box CB-0007 --reason bad_time --json
    """
    wanted = {"box_id": box, "reason": reason, "open": "true" if only_open else None}
    found = _pages(api_url(api_url_option, data_dir), wanted, limit)
    if as_json:
        print_json(found)
        return
    for one in found:
        _show(one)
    if not found:
        typer.echo("no message was refused", err=True)


@rejected_app.command("reprocess")
def reprocess(
    ids: Annotated[
        list[int] | None, typer.Option("--id", min=1, help="This message; repeatable.")
    ] = None,
    reason: Reason = None,
    box: Box = None,
    wait_s: Annotated[
        float, typer.Option(min=0, help="How long to wait for the outcome; 0 does not wait.")
    ] = 60,
    api_url_option: ApiUrl = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Read refused messages again, with the decoder and the boxes of today.

    Ingest stores what is good now; what is stored already stays as it is, so doing it twice does
    no harm. Exit code 4: some were refused again, or ingest did not get to them in time.

    \b
    Examples:
      coldlane rejected reprocess --reason unknown_box
      coldlane rejected reprocess --id 17 --id 18 --json
    """
    if not (ids or reason or box):
        raise CommandFailed("name messages by --id, --reason or --box", EXIT_WRONG_USE)
    base = api_url(api_url_option, data_dir)
    wanted = {"ids": ids, "reason": reason, "box_id": box}
    body = {name: value for name, value in wanted.items() if value}
    asked = post(base, "/api/v1/rejected/reprocess", body)
    came = _outcomes(base, asked["asked_at"], wait_s)
    if as_json:
        print_json({**asked, **came})
    else:
        counts = ", ".join(f"{count} {name}" for name, count in sorted(came["outcomes"].items()))
        typer.echo(f"{asked['asked']} asked for: {counts or 'none read yet'}")
    if wait_s and (came["waiting"] or came["outcomes"].keys() - _DONE):
        raise typer.Exit(EXIT_CONDITION_NOT_MET)


def _pages(base: str, wanted: dict[str, str | None], limit: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    query = {name: value for name, value in wanted.items() if value is not None}
    while len(found) < limit:
        query["limit"] = str(min(200, limit - len(found)))
        page = get(base, "/api/v1/rejected", query)
        found += page["items"]
        if not page["next_cursor"]:
            break
        query["cursor"] = page["next_cursor"]
    return found


def _outcomes(base: str, since: str, wait_s: float) -> dict[str, Any]:
    ends = time.monotonic() + wait_s
    while True:
        came = get(base, "/api/v1/rejected/reprocess", {"since": since})
        if not came["waiting"] or time.monotonic() >= ends:
            return came
        time.sleep(_ASK_AGAIN_S)


def _show(one: dict[str, Any]) -> None:
    again = f"  (x{one['repeats'] + 1})" if one["repeats"] else ""
    part = "  the rest was stored" if one["is_part"] else ""
    detail = f" ({one['outcome_detail']})" if one["outcome_detail"] else ""
    outcome = f"  read again: {one['outcome']}{detail}" if one["outcome"] else ""
    typer.echo(f"{one['id']}  {one['received_at']}  {one['topic']}{again}{part}{outcome}")
    typer.echo(f"  {one['reason']}: {one['detail']}: {one['remedy']}")
