"""`coldlane up`: the whole system on this machine."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.mapping import read_checked
from services.cli.places import DataDir


def up(
    data_dir: DataDir = None,
    api_port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            envvar="COLDLANE_API_PORT",
            help="Port of the pages; 0 takes a free one; 8080 when not given.",
        ),
    ] = None,
    mqtt_port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            envvar="COLDLANE_MQTT_PORT",
            help="Port of the embedded broker; 0 takes a free one; 1883 when not given.",
        ),
    ] = None,
    demo: Annotated[
        int,
        typer.Option(
            min=0,
            max=2000,
            envvar="COLDLANE_DEMO",
            help="Simulate so many boxes on six lanes; needs a folder without real shipments.",
        ),
    ] = 0,
    mapping: Annotated[
        Path | None,
        typer.Option(
            envvar="COLDLANE_MAPPING_FILE",
            help="Mapping file of devices whose firmware cannot be changed.",
        ),
    ] = None,
    sign_in: Annotated[
        bool,
        typer.Option(
            "--sign-in",
            envvar="COLDLANE_SIGN_IN",
            help="Let nobody in who has not signed in; prints a link for the administrator.",
        ),
    ] = False,
    clock_rate: Annotated[
        float | None,
        typer.Option(
            min=0.1,
            max=3600,
            envvar="COLDLANE_CLOCK_RATE",
            help="Let simulated time run so many times as fast, for demonstrations.",
        ),
    ] = None,
) -> None:
    """Run the whole system on this machine until Ctrl-C.

    Starts PostgreSQL and an MQTT broker of its own unless COLDLANE_DATABASE_URL and
    COLDLANE_MQTT_URL name others, then the three services. Prints one line when the pages can be
    used. Everything is kept in the data folder, so the next `up` goes on where this one ended.

    \b
    Examples:
      coldlane up --demo 40
      coldlane up --sign-in
      coldlane up --data-dir /srv/coldlane --api-port 8081 --mqtt-port 1884
    """
    from services.core.runtime.logs import configure_logging
    from services.core.runtime.settings import ApiSettings, LocalSettings, LogSettings
    from services.local.plan import SystemPlan, wanted_clock
    from services.local.stopping import StopRequested, stop_on_signals
    from services.local.system import LocalSystem

    if mapping is not None:
        read_checked(mapping)
        os.environ["COLDLANE_MAPPING_FILE"] = str(mapping.resolve())
    log = LogSettings()
    configure_logging("up", log.log_format, log.log_level)
    options: dict[str, Any] = {"data_dir": data_dir, "mqtt_port": mqtt_port}
    local = LocalSettings(**{name: value for name, value in options.items() if value is not None})
    plan = SystemPlan(
        data_dir=local.data_dir,
        api_port=ApiSettings().api_port if api_port is None else api_port,
        mqtt_port=local.mqtt_port,
        demo_boxes=demo,
        clock=wanted_clock(clock_rate),
        database_url=local.database_libpq_url,
        mqtt_url=local.mqtt_url.get_secret_value() if local.mqtt_url else None,
        database_os_user=local.database_os_user,
        sign_in=sign_in,
        public_url=ApiSettings().public_url,
    )
    try:
        with stop_on_signals():
            LocalSystem(plan, typer.echo).run()
    except StopRequested:
        typer.echo("Coldlane has ended.", err=True)
