"""The settings in force, with every secret masked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from services.core.runtime.effective import told, variable
from services.core.runtime.settings import (
    AlertsSettings,
    ApiSettings,
    AuditSettings,
    DatabaseSettings,
    IngestSettings,
    LocalSettings,
    LogSettings,
    MqttSettings,
    NoticeSettings,
)
from services.core.storage.heartbeats import Heartbeat

EVERY_SETTINGS_CLASS: tuple[type[BaseSettings], ...] = (
    DatabaseSettings,
    MqttSettings,
    ApiSettings,
    AuditSettings,
    IngestSettings,
    AlertsSettings,
    NoticeSettings,
    LogSettings,
    LocalSettings,
)
_BESIDE = timedelta(minutes=1)
_ADDRESSES = ("database_url", "mqtt_url")


class Setting(NamedTuple):
    """A value in force; `told_by` is the service that said so, empty: this environment.

    Where processes differ, the value is what each of them said, with its name.
    """

    value: str
    told_by: str


def effective_settings(
    run: dict[str, Any], data_dir: Path | None, beats: Iterable[Heartbeat] = ()
) -> dict[str, Setting]:
    """Every setting by the name of its variable.

    What a service of the system that is looked at says of itself counts; the rest is what this
    environment would give to a service that is started from here.
    """
    found = {name: Setting(value, "") for name, value in _of_this_environment(run, data_dir)}
    said: defaultdict[str, list[tuple[str, Heartbeat]]] = defaultdict(list)
    for beat in _of_now(beats):
        for name, value in beat.detail.get("settings", {}).items():
            said[name].append((str(value), beat))
    found |= {name: _agreed(told) for name, told in said.items()}
    return dict(sorted(found.items()))


def _of_now(beats: Iterable[Heartbeat]) -> list[Heartbeat]:
    """The newest process of each service, and those that beat beside it."""
    newest: dict[str, datetime] = {}
    inorder = sorted(beats, key=lambda one: (one.service, one.instance))
    for beat in inorder:
        newest[beat.service] = max(beat.at, newest.get(beat.service, beat.at))
    return [beat for beat in inorder if newest[beat.service] - beat.at < _BESIDE]


def _agreed(told: Sequence[tuple[str, Heartbeat]]) -> Setting:
    values = {value for value, _ in told}
    services = ", ".join(dict.fromkeys(beat.service for _, beat in told))
    if len(values) == 1:
        return Setting(values.pop(), services)
    each = [f"{value} ({beat.service} {beat.instance})" for value, beat in told]
    return Setting(", ".join(each), services)


def _of_this_environment(run: dict[str, Any], data_dir: Path | None) -> list[tuple[str, str]]:
    decided = {name: run[name] for name in _ADDRESSES if name in run}
    if data_dir:
        decided["data_dir"] = data_dir
    found: dict[str, str] = {}
    for settings_class in EVERY_SETTINGS_CLASS:
        known = settings_class.model_fields.keys() & decided.keys()
        try:
            settings = settings_class(**{name: decided[name] for name in known})
        except ValidationError as error:
            for problem in error.errors(include_input=False):
                found.setdefault(variable(str(problem["loc"][0])), "not given")
            continue
        found |= told(settings)
    return list(found.items())
