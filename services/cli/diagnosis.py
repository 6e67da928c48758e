"""`coldlane doctor`: looks at the installation and says what is wrong and what to do."""

from typing import TYPE_CHECKING, Any

import typer

from services.cli.failing import EXIT_FAILED, EXIT_UNREACHABLE, print_json
from services.cli.places import AsJson, DataDir, running_system

if TYPE_CHECKING:
    from services.cli.checks import Check

_MARKS = {"ok": "ok", "warning": "look", "failed": "FAIL", "unreachable": "DOWN"}


def doctor(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Look at every part and say what to do.

    Checks database, schema, broker, clock, services, lag and disk; shows the settings in force.
    Looks at the system that `up` runs here, or at the one that the settings name. Passwords are
    masked. Exit code: 0 all well, 1 something failed, 5 a server does not answer.

    \b
    Examples:
      coldlane doctor
      coldlane doctor --json
    """
    from services.cli.effective import effective_settings

    run = running_system(data_dir)
    checks = _look(run, data_dir)
    settings = effective_settings(run, data_dir)
    if as_json:
        print_json({"checks": [_as_document(check) for check in checks], "settings": settings})
    else:
        _show(checks, settings)
    outcomes = {check.outcome for check in checks}
    if "unreachable" in outcomes:
        raise typer.Exit(EXIT_UNREACHABLE)
    if "failed" in outcomes:
        raise typer.Exit(EXIT_FAILED)


def _look(run: dict[str, Any], data_dir: Any) -> "list[Check]":
    from services.cli.checks import check_broker, check_database, check_disk
    from services.core.runtime.clock import SystemClock, parse_virtual_clock
    from services.core.runtime.settings import LocalSettings

    given: dict[str, Any] = {"data_dir": data_dir} if data_dir else {}
    local = LocalSettings(**given)
    clock = parse_virtual_clock(run["clock"]) if run.get("clock") else SystemClock()
    database = run.get("database_url") or local.database_libpq_url
    broker = run.get("mqtt_url") or (local.mqtt_url and local.mqtt_url.get_secret_value())
    checks = [_system_check(run, local.data_dir)]
    checks += (
        check_database(database, clock) if database else [_unknown("database", "DATABASE_URL")]
    )
    checks.append(check_broker(broker) if broker else _unknown("broker", "MQTT_URL"))
    checks.append(check_disk(local.data_dir))
    return checks


def _system_check(run: dict[str, Any], folder: Any) -> "Check":
    from services.cli.checks import Check

    if run:
        said = f"{run.get('page_url')} on {folder}, since {run['started_at']}"
        return Check(name="up", outcome="ok", said=said)
    return Check(name="up", outcome="ok", said=f"not running on {folder}")


def _unknown(what: str, variable: str) -> "Check":
    from services.cli.checks import Check

    remedy = f"start `coldlane up`, or give COLDLANE_{variable}"
    return Check(name=what, outcome="unreachable", said="none is known", remedy=remedy)


def _as_document(check: "Check") -> dict[str, str]:
    return {
        "name": check.name,
        "outcome": check.outcome,
        "said": check.said,
        "remedy": check.remedy,
    }


def _show(checks: "list[Check]", settings: dict[str, str]) -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        remedy = f": {check.remedy}" if check.remedy else ""
        typer.echo(f"{_MARKS[check.outcome]:<5} {check.name:<{width}}  {check.said}{remedy}")
    typer.echo("\nSettings in force")
    for name, value in settings.items():
        typer.echo(f"  {name}={value}")
