"""The settings in force, with every secret masked."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings

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


def effective_settings(run: dict[str, Any], data_dir: Path | None) -> dict[str, str]:
    """Every setting by the name of its variable; addresses come from the running system."""
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
        for name in settings_class.model_fields:
            found[variable(name)] = masked(getattr(settings, name))
    return dict(sorted(found.items()))


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"COLDLANE_{name.upper()}"


def masked(value: object) -> str:
    """The value for people; of an address with a password, everything but the password."""
    if not isinstance(value, SecretStr):
        return "" if value in (None, ()) else str(value)
    parts = urlsplit(value.get_secret_value())
    if not parts.hostname:
        return "***"
    user = f"{parts.username}:***@" if parts.password else ""
    host = parts.netloc.rpartition("@")[2]
    # The path of a webhook is often its password.
    path = "/***" if parts.scheme in {"http", "https"} else parts.path
    return urlunsplit((parts.scheme, user + host, path, "", ""))
