"""Builders of journeys for the tests of the verdict: everything has a default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.core.domain.units import to_us
from services.core.domain.viability.bands import ExcursionBand
from services.core.domain.viability.case import Case, Clocks, Contact
from services.core.domain.viability.container import ContainerKind
from services.core.domain.viability.numbers import UNITS
from services.core.domain.viability.profile import (
    Basis,
    Grade,
    MaterialProfile,
    ProfileNumber,
    Side,
)
from services.core.domain.viability.sample import Sample
from services.core.domain.viability.shipped import LEUKAPHERESIS_FRESH_2_8

START = datetime(2026, 11, 22, tzinfo=UTC)


def at(minute: float) -> datetime:
    """The instant so many minutes after the journey began."""
    return START + timedelta(microseconds=round(minute * 60_000_000))


def a_sample(
    minute: float,
    temp_c: float | None,
    *,
    seq: int | None = None,
    boot: str = "9f3c21aa",
    event: str | None = None,
    box_id: str = "CB-0001",
    tilt_deg: float | None = None,
    ambient_c: float | None = None,
) -> Sample:
    """One sample; its sequence follows its minute unless one is given."""
    return Sample(
        to_us(at(minute)),
        boot,
        round(minute * 1000) if seq is None else seq,
        box_id,
        temp_c,
        event,
        to_us(at(minute)),
        tilt_deg=tilt_deg,
        ambient_c=ambient_c,
    )


def samples(points: Iterable[tuple[float, float | None]]) -> list[Sample]:
    """Samples at (minute, temperature)."""
    return [a_sample(minute, temp_c) for minute, temp_c in points]


def ramp(
    from_min: float, to_min: float, from_c: float, to_c: float, every_s: float = 60.0
) -> list[tuple[float, float]]:
    """Points on a straight line, both ends included."""
    steps = max(1, round((to_min - from_min) * 60 / every_s))
    return [
        (from_min + (to_min - from_min) * i / steps, from_c + (to_c - from_c) * i / steps)
        for i in range(steps + 1)
    ]


def pieces_to_points(
    pieces: Sequence[Sequence[float]], every_s: float = 60.0
) -> list[tuple[float, float]]:
    """The points of several straight pieces; a shared end is taken once."""
    found: dict[float, float] = {}
    for from_min, to_min, from_c, to_c in pieces:
        found.update(ramp(from_min, to_min, from_c, to_c, every_s))
    return sorted(found.items())


def a_case(
    profile: MaterialProfile = LEUKAPHERESIS_FRESH_2_8,
    *,
    heard_min: float | None = None,
    clocks: Clocks | None = None,
) -> Case:
    """A payload collected and packed at minute 0, last heard at `heard_min`."""
    return Case(
        profile=profile,
        clocks=clocks or Clocks(collection_end=START, pack_closed_at=START),
        contact=Contact(last_heard_at=None if heard_min is None else at(heard_min)),
    )


def a_number(value: float, unit: str, *, binding: bool = True) -> ProfileNumber:
    """A sponsor's number; not binding, it is one from literature."""
    return ProfileNumber(
        value=value,
        unit=unit,
        source="made up for a test",
        grade=Grade.OWN_CHOICE,
        basis=Basis.SPONSOR_VALIDATED if binding else Basis.LITERATURE_PROXY,
    )


def a_profile(
    base: MaterialProfile = LEUKAPHERESIS_FRESH_2_8,
    numbers: Mapping[str, float] | None = None,
    *,
    bands: Sequence[Mapping[str, Any]] = (),
    age_binds: bool = False,
    container: ContainerKind | None = None,
    binding: bool = True,
) -> MaterialProfile:
    """A sponsor's version of a profile: other numbers, bands, a table that binds, a container."""
    given = {
        name: a_number(value, UNITS[name], binding=binding)
        for name, value in (numbers or {}).items()
    }
    table = base.rate_table
    if age_binds and table is not None:
        table = replace(table, origin=replace(table.origin, switched_on="the sponsor's switch"))
    return replace(
        base,
        numbers={**base.numbers, **given},
        bands=tuple(a_band(**band) for band in bands),
        rate_table=table,
        container=container or base.container,
    )


def a_band(
    name: str = "warm",
    side: str = "high",
    threshold_c: float = 8.0,
    single_min: float | None = None,
    cumulative_min: float | None = None,
    binding: bool = True,
) -> ExcursionBand:
    return ExcursionBand(
        name=name,
        side=Side(side),
        threshold=a_number(threshold_c, "°C", binding=binding),
        single=None if single_min is None else a_number(single_min, "min", binding=binding),
        cumulative=None
        if cumulative_min is None
        else a_number(cumulative_min, "min", binding=binding),
    )
