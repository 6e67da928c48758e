"""`coldlane box`: boxes of the running system, through its HTTP interface."""

from typing import Annotated, Any

import typer

from services.cli.failing import EXIT_WRONG_USE, CommandFailed, print_json
from services.cli.http import post
from services.cli.identity import certificates, enrol, revoke
from services.cli.places import ApiUrl, AsJson, DataDir, api_url

box_app = typer.Typer(help="Register boxes, and give them identities.", no_args_is_help=True)


box_app.command("enrol")(enrol)
box_app.command("certificates")(certificates)
box_app.command("revoke")(revoke)


@box_app.command("create")
def create(
    box_id: Annotated[str, typer.Argument(help="Its number: 4 to 32 of A-Z, 0-9 and -.")],
    probe: Annotated[
        list[str] | None,
        typer.Option(help="A probe in it, as PROBE_ID:KIND, such as SN-4411:payload; repeatable."),
    ] = None,
    report_interval_s: Annotated[
        int | None, typer.Option(min=1, help="Seconds between two of its reports.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Maker and model.")] = None,
    simulated: Annotated[bool, typer.Option("--simulated", help="It is not a real box.")] = False,
    api_url_option: ApiUrl = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Register a box; prints its shard and the topics it uses.

    \b
    Examples:
      coldlane box create CB-0007
      coldlane box create CB-0007 --probe SN-4411:payload --probe SN-4412:lid --json
    """
    wanted: dict[str, Any] = {"box_id": box_id}
    optional = {
        "report_interval_s": report_interval_s,
        "model": model,
        "simulated": simulated or None,
        "probes": [_read_probe(text) for text in probe] if probe else None,
    }
    wanted |= {name: value for name, value in optional.items() if value is not None}
    box = post(api_url(api_url_option, data_dir), "/api/v1/boxes", wanted)
    if as_json:
        print_json(box)
        return
    typer.echo(f"{box['box_id']}  shard {int(box['shard']):02x}")
    for leaf, topic in box["topics"].items():
        typer.echo(f"  {leaf:<10} {topic}")


def _read_probe(text: str) -> dict[str, str]:
    probe_id, colon, kind = text.partition(":")
    if not (probe_id and colon and kind):
        raise CommandFailed(
            f"--probe {text}: write PROBE_ID:KIND, such as SN-4411:payload", EXIT_WRONG_USE
        )
    return {"probe_id": probe_id, "kind": kind}
