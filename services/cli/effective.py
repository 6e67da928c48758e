"""The settings in force, with every secret masked."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from services.core.runtime.effective import told, variable
from services.core.runtime.settings import (
    AlertsSettings,
    ApiSettings,
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
    IngestSettings,
    AlertsSettings,
    NoticeSettings,
    LogSettings,
    LocalSettings,
)
_ADDRESSES = ("database_url", "mqtt_url")


class Setting(NamedTuple):
    """A value in force; `told_by` is the service that said so, empty: this environment."""

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
    for beat in sorted(beats, key=lambda one: one.at):
        said = beat.detail.get("settings", {})
        found |= {name: Setting(str(value), beat.service) for name, value in said.items()}
    return dict(sorted(found.items()))


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
