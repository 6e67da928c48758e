"""Commands that are another program of ours: the three services and the simulated fleet."""

import os
import runpy
import sys

import typer

from services.cli.places import running_system


def ingest() -> None:
    """Store what boxes publish: one of the services.

    Needs COLDLANE_DATABASE_URL and COLDLANE_MQTT_URL.
    """
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
    """Run simulated boxes; has a --help of its own.

    Finds a system that `coldlane up` runs here, unless --api-url and --mqtt-url name another.
    """
    arguments = list(context.args)
    if arguments[:1] == ["run"] and "--help" not in arguments:
        arguments = _with_addresses(arguments)
    _become("simulators", arguments)


def _with_addresses(arguments: list[str]) -> list[str]:
    """Add the addresses that were left out, and take over the system's clock."""
    given = {argument.partition("=")[0] for argument in arguments}
    if {"--api-url", "--mqtt-url"} <= given:
        return arguments
    run = running_system(None)
    for option, key in (("--api-url", "api_url"), ("--mqtt-url", "mqtt_url")):
        if option not in given and key in run:
            arguments += [option, str(run[key])]
    if run.get("clock"):
        os.environ |= {"COLDLANE_CLOCK": str(run["clock"]), "COLDLANE_CLOCK_ALLOWED": "up"}
    return arguments


def _become(module: str, arguments: list[str]) -> None:
    """Run the module as `python -m` does; its exit code is ours."""
    sys.argv = [f"coldlane {module.rpartition('.')[2]}", *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
