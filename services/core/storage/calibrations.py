"""Calibration records of probes: append-only, entered from certificates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Row, Select, insert, select
from sqlalchemy.dialects.postgresql import Range

from services.core.domain.errors import NotFound
from services.core.domain.identifiers import ProbeId
from services.core.domain.units import to_us
from services.core.domain.viability.calibration import Calibration, Point, Seat
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import box, calibration, probe, probe_assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationRecord:
    """One certificate, and who entered it when."""

    id: UUID
    probe_id: str
    points: tuple[Point, ...]
    certificate: str
    valid_from: datetime
    valid_until: datetime
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRecord:
    """A registered probe, the box it sits in now, and until when its last certificate holds."""

    probe_id: str
    kind: str
    box_id: str | None
    calibrated_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCalibration:
    """A certificate as it is entered."""

    probe_id: ProbeId
    points: tuple[Point, ...]
    certificate: str
    valid_from: datetime
    valid_until: datetime


class CalibrationRepository:
    """Reads and adds records, inside one transaction."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(
        self, new: NewCalibration, principal_id: str, now: datetime
    ) -> tuple[CalibrationRecord, dict[int, datetime]]:
        """Keep a record; raises NotFound.

        Returns also the boxes whose readings it bears on, by number, and from when.
        """
        await self._require(new.probe_id)
        record = CalibrationRecord(
            id=uuid4(), **asdict(new), recorded_at=now, recorded_by=principal_id
        )
        points = [list(point) for point in new.points]
        await self._unit.execute(insert(calibration).values({**asdict(record), "points": points}))
        return record, await self._touched(new)

    async def of_probe(self, probe_id: ProbeId) -> list[CalibrationRecord]:
        """The records of a probe, the latest beginning first; raises NotFound."""
        await self._require(probe_id)
        order = (calibration.c.valid_from.desc(), calibration.c.recorded_at.desc())
        statement = select(calibration).where(calibration.c.probe_id == probe_id).order_by(*order)
        return [_record(row) for row in await self._unit.execute(statement)]

    async def probes(
        self, after: str | None, limit: int, now: datetime, box_id: str | None = None
    ) -> list[ProbeRecord]:
        """Probes by serial number, from behind `after`; those of one box if it is named."""
        statement = _probes(now).order_by(probe.c.probe_id).limit(limit)
        if box_id is not None:
            statement = statement.where(_seated(box_id, now))
        if after is not None:
            statement = statement.where(probe.c.probe_id > after)
        return [ProbeRecord(**row._mapping) for row in await self._unit.execute(statement)]

    async def _require(self, probe_id: ProbeId) -> None:
        found = await self._unit.execute(select(probe.c.kind).where(probe.c.probe_id == probe_id))
        if found.one_or_none() is None:
            raise NotFound(
                f"there is no probe {probe_id}",
                field="probe_id",
                remedy="register it with its box first",
            )

    async def _touched(self, new: NewCalibration) -> dict[int, datetime]:
        """All of a box from `valid_from` on: a reading may name a probe before it has its seat."""
        seat = probe_assignment.c
        rows = await self._unit.execute(
            select(seat.box_no)
            .where(seat.probe_id == new.probe_id)
            .where(seat.during.overlaps(Range(new.valid_from, None)))
            .distinct()
        )
        return dict.fromkeys(rows.scalars(), new.valid_from)


def calibrations_of(probes: Iterable[Mapping[str, Any]]) -> tuple[Calibration, ...]:
    """The records among the probes of a case file; a probe that sat twice has its records once."""
    found = {raw["id"]: raw for one in probes for raw in one["calibrations"] or ()}
    return tuple(
        Calibration(
            probe_id=raw["probe_id"],
            points=_points(raw["points"]),
            valid_from=datetime.fromisoformat(raw["valid_from"]),
            valid_until=datetime.fromisoformat(raw["valid_until"]),
            recorded_at=datetime.fromisoformat(raw["recorded_at"]),
        )
        for raw in found.values()
    )


def seats_of(probes: Iterable[Mapping[str, Any]]) -> tuple[Seat, ...]:
    """Where the probes in the product sit: they are meant when a reading names none."""
    return tuple(
        Seat(
            one["box_id"],
            one["probe_id"],
            to_us(datetime.fromisoformat(one["begin"])),
            to_us(datetime.fromisoformat(one["end"])) if one["end"] else None,
        )
        for one in probes
        if one["kind"] == "payload"
    )


def _probes(now: datetime) -> Select[Any]:
    seat = probe_assignment.c
    box_id = (
        select(box.c.box_id)
        .join(probe_assignment, seat.box_no == box.c.box_no)
        .where(seat.probe_id == probe.c.probe_id, seat.during.contains(now))
        .limit(1)
        .scalar_subquery()
    )
    latest = (
        select(calibration.c.valid_until)
        .where(calibration.c.probe_id == probe.c.probe_id, calibration.c.valid_from <= now)
        .order_by(calibration.c.valid_from.desc(), calibration.c.recorded_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(
        probe.c.probe_id, probe.c.kind, box_id.label("box_id"), latest.label("calibrated_until")
    )


def _seated(box_id: str, now: datetime) -> ColumnElement[bool]:
    seat = probe_assignment.c
    return probe.c.probe_id.in_(
        select(seat.probe_id)
        .join(box, seat.box_no == box.c.box_no)
        .where(box.c.box_id == box_id, seat.during.contains(now))
    )


def _record(row: Row[Any]) -> CalibrationRecord:
    values = dict(row._mapping)
    return CalibrationRecord(**{**values, "points": _points(values["points"])})


def _points(raw: Sequence[Sequence[float]]) -> tuple[Point, ...]:
    return tuple((float(read), float(true)) for read, true in raw)
