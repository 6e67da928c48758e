"""`coldlane doctor`: looks at the installation and says what is wrong and what to do."""

from typing import TYPE_CHECKING, Any

import typer

from services.cli.failing import EXIT_FAILED, EXIT_UNREACHABLE, print_json
from services.cli.places import AsJson, DataDir, running_system

if TYPE_CHECKING:
    from services.cli.check import Check
    from services.cli.effective import Setting
    from services.core.storage.survey import Survey

_MARKS = {"ok": "ok", "warning": "look", "failed": "FAIL", "unreachable": "DOWN"}


def doctor(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Look at every part and say what to do.

    Checks database, schema, broker, clock, services, whatever is behind, and disk; shows the
    settings in force, as the services of that system tell them, passwords masked. Looks at the
    system that `up` runs here, or at the one that the settings name. Exit code: 0 all well,
    1 something failed, 5 a server does not answer.

    \b
    Examples:
      coldlane doctor
      coldlane doctor --json
    """
    from services.cli.effective import effective_settings

    run = running_system(data_dir)
    checks, survey = _look(run, data_dir)
    settings = effective_settings(run, data_dir, survey.heartbeats if survey else ())
    if as_json:
        shown: dict[str, dict[str, str]] = {"settings": {}, "settings_told_by": {}}
        for name, one in settings.items():
            shown["settings"][name] = one.value
            shown["settings_told_by"][name] = one.told_by
        print_json({"checks": [_as_document(check) for check in checks], **shown})
    else:
        _show(checks, settings)
    outcomes = {check.outcome for check in checks}
    if "unreachable" in outcomes:
        raise typer.Exit(EXIT_UNREACHABLE)
    if "failed" in outcomes:
        raise typer.Exit(EXIT_FAILED)


def _look(run: dict[str, Any], data_dir: Any) -> "tuple[list[Check], Survey | None]":
    from services.cli.checks import check_broker, check_database, check_disk
    from services.core.runtime.clock import SystemClock, parse_virtual_clock
    from services.core.runtime.settings import LocalSettings

    given: dict[str, Any] = {"data_dir": data_dir} if data_dir else {}
    local = LocalSettings(**given)
    clock = parse_virtual_clock(run["clock"]) if run.get("clock") else SystemClock()
    database = run.get("database_url") or local.database_libpq_url
    checks, survey = [_system_check(run, local.data_dir)], None
    if database:
        found, survey = check_database(database, clock)
        checks += found
    else:
        checks.append(_unknown("database", "DATABASE_URL"))
    own = local.mqtt_url and local.mqtt_url.get_secret_value()
    broker = run.get("mqtt_url") or own or _told_broker(survey)
    checks.append(check_broker(broker) if broker else _unknown("broker", "MQTT_URL"))
    checks.append(check_disk(local.data_dir))
    return checks, survey


def _told_broker(survey: "Survey | None") -> str | None:
    """The broker that ingest says it uses, unless a password is masked in it."""
    beats = [beat for beat in survey.heartbeats if beat.service == "ingest"] if survey else []
    told = [str(beat.detail.get("settings", {}).get("COLDLANE_MQTT_URL", "")) for beat in beats]
    return next((url for url in told if url and "***" not in url), None)


def _system_check(run: dict[str, Any], folder: Any) -> "Check":
    from services.cli.check import Check

    if run:
        said = f"{run.get('page_url')} on {folder}, since {run['started_at']}"
        return Check(name="up", outcome="ok", said=said)
    return Check(name="up", outcome="ok", said=f"not running on {folder}")


def _unknown(what: str, variable: str) -> "Check":
    from services.cli.check import Check

    remedy = f"start `coldlane up`, or give COLDLANE_{variable}"
    return Check(name=what, outcome="unreachable", said="none is known", remedy=remedy)


def _as_document(check: "Check") -> dict[str, str]:
    return {
        "name": check.name,
        "outcome": check.outcome,
        "said": check.said,
        "remedy": check.remedy,
    }


def _show(checks: "list[Check]", settings: "dict[str, Setting]") -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        remedy = f": {check.remedy}" if check.remedy else ""
        typer.echo(f"{_MARKS[check.outcome]:<5} {check.name:<{width}}  {check.said}{remedy}")
    typer.echo("\nSettings in force (told by the service in brackets; others: this environment)")
    for name, one in settings.items():
        typer.echo(f"  {name}={one.value}{f'  [{one.told_by}]' if one.told_by else ''}")
