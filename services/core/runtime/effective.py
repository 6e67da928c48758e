"""Settings as they may be shown: by the names of their variables, with every secret masked."""

from __future__ import annotations

from datetime import time
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from services.core.runtime.written import written_shards


def told(*settings: BaseSettings) -> dict[str, str]:
    """What a service says of its own settings in its heartbeat."""
    return {
        variable(name): _written(name, getattr(one, name))
        for one in settings
        for name in type(one).model_fields
    }


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"COLDLANE_{name.upper()}"


def _written(name: str, value: object) -> str:
    if name == "mqtt_shards" and isinstance(value, tuple):
        return written_shards(value)
    return masked(value)


def masked(value: object) -> str:
    """The value for people; of an address with a password, everything but the password."""
    if isinstance(value, tuple):
        return ",".join(f"{one:%H:%M}" if isinstance(one, time) else str(one) for one in value)
    if not isinstance(value, SecretStr):
        return "" if value is None else str(value)
    parts = urlsplit(value.get_secret_value())
    if not parts.hostname:
        return "***"
    user = f"{parts.username}:***@" if parts.password else ""
    host = parts.netloc.rpartition("@")[2]
    # The path of a webhook is often its password.
    path = "/***" if parts.scheme in {"http", "https"} else parts.path
    return urlunsplit((parts.scheme, user + host, path, "", ""))
