"""How ingest and alerts go about their work."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from services.core.runtime.outside import check_webhook_address
from services.core.runtime.settings.base import Settings
from services.core.runtime.written import (
    PublicUrl,
    parse_minutes,
    read_webhook_secret,
)


class IngestSettings(Settings):
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


class AlertsSettings(Settings):
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


class NoticeSettings(Settings):
    """Whom alerts tells besides its log."""

    webhook_url: SecretStr | None = Field(
        default=None,
        description="Where alarms are posted to, as Standard Webhooks; empty: nowhere.",
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="Key of their signatures: whsec_ and the base64 of 24 to 64 random bytes.",
    )
    webhook_country: str | None = Field(
        default=None,
        pattern="^[A-Z]{2}$",
        description="Where the webhook's receiver sits, as CN. Abroad, and where nobody says it,"
        " it is told of the journey and of nobody.",
    )
    webhook_inside: str = Field(
        default="",
        description="Receivers of webhooks in your own network, `host:port` with commas between;"
        " all others must be public and take https.",
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
        check_webhook_address(self.webhook_url.get_secret_value(), self.inside)
        if self.webhook_secret is None:
            raise ValueError("webhook_secret: needed with webhook_url, to sign with")
        read_webhook_secret(self.webhook_secret.get_secret_value())
        return self

    @property
    def inside(self) -> frozenset[str]:
        """Places in the own network that webhooks may reach."""
        return frozenset(filter(None, re.split(r"[\s,]+", self.webhook_inside.lower())))

    @property
    def webhook(self) -> tuple[str, bytes] | None:
        """Address and key, in clear; None when nobody is to be told."""
        if self.webhook_url is None or self.webhook_secret is None:
            return None
        key = read_webhook_secret(self.webhook_secret.get_secret_value())
        return self.webhook_url.get_secret_value(), key
