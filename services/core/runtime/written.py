"""Values of settings as people write them: addresses, shards, times of day, keys, folders."""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass, field
from datetime import time
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, SecretStr, StringConstraints

_DIALECT = "postgresql+psycopg://"
_URL_BEGINNINGS = ("postgresql://", "postgres://", _DIALECT)
_MQTT_PORTS = {"mqtt": 1883, "mqtts": 8883}
SHARD_COUNT = 64
_KEY_BEGINS = "whsec_"


def _normalised_database_url(url: SecretStr) -> SecretStr:
    """Accept the spellings people use, and hand on the one dialect we speak."""
    text = url.get_secret_value()
    for beginning in _URL_BEGINNINGS:
        if text.startswith(beginning):
            return SecretStr(_DIALECT + text.removeprefix(beginning))
    raise ValueError("give a PostgreSQL address: postgresql://user:password@host:5432/database")


def libpq_url(url: str) -> str:
    """The address as libpq reads it."""
    return url.replace(_DIALECT, "postgresql://", 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """Files of a TLS connection: whom we trust (None: the system's list), and who we are."""

    authorities: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MqttAddress:
    """A broker's address in the parts an MQTT client asks for."""

    host: str
    port: int
    username: str | None
    password: str | None = field(repr=False)
    tls: bool
    files: TlsFiles = TlsFiles()


def parse_mqtt_url(url: str) -> MqttAddress:
    """Read mqtt://user:password@host:port (1883) or mqtts://… (8883); raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in _MQTT_PORTS or not parts.hostname:
        raise ValueError("give a broker's address: mqtt://user:password@host:1883, or mqtts://")
    return MqttAddress(
        host=parts.hostname,
        port=parts.port or _MQTT_PORTS[parts.scheme],
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=parts.scheme == "mqtts",
    )


def _checked_mqtt_url(url: SecretStr) -> SecretStr:
    parse_mqtt_url(url.get_secret_value())
    return url


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


PublicUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^/?#]+/?$")]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_normalised_database_url)]
MqttUrl = Annotated[SecretStr, AfterValidator(_checked_mqtt_url)]


def parse_shards(text: str) -> tuple[int, ...]:
    """Read shards written as on the wire: two hexadecimal digits, ranges with a hyphen."""
    shards: set[int] = set()
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        first, _, last = part.partition("-")
        try:
            found = range(int(first, 16), int(last or first, 16) + 1)
        except ValueError:
            raise ValueError(f"{part!r} is not a shard: write 00 to 3f, or 00-1f") from None
        if not found or found[-1] >= SHARD_COUNT or found[0] < 0:
            raise ValueError(f"{part!r} is outside the shards 00 to 3f, or ends before it begins")
        shards.update(found)
    return tuple(sorted(shards))


def written_shards(shards: tuple[int, ...]) -> str:
    """Shards in the form that `parse_shards` reads, neighbours as a range."""
    runs: list[list[int]] = []
    for shard in sorted(shards):
        if runs and runs[-1][-1] == shard - 1:
            runs[-1][1:] = [shard]
        else:
            runs.append([shard])
    return ",".join("-".join(f"{end:02x}" for end in run) for run in runs)


def parse_times(text: str) -> tuple[time, ...]:
    """Read times of the day written as 00:00,08:00,16:00."""
    try:
        return tuple(time.fromisoformat(part.strip()) for part in text.split(","))
    except ValueError:
        raise ValueError(f"{text!r}: write times of the day such as 00:00,08:00,16:00") from None


def parse_minutes(text: str) -> tuple[float, ...]:
    """Read minutes written as 5,10,15."""
    try:
        minutes = tuple(float(part) for part in text.split(","))
    except ValueError:
        minutes = ()
    if not minutes or min(minutes) <= 0:
        raise ValueError(f"{text!r}: write minutes such as 5,10,15")
    return minutes


def read_webhook_secret(text: str) -> bytes:
    """The key behind `whsec_…`; raises ValueError."""
    try:
        key = base64.b64decode(text.removeprefix(_KEY_BEGINS), validate=True)
    except binascii.Error:
        key = b""
    if not text.startswith(_KEY_BEGINS) or not 24 <= len(key) <= 64:
        raise ValueError("webhook_secret: give whsec_ and the base64 of 24 to 64 random bytes")
    return key


def default_data_dir() -> Path:
    """$XDG_STATE_HOME/coldlane, or ~/.local/state/coldlane where that is not set."""
    state_home = os.environ.get("XDG_STATE_HOME", "")
    beginning = Path(state_home) if state_home.startswith("/") else Path.home() / ".local" / "state"
    return beginning / "coldlane"
