"""The messages of wire contract v1 as typed structures; the JSON Schemas are made from them.

Unknown extra fields are allowed everywhere, so that a newer box does not go dark.
Optional fields may be absent or null. Bounds refuse what no sensor can mean.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

VERSION: Literal[1] = 1
MAX_READINGS = 500
MAX_BYTES = 128 * 1024
MAX_SEQ = 2**53 - 1
MAX_CHANNELS = 16
MAX_DETAIL_BYTES = 4096

# `$` alone also matches before a final newline in Python; the look-ahead refuses that.
Version = Literal[1]
Boot = Annotated[str, Meta(pattern=r"^[0-9a-f]{8,32}$(?!\n)")]
Seq = Annotated[int, Meta(ge=0, le=MAX_SEQ)]
Instant = Annotated[datetime, Meta(tz=True)]
Celsius = Annotated[float, Meta(ge=-273.15, le=1000)]
Milliseconds = Annotated[int, Meta(ge=0, le=MAX_SEQ)]
Probe = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}$(?!\n)")]
BoxName = Annotated[str, Meta(pattern=r"^[A-Z0-9-]{4,32}$(?!\n)")]
CommandId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}$(?!\n)")]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Metres = Annotated[float, Meta(ge=0, le=1e7)]
Hectopascal = Annotated[float, Meta(ge=0, le=2000)]
# Gauges read a little past their end; a reading is not refused for that.
Charge = Annotated[float, Meta(ge=0, le=110)]
Humidity = Annotated[float, Meta(ge=0, le=120)]
Degrees = Annotated[float, Meta(ge=-360, le=360)]
Acceleration = Annotated[float, Meta(ge=0, le=10_000)]
ClockState = Literal["synced", "free", "unset"]
ProbeKind = Literal["payload", "lid", "ambient", "coolant"]
EventKind = Literal[
    "lid_opened",
    "lid_closed",
    "tilt",
    "shock",
    "radio_off",
    "radio_on",
    "packed",
    "unpacked",
    "refilled",
    "powered_on",
    "low_battery",
    "log_truncated",
    "manifest",
    "clock_set",
    "command_reply",
]


class Channel(Struct, frozen=True, omit_defaults=True):
    """A further probe in the box, read at the same instant."""

    probe: Probe
    temp_c: Celsius
    kind: ProbeKind | None = None


class TelemetryReading(Struct, frozen=True, omit_defaults=True):
    """One measurement: `seq` counts up by one within a boot, `t` is the box's own clock."""

    seq: Seq
    t: Instant
    temp_c: Celsius
    mono_ms: Milliseconds | None = None
    clock: ClockState | None = None
    probe: Probe | None = None
    channels: Annotated[tuple[Channel, ...], Meta(max_length=MAX_CHANNELS)] | None = None
    ambient_c: Celsius | None = None
    pressure_hpa: Hectopascal | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    acc_m: Metres | None = None
    battery_pct: Charge | None = None
    lid_open: bool | None = None
    tilt_deg: Degrees | None = None
    shock_g: Acceleration | None = None
    rh_pct: Humidity | None = None


class SingleTelemetry(TelemetryReading, frozen=True, omit_defaults=True, kw_only=True):
    """One reading a message."""

    v: Version
    boot: Boot
    start_seq: Seq | None = None
    box_id: BoxName | None = None


class BatchTelemetry(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Several readings of one boot in one message, in any order."""

    v: Version
    boot: Boot
    readings: Annotated[tuple[TelemetryReading, ...], Meta(min_length=1, max_length=MAX_READINGS)]
    start_seq: Seq | None = None
    box_id: BoxName | None = None


class TelemetryMessage(Struct, frozen=True):
    """What a telemetry message says, whichever form it came in.

    `start_seq`: the log of this boot begins there, what is below is gone for good.
    """

    boot: str
    readings: tuple[TelemetryReading, ...]
    start_seq: int | None = None
    box_id: str | None = None
    v: int = VERSION


class EventMessage(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Something that happened; it takes its place in the same sequence as the readings."""

    v: Version
    boot: Boot
    seq: Seq
    t: Instant
    kind: EventKind
    detail: dict[str, Any] | None = None
    mono_ms: Milliseconds | None = None
    clock: ClockState | None = None
    start_seq: Seq | None = None
    box_id: BoxName | None = None


class StatusMessage(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Presence: said on connecting, and by the broker as the box's last will."""

    v: Version
    state: Literal["online", "offline"]
    reason: Annotated[str, Meta(max_length=200)] | None = None
    boot: Boot | None = None
    box_id: BoxName | None = None


class BootReceipt(Struct, frozen=True):
    """`contiguous`: highest sequence with none missing below it; `start_seq` − 1 when none.

    `missing`: closed ranges above it that are not stored while something later is.
    """

    boot: Boot
    contiguous: Annotated[int, Meta(ge=-1, le=MAX_SEQ)]
    missing: tuple[tuple[int, int], ...] = ()


class Receipt(Struct, frozen=True, kw_only=True):
    """What is durably stored; only this lets a box delete readings from its log."""

    v: Version = VERSION
    boots: tuple[BootReceipt, ...]
    server_time: Instant


class Backfill(Struct, frozen=True, tag_field="kind", tag="backfill", kw_only=True):
    """Publish these readings again, as far as the log still holds them."""

    v: Version = VERSION
    id: CommandId
    boot: Boot
    from_seq: Seq
    to_seq: Seq


class SampleInterval(Struct, frozen=True, tag_field="kind", tag="sample_interval", kw_only=True):
    """Measure every so many seconds from now on."""

    v: Version = VERSION
    id: CommandId
    interval_s: Annotated[int, Meta(ge=1, le=86_400)]


class Identify(Struct, frozen=True, tag_field="kind", tag="identify", kw_only=True):
    """Blink or beep, so that a person finds the box."""

    v: Version = VERSION
    id: CommandId


Command = Backfill | SampleInterval | Identify
