"""`coldlane ca` and `coldlane broker`: the authority behind boxes' identities, and their broker."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.places import DataDir

if TYPE_CHECKING:
    from services.local.trust.authority import Authority

ca_app = typer.Typer(
    help="The installation's own certificate authority, in a folder of this machine.",
    no_args_is_help=True,
)
broker_app = typer.Typer(
    help="Settings of a Mosquitto that boxes out in the world connect to.", no_args_is_help=True
)
CaDir = Annotated[
    Path | None,
    typer.Option("--ca", help="Folder of the authority; <data folder>/ca when not given."),
]
Days = Annotated[int, typer.Option(min=1, max=3650, help="How many days it holds.")]


@ca_app.command("init")
def init(
    name: Annotated[
        str, typer.Option(help="What the authority is called, for people.")
    ] = "Coldlane boxes",
    ca: CaDir = None,
    data_dir: DataDir = None,
) -> None:
    """Make an authority: its key, readable by you alone, its certificate, an empty list.

    \b
    Example:
      coldlane ca init --name "Boxes of Harbour Lab"
    """
    from services.core.runtime.clock import SystemClock
    from services.local.trust.authority import Authority

    made = Authority.found(ca_folder(ca, data_dir), name, SystemClock().now())
    typer.echo(made.folder / "ca.crt")
    typer.echo(f"keep {made.folder}/ca.key safe: whoever has it can speak as any box", err=True)


@ca_app.command("trust")
def trust(
    certificate: Annotated[Path, typer.Argument(help="Certificate of the site's authority, PEM.")],
    crl: Annotated[Path, typer.Option(help="Its list of revoked certificates, PEM.")],
    ca: CaDir = None,
    data_dir: DataDir = None,
) -> None:
    """Take a site's or a maker's boxes too; again with a newer list when there is one.

    \b
    Example:
      coldlane ca trust site-ca.pem --crl site.crl
    """
    from services.local.trust.broker_folder import ask_to_reload, publish

    authority = opened(ca, data_dir)
    authority.trust(certificate.read_bytes(), crl.read_bytes())
    publish(authority)
    if not ask_to_reload(authority):
        typer.echo("tell the broker to read its files again: SIGHUP", err=True)


@broker_app.command("config")
def config(
    host: Annotated[
        list[str] | None,
        typer.Option(help="Name or address by which it is reached; the first by us too."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; <data folder>/mosquitto when not given.")
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port for boxes.")] = 8883,
    ingest: Annotated[
        list[str] | None,
        typer.Option(help="Name of a session of ingest; several with COLDLANE_MQTT_SHARDS."),
    ] = None,
    days: Days = 365,
    ca: CaDir = None,
    data_dir: DataDir = None,
) -> None:
    """Write all that Mosquitto needs, and the certificate of ingest; prints ingest's settings.

    Again, it renews the certificates; the former keys stay beside the new ones.

    \b
    Example:
      coldlane broker config --host broker.example.org --out /etc/mosquitto/coldlane
    """
    from services.core.runtime.clock import SystemClock
    from services.local.trust.broker_folder import BrokerPlan, lay_out
    from services.local.trust.mosquitto import INGEST

    plan = BrokerPlan(
        folder=(out or data_folder(data_dir) / "mosquitto").absolute(),
        hosts=tuple(host or ("localhost", "127.0.0.1")),
        port=port,
        services=tuple(ingest or (INGEST,)),
    )
    lay_out(plan, opened(ca, data_dir), SystemClock().now(), timedelta(days=days))
    services = plan.folder / "services"
    typer.echo(f"COLDLANE_MQTT_URL=mqtts://{plan.hosts[0]}:{port}")
    typer.echo(f"COLDLANE_MQTT_CA_FILE={services}/ca.crt")
    typer.echo(f"COLDLANE_MQTT_CERTIFICATE_FILE={services}/{plan.services[0]}.crt")
    typer.echo(f"COLDLANE_MQTT_KEY_FILE={services}/{plan.services[0]}.key")
    typer.echo(f"start it with: mosquitto -c {plan.folder}/mosquitto.conf", err=True)


def data_folder(data_dir: Path | None) -> Path:
    """The data folder that was named, or the usual one."""
    from services.core.runtime.settings import LocalSettings

    return data_dir or LocalSettings().data_dir


def ca_folder(ca: Path | None, data_dir: Path | None) -> Path:
    """Where the authority is."""
    return (ca or data_folder(data_dir) / "ca").absolute()


def opened(ca: Path | None, data_dir: Path | None) -> Authority:
    """The authority; raises LocalFailure when there is none."""
    from services.local.trust.authority import Authority

    return Authority(ca_folder(ca, data_dir))
