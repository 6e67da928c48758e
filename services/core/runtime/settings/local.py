"""One machine, and the logs of every process."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from services.core.runtime.settings.base import Settings
from services.core.runtime.written import (
    DatabaseUrl,
    MqttUrl,
    default_data_dir,
    libpq_url,
)


class LocalSettings(Settings):
    """The whole system on one machine, as `coldlane up` runs it."""

    data_dir: Path = Field(
        default_factory=default_data_dir, description="Folder of a local system's data and logs."
    )
    database_url: DatabaseUrl | None = Field(
        default=None, description="Address of a database to use instead of the embedded one."
    )
    mqtt_url: MqttUrl | None = Field(
        default=None, description="Address of a broker to use instead of the embedded one."
    )
    mqtt_port: int = Field(
        default=1883, ge=0, le=65535, description="Port of the embedded broker; 0 takes a free one."
    )
    database_os_user: str = Field(
        default="nobody", description="Who the embedded PostgreSQL runs as when root starts it."
    )

    @property
    def database_libpq_url(self) -> str | None:
        """The address as libpq reads it, with its password; None for the embedded database."""
        if self.database_url is None:
            return None
        return libpq_url(self.database_url.get_secret_value())


class LogSettings(Settings):
    """How a process writes its log."""

    log_format: Literal["console", "json"] = Field(
        default="console", description="Lines for people, or one JSON object a line."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level that is written."
    )
