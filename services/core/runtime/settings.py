"""Settings of the services, read from COLDLANE_ variables: one small class per concern."""

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from services.core.runtime.sealing import SealKeys, read_seal_keys
from services.core.runtime.written import (
    DatabaseUrl,
    MqttAddress,
    MqttUrl,
    PublicUrl,
    TlsFiles,
    default_data_dir,
    is_loopback,
    libpq_url,
    parse_minutes,
    parse_mqtt_url,
    parse_shards,
    parse_times,
    read_webhook_secret,
)


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="COLDLANE_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,  # it may be a password
    )


class DatabaseSettings(_Settings):
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


class MqttSettings(_Settings):
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


class AuditSettings(_Settings):
    """What of the audit trail lies outside the database."""

    audit_dir: Path | None = Field(
        default=None,
        description="Folder, not in reach of the database, for the keys of audit entries and the"
        " anchors of their chain; `up` has it in its data folder. Without it entries are chained"
        " and bear no key.",
    )
    audit_anchor_min: float = Field(
        default=5.0,
        gt=0,
        le=1440,
        description="Minutes between two anchors, as long as there are new entries (our own"
        " choice).",
    )

    @property
    def anchor_every(self) -> timedelta:
        return timedelta(minutes=self.audit_anchor_min)


class ApiSettings(_Settings):
    """Where the pages and the HTTP interface are served."""

    api_host: str = Field(default="127.0.0.1", description="Address the API listens on.")
    api_port: int = Field(default=8080, ge=0, le=65535, description="Port the API listens on.")
    boxes_connect_to: str = Field(
        default="localhost:1883",
        description="Host and port of the broker as boxes reach it; the pages show it.",
    )
    shift_ends: Annotated[tuple[time, ...], NoDecode] = Field(
        default=(time(0), time(8), time(16)),
        min_length=1,
        description="Changes of shift on the site's clock, as 00:00,08:00,16:00 (our own choice):"
        " whoever took an alarm owns it no longer than that.",
    )
    sign_in: bool = Field(
        default=False,
        description="Whether the person at this machine signs in too. Anybody else must in any"
        " case, and everybody when api_host is no loopback address.",
    )
    public_url: PublicUrl | None = Field(
        default=None,
        description="Address at which people reach the pages: https://host. Signing in from"
        " another machine needs it.",
    )
    oidc_file: Path | None = Field(
        default=None,
        description="File that names another sign-in service by OpenID Connect, TOML; none when"
        " empty.",
    )
    session_idle_min: float = Field(
        default=60.0, gt=0, le=1440, description="Minutes without an act that end a session."
    )
    session_h: float = Field(
        default=12.0, gt=0, le=168, description="Hours after which a session ends in any case."
    )

    photo_key_file: Path | None = Field(
        default=None,
        description="File of the keys that photos of inspections are sealed with, made by"
        " `coldlane photo-key`; without one no photos are kept.",
    )

    @property
    def photo_keys(self) -> SealKeys | None:
        """The keys; raises Invalid when the file is not as it should be."""
        return None if self.photo_key_file is None else read_seal_keys(self.photo_key_file)

    @model_validator(mode="before")
    @classmethod
    def _read_shift_ends(cls, values: dict[str, object]) -> dict[str, object]:
        text = values.get("shift_ends")
        return {**values, "shift_ends": parse_times(text)} if isinstance(text, str) else values

    @property
    def sign_in_demanded(self) -> bool:
        """Whether nobody gets in by being on this machine."""
        return self.sign_in or not is_loopback(self.api_host)


class IngestSettings(_Settings):
    """How ingest gathers readings before it writes."""

    batch_max: int = Field(
        default=1000, ge=1, le=10_000, description="Most messages written in one transaction."
    )
    linger_s: float = Field(
        default=0.015, ge=0, le=1, description="Longest wait for a batch to fill, in seconds."
    )
    mapping_file: Path | None = Field(
        default=None,
        description="Mapping file of devices whose firmware cannot be changed; none when empty.",
    )
    receipt_interval_s: float = Field(
        default=1.0, gt=0, le=60, description="Least time between two receipts to one box."
    )
    database_patience_s: float = Field(
        default=30.0,
        ge=1,
        le=600,
        description="Longest wait of ingest for the answer to a statement, in seconds; twice as "
        "long for a transaction, a sixth for a lock. Then the batch is tried again.",
    )
    owner_lapses_s: float = Field(
        default=15.0,
        ge=2,
        le=600,
        description="How long ingest may be frozen or cut off, in seconds, before the database "
        "gives its shards to a stand-by.",
    )
    late_days: int = Field(
        default=30,
        ge=1,
        le=3650,
        description="Days after which no late readings are expected. Older chunks whose shipments "
        "have all ended become columns where TimescaleDB's licence allows it, else their index is "
        "packed.",
    )


_CALLS = frozenset({"call_p1_min", "call_p2_min"})


class AlertsSettings(_Settings):
    """How alerts takes up its work."""

    alerts_claim_max: int = Field(
        default=256, ge=1, le=1000, description="Most boxes evaluated in one transaction."
    )
    alerts_idle_s: float = Field(
        default=5.0, gt=0, le=60, description="Longest wait without a bell before looking anyway."
    )
    no_data_after_s: float = Field(
        default=900.0, gt=0, description="Silence of a box, in seconds, before it is an alarm."
    )

    call_p1_min: Annotated[tuple[float, ...], NoDecode] = Field(
        default=(5.0, 10.0, 15.0),
        description="Minutes until the shift lead, whom the alarm names, and the sponsor's QA are"
        " told of a P1 that nobody has taken (our own choice).",
    )
    call_p2_min: Annotated[tuple[float, ...], NoDecode] = Field(
        default=(30.0, 60.0),
        description="Minutes until the shift lead and whom the alarm names are told of a P2.",
    )
    call_again_p1_min: float = Field(
        default=15.0, ge=0, description="Minutes between repetitions of the last; 0 for none."
    )
    call_again_p2_min: float = Field(
        default=60.0, ge=0, description="The same for a P2; 0 for none."
    )

    @model_validator(mode="before")
    @classmethod
    def _read_minutes(cls, values: dict[str, object]) -> dict[str, object]:
        texts = {n: v for n, v in values.items() if n.endswith("_min") and isinstance(v, str)}
        lists = {name: parse_minutes(texts[name]) for name in _CALLS & texts.keys()}
        return {**values, **lists}

    @property
    def no_data_after(self) -> timedelta:
        return timedelta(seconds=self.no_data_after_s)


class NoticeSettings(_Settings):
    """Whom alerts tells besides its log."""

    webhook_url: SecretStr | None = Field(
        default=None,
        description="Where alarms are posted to, as Standard Webhooks; empty: nowhere.",
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="Key of their signatures: whsec_ and the base64 of 24 to 64 random bytes.",
    )
    channels_file: Path | None = Field(
        default=None,
        description="File of channels, TOML: who is told by mail, chat, text message or call.",
    )
    public_url: PublicUrl | None = Field(
        default=None,
        description="Address at which couriers reach the pages; their links begin with it.",
    )

    @model_validator(mode="after")
    def _belong_together(self) -> "NoticeSettings":
        if self.webhook_url is None:
            return self
        parts = urlsplit(self.webhook_url.get_secret_value())
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("webhook_url: give the receiver's address: https://host/path")
        if self.webhook_secret is None:
            raise ValueError("webhook_secret: needed with webhook_url, to sign with")
        read_webhook_secret(self.webhook_secret.get_secret_value())
        return self

    @property
    def webhook(self) -> tuple[str, bytes] | None:
        """Address and key, in clear; None when nobody is to be told."""
        if self.webhook_url is None or self.webhook_secret is None:
            return None
        key = read_webhook_secret(self.webhook_secret.get_secret_value())
        return self.webhook_url.get_secret_value(), key


class LocalSettings(_Settings):
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


class LogSettings(_Settings):
    """How a process writes its log."""

    log_format: Literal["console", "json"] = Field(
        default="console", description="Lines for people, or one JSON object a line."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level that is written."
    )
