"""Commands that are another program of ours: the three services and the simulated fleet."""

import os
import runpy
import sys
from pathlib import Path
from typing import Annotated

import typer

from services.cli.places import api_url, running_system

_BROKER = {"--mqtt-url": "mqtt_url"}
_BOTH = {"--api-url": "api_url", **_BROKER}
_ADDRESSES = {"run": _BOTH, "load": _BOTH, "replay": _BOTH, "record": _BROKER}
"""Which addresses of a running system each command of the simulators takes."""
_NO_ADDRESSES = frozenset({"check", "list"})


def ingest(
    shards: Annotated[
        str | None,
        typer.Option(
            help="Shards to take, such as 00-1f; all of them when left out.", metavar="SET"
        ),
    ] = None,
) -> None:
    """Store what boxes publish: one of the services.

    Needs COLDLANE_DATABASE_URL and COLDLANE_MQTT_URL. Several processes share the work by disjoint
    sets of shards; a second process of the same set stands by, and takes over when the first dies.

    \b
    Examples:
      coldlane ingest
      coldlane ingest --shards 00-1f
    """
    if shards is not None:
        os.environ["COLDLANE_MQTT_SHARDS"] = shards
    _become("services.ingest", [])


def alerts() -> None:
    """Judge what was stored: one of the services.

    Needs COLDLANE_DATABASE_URL.
    """
    _become("services.alerts", [])


def api() -> None:
    """Serve the pages and the HTTP API: one of the services.

    Needs COLDLANE_DATABASE_URL; listens on COLDLANE_API_HOST and COLDLANE_API_PORT.
    """
    _become("services.api", [])


def simulate(context: typer.Context) -> None:
    """Run simulated boxes, as in `simulate demo --seed 7`; has a --help of its own.

    Finds a system that `coldlane up` runs here, unless --data-dir names the folder of another one,
    or --api-url and --mqtt-url its addresses.
    """
    arguments = list(context.args)
    if arguments and "--help" not in arguments and not arguments[0].startswith("-"):
        arguments = _addressed(arguments)
    _become("simulators", arguments)


def _addressed(arguments: list[str]) -> list[str]:
    """What the command needs to find the system; what is no command is a scenario to run."""
    if arguments[0] == "verify":
        return [arguments[0], *_with_api_url(arguments[1:])]
    if arguments[0] in _NO_ADDRESSES:
        return arguments
    return _with_addresses(arguments, _ADDRESSES.get(arguments[0], _BOTH))


def verify(context: typer.Context) -> None:
    """Hold the running system against the truth of a simulated run; has a --help of its own.

    Finds a system that `coldlane up` runs here, unless --api-url or --data-dir name another.
    """
    arguments = list(context.args)
    if "--help" not in arguments:
        arguments = _with_api_url(arguments)
    _become("simulators", ["verify", *arguments])


def _with_api_url(arguments: list[str]) -> list[str]:
    """Put the address in the place of the folder, when it was left out."""
    data_dir, arguments = _taken_out("--data-dir", arguments)
    if any(argument.partition("=")[0] == "--api-url" for argument in arguments):
        return arguments
    folder = None if data_dir is None else Path(data_dir)
    return [*arguments, "--api-url", api_url(os.environ.get("COLDLANE_API_URL"), folder)]


def _taken_out(option: str, arguments: list[str]) -> tuple[str | None, list[str]]:
    """The value of an option, and the arguments without it."""
    for place, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name == option and (equals or place + 1 < len(arguments)):
            end = place + (1 if equals else 2)
            return value or arguments[end - 1], [*arguments[:place], *arguments[end:]]
    return None, arguments


def _with_addresses(arguments: list[str], wanted: dict[str, str]) -> list[str]:
    """Add the addresses that were left out, and take over the system's clock."""
    data_dir, arguments = _taken_out("--data-dir", arguments)
    given = {argument.partition("=")[0] for argument in arguments}
    if wanted.keys() <= given:
        return arguments
    run = running_system(None if data_dir is None else Path(data_dir))
    for option, key in wanted.items():
        if option not in given and key in run:
            arguments += [option, str(run[key])]
    if run.get("clock"):
        os.environ |= {"COLDLANE_CLOCK": str(run["clock"]), "COLDLANE_CLOCK_ALLOWED": "up"}
    return arguments


def _become(module: str, arguments: list[str]) -> None:
    """Run the module as `python -m` does; its exit code is ours."""
    sys.argv = [f"coldlane {module.rpartition('.')[2]}", *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
