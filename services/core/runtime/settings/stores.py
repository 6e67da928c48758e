"""Where readings come from and where the truth is kept."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from services.core.runtime.settings.base import Settings
from services.core.runtime.written import (
    DatabaseUrl,
    MqttAddress,
    MqttUrl,
    TlsFiles,
    libpq_url,
    parse_mqtt_url,
    parse_shards,
)


class DatabaseSettings(Settings):
    """Where the truth is kept."""

    database_url: DatabaseUrl = Field(description="Address of PostgreSQL, with user and password.")
    database_pool_size: int = Field(
        default=5, ge=1, le=100, description="Connections a service keeps open."
    )

    @property
    def url(self) -> str:
        """The address in clear, for the driver; never log it."""
        return self.database_url.get_secret_value()

    @property
    def libpq_url(self) -> str:
        """The address as libpq reads it, for a connection beside the pool."""
        return libpq_url(self.url)


class LoginSettings(Settings):
    """Passwords of the services' own logins, for `coldlane db upgrade --logins` alone."""

    ingest_password: SecretStr | None = Field(default=None, description="Of the login of ingest.")
    alerts_password: SecretStr | None = Field(default=None, description="Of the login of alerts.")
    api_password: SecretStr | None = Field(default=None, description="Of the login of the API.")

    @property
    def passwords(self) -> dict[str, str]:
        """Those that are given, in clear, by service; never log them."""
        given = {
            "ingest": self.ingest_password,
            "alerts": self.alerts_password,
            "api": self.api_password,
        }
        return {name: one.get_secret_value() for name, one in given.items() if one is not None}


class MqttSettings(Settings):
    """The broker that the boxes publish to."""

    mqtt_url: MqttUrl = Field(
        description="Address of the broker: mqtt://user:password@host:port, or mqtts:// for TLS."
    )
    mqtt_client_id: str = Field(
        default="coldlane-ingest",
        min_length=1,
        max_length=64,
        description="Name of ingest's session at the broker; fixed, so that the broker keeps it. "
        "With COLDLANE_MQTT_SHARDS the first shard is added to it.",
    )
    mqtt_shards: Annotated[tuple[int, ...], NoDecode] = Field(
        default=(),
        description="Shards this process takes, such as 00-1f or 00,07; all of them when empty.",
    )
    mqtt_keepalive_s: int = Field(
        default=30,
        ge=1,
        le=600,
        description="Seconds of silence before the connection to the broker is tried and given up.",
    )

    mqtt_ca_file: Path | None = Field(
        default=None,
        description="Certificates of the authorities that the broker's may be of, PEM; those of the"
        " system when empty.",
    )
    mqtt_certificate_file: Path | None = Field(
        default=None,
        description="Certificate that ingest shows to the broker, PEM; its name is the session's.",
    )
    mqtt_key_file: Path | None = Field(
        default=None, description="Its key, PEM, readable by its owner only."
    )

    @model_validator(mode="after")
    def _belong_together(self) -> "MqttSettings":
        own = (self.mqtt_certificate_file, self.mqtt_key_file)
        if (own[0] is None) != (own[1] is None):
            raise ValueError("mqtt_certificate_file and mqtt_key_file: give both or neither")
        given = [file for file in (self.mqtt_ca_file, *own) if file is not None]
        if given and not self.address.tls:
            raise ValueError("mqtt_url: begin it with mqtts:// when there are certificates")
        if missing := [str(file) for file in given if not file.is_file()]:
            raise ValueError(f"there is no file {', '.join(missing)}")
        return self

    @model_validator(mode="before")
    @classmethod
    def _read_shards(cls, values: dict[str, object]) -> dict[str, object]:
        text = values.get("mqtt_shards")
        return {**values, "mqtt_shards": parse_shards(text)} if isinstance(text, str) else values

    @property
    def url(self) -> str:
        """The address in clear; never log it."""
        return self.mqtt_url.get_secret_value()

    @property
    def session_name(self) -> str:
        """The client id: one for each set of shards, since the sets are disjoint."""
        if not self.mqtt_shards:
            return self.mqtt_client_id
        return f"{self.mqtt_client_id}-{self.mqtt_shards[0]:02x}"

    @property
    def address(self) -> MqttAddress:
        """The address in parts, for the client."""
        files = TlsFiles(
            authorities=self.mqtt_ca_file,
            certificate=self.mqtt_certificate_file,
            key=self.mqtt_key_file,
        )
        return replace(parse_mqtt_url(self.url), files=files)
