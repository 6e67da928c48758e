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
from services.core.wire.messages import ClockState, TelemetryMessage, TelemetryReading
from services.core.wire.refusals import Refused

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TYPES = {one.name: one.type for one in msgspec.structs.fields(TelemetryReading)}


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
        if one.values.get("temp_c") is None:
            refusals_.append(_no_temperature(one.path))
            continue
        boot, seq = derived_key(one.instant, one.source)
        clock: ClockState | None = None if one.said_time else "unset"
        reading = TelemetryReading(seq=seq, t=one.instant, clock=clock, **one.values)
        extra = compact_json(one.extra, MAX_EXTRA_BYTES) if one.extra else None
        parts[boot].append((reading, extra))
    if not parts:
        raise refusals_[0] if refusals_ else _no_temperature("")
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


def _no_temperature(path: str) -> Refused:
    return Refused(
        "missing_field",
        f"{path or 'the message'} has no temperature that can be used",
        field=path or None,
        remedy="send the temperature of the product with every reading",
    )
