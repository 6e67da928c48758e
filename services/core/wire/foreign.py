"""Readings of formats that have neither boots nor sequence numbers, put into our own shape."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from services.core.domain.grade import Grade
from services.core.wire import refusals
from services.core.wire.decoding import MAX_EXTRA_BYTES, DecodedTelemetry, is_plausible
from services.core.wire.documents import compact_json
from services.core.wire.keys import derived_key
from services.core.wire.messages import Celsius, ClockState, TelemetryMessage, TelemetryReading
from services.core.wire.refusals import Refused

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TYPES = {one.name: one.type for one in msgspec.structs.fields(TelemetryReading)}


class Bare(TelemetryReading, frozen=True):
    """A reading without a temperature: a position or a gauge, which the device sends by itself."""

    temp_c: Celsius | None = None  # type: ignore[assignment]  # only our own contract needs it


@dataclass(slots=True, kw_only=True)
class ForeignReading:
    """One reading as a format found it. `values` are fields of ours, each checked already.

    `source` names what measured it, within its box; `path` where it stands in the message;
    `said_time` is False where the instant is that of the receipt.
    """

    instant: datetime
    source: str
    path: str
    said_time: bool = True
    values: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


def gather(
    found: Sequence[ForeignReading], refused: Sequence[Refused]
) -> tuple[DecodedTelemetry, ...]:
    """The readings by boot, the refusals beside the first; raises Refused when none is good."""
    refusals_ = list(refused)
    parts: defaultdict[str, list[tuple[TelemetryReading, str | None]]] = defaultdict(list)
    for one in found:
        if not one.values.keys() - {"probe", "channels"}:
            refusals_.append(_nothing(one.path))
            continue
        boot, reading = _keyed(one)
        extra = compact_json(one.extra, MAX_EXTRA_BYTES) if one.extra else None
        parts[boot].append((reading, extra))
    if not parts:
        raise refusals_[0] if refusals_ else _nothing("")
    grade = _grade(found)
    unknown = sum(len(one.extra) for one in found)
    return tuple(
        DecodedTelemetry(
            TelemetryMessage(boot, tuple(reading for reading, _ in readings)),
            {n: extra for n, (_, extra) in enumerate(readings) if extra is not None},
            0 if number else unknown,
            () if number else tuple(refusals_),
            grade,
        )
        for number, (boot, readings) in enumerate(sorted(parts.items()))
    )


def checked(name: str, value: object, path: str, remedy: str | None = None) -> Any:
    """The value as our field `name` takes it; raises Refused, which names the place it stood."""
    try:
        return msgspec.convert(value, _TYPES[name])
    except msgspec.ValidationError as error:
        refusal = refusals.from_validation(error, path)
    raise Refused(
        refusal.reason,
        refusal.detail,
        field=path,
        remedy=remedy or refusals.remedy_for(name),
    )


def instant_of(seconds: float, path: str) -> datetime:
    """Seconds since 1970, to the millisecond; raises Refused when no clock means that."""
    try:
        instant = _EPOCH + timedelta(milliseconds=round(seconds * 1000))
    except (OverflowError, ValueError):
        instant = datetime(1, 1, 1, tzinfo=UTC)
    if not is_plausible(instant):
        raise refusals.time_out_of_bounds(path)
    return instant


def _grade(found: Sequence[ForeignReading]) -> Grade:
    said = all(one.said_time for one in found)
    return Grade.ACKNOWLEDGED if said else Grade.BEST_EFFORT


def _keyed(one: ForeignReading) -> tuple[str, TelemetryReading]:
    """Boot and reading. What comes without a temperature may come in pieces of one instant."""
    clock: ClockState | None = None if one.said_time else "unset"
    if "temp_c" in one.values:
        boot, seq = derived_key(one.instant, one.source)
        return boot, TelemetryReading(seq=seq, t=one.instant, clock=clock, **one.values)
    boot, seq = derived_key(one.instant, " ".join([one.source, "bare", *sorted(one.values)]))
    return boot, Bare(seq=seq, t=one.instant, clock=clock, **one.values)


def _nothing(path: str) -> Refused:
    return Refused(
        "missing_field",
        f"{path or 'the message'} has nothing that can be used",
        field=path or None,
        remedy="send the temperature of the product, or a field that is known",
    )
