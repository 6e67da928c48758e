"""Boxes and the probes in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, func, insert, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.dialects.postgresql import insert as upsert

from services.core.domain.errors import AlreadyExists, Conflict, Invalid, NotFound
from services.core.domain.identifiers import BoxId, shard_of
from services.core.storage.constraints import refusals, unusable
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import (
    box,
    box_certificate,
    probe,
    probe_assignment,
    watermark,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxRecord:
    """A registered box; `last_received_at` is when its last message was stored.

    `grade` is that of the boot that was heard last; None before the first.
    """

    box_no: int
    box_id: BoxId
    shard: int
    kind: str
    simulated: bool
    model: str | None
    report_interval_s: int
    registered_at: datetime
    revision: int
    last_received_at: datetime | None
    grade: int | None
    certificate_ends_at: datetime | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBoxRecord:
    """What is known of a box before it has a number; probes are (probe_id, kind)."""

    box_id: BoxId
    kind: str
    simulated: bool
    model: str | None
    report_interval_s: int
    probes: Sequence[tuple[str, str]] = ()
    organisation_id: str | None = None


_LAST = (
    select(func.max(watermark.c.last_received_at))
    .where(watermark.c.box_no == box.c.box_no)
    .scalar_subquery()
)
_GRADE = (
    select(watermark.c.grade)
    .where(watermark.c.box_no == box.c.box_no)
    .order_by(watermark.c.last_received_at.desc(), watermark.c.boot_no.desc())
    .limit(1)
    .scalar_subquery()
)
_CERTIFICATE_ENDS = (
    select(func.max(box_certificate.c.not_after))
    .where(box_certificate.c.box_no == box.c.box_no, box_certificate.c.revoked_at.is_(None))
    .scalar_subquery()
)
_COLUMNS = (
    box.c.box_no,
    box.c.box_id,
    box.c.shard,
    box.c.kind,
    box.c.simulated,
    box.c.model,
    box.c.report_interval_s,
    box.c.registered_at,
    box.c.revision,
    _LAST.label("last_received_at"),
    _GRADE.label("grade"),
    _CERTIFICATE_ENDS.label("certificate_ends_at"),
    box.c.retired_at,
)


def _record(row: Row[Any]) -> BoxRecord:
    return BoxRecord(**row._mapping)


class BoxRepository:
    """Reads and registers boxes."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, new: NewBoxRecord, principal_id: str, now: datetime) -> BoxRecord:
        """Register a box with its probes; raises AlreadyExists or Conflict."""
        await self.add_all([new], principal_id, now)
        return await self.get(new.box_id)

    async def add_all(self, new: Sequence[NewBoxRecord], principal_id: str, now: datetime) -> None:
        """Register boxes with their probes, all or none; raises AlreadyExists or Conflict."""
        await self._refuse_known([one.box_id for one in new])
        rows = [_values(one, now) for one in sorted(new, key=lambda one: one.box_id)]
        statement = insert(box).returning(box.c.box_id, box.c.box_no)
        with refusals({"box_box_id_key": unusable("box id", "box_id")}):
            inserted = await self._unit.execute(statement, rows)
        numbers = {row.box_id: row.box_no for row in inserted}
        await self._seat_probes({numbers[one.box_id]: one for one in new}, principal_id, now)

    async def get(self, box_id: str) -> BoxRecord:
        """One box; raises NotFound."""
        found = await self._unit.execute(select(*_COLUMNS).where(box.c.box_id == box_id))
        row = found.one_or_none()
        if row is None:
            raise NotFound(f"there is no box {box_id}", field="box_id", remedy="register it first")
        return _record(row)

    async def by_name(self, box_ids: Iterable[str]) -> Mapping[str, BoxRecord]:
        """Several boxes at once; raises Invalid for the first that is not registered."""
        wanted = sorted(set(box_ids))
        found = await self._unit.execute(select(*_COLUMNS).where(box.c.box_id.in_(wanted)))
        boxes = {row.box_id: _record(row) for row in found}
        for box_id in wanted:
            if box_id not in boxes:
                raise Invalid(
                    f"there is no box {box_id}", field="box_id", remedy="register it first"
                )
        return boxes

    async def _refuse_known(self, box_ids: Sequence[str]) -> None:
        """Name the box that stands already; a race is caught by the constraint."""
        found = await self._unit.execute(select(box.c.box_id).where(box.c.box_id.in_(box_ids)))
        known = set(found.scalars())
        for box_id in box_ids:
            if box_id in known:
                raise _taken(box_id)

    async def _seat_probes(
        self,
        boxes: Mapping[int, NewBoxRecord],
        principal_id: str,
        now: datetime,
    ) -> None:
        probes = [
            (box_no, probe_id, kind, new.organisation_id)
            for box_no, new in boxes.items()
            for probe_id, kind in new.probes
        ]
        if not probes:
            return
        rows = [
            {"probe_id": probe_id, "kind": kind, "registered_at": now, "organisation_id": owner}
            for _, probe_id, kind, owner in sorted(probes, key=lambda one: one[1])
        ]
        await self._unit.execute(upsert(probe).on_conflict_do_nothing(), rows)
        seats = [
            {
                "id": uuid4(),
                "probe_id": probe_id,
                "box_no": box_no,
                "during": Range(now, None),
                "recorded_at": now,
                "recorded_by": principal_id,
            }
            for box_no, probe_id, *_ in probes
        ]
        probes_of_others = {"probe_assignment_probe_id_fkey": unusable("probe id", "probes")}
        with refusals({"probe_in_one_box": _seated(), **probes_of_others}):
            await self._unit.execute(insert(probe_assignment), seats)


def _values(new: NewBoxRecord, now: datetime) -> dict[str, Any]:
    return {
        "box_id": new.box_id,
        "shard": shard_of(new.box_id),
        "kind": new.kind,
        "simulated": new.simulated,
        "model": new.model,
        "report_interval_s": new.report_interval_s,
        "registered_at": now,
        "organisation_id": new.organisation_id,
    }


def _taken(box_id: str) -> AlreadyExists:
    return AlreadyExists(
        f"box {box_id} is registered already",
        field="box_id",
        remedy=f"use it as it is, or read it at /api/v1/boxes/{box_id}",
    )


def _seated() -> Conflict:
    return Conflict(
        "one of the probes sits in another box",
        field="probes",
        remedy="end its place in the other box first, or check the serial number",
    )
