"""The claim: takes work for many payloads at once, each for one worker alone, until the commit.

Work rows are locked and skipped, states are locked and skipped; what is claimed is deleted in the
transaction that saves its consequences. Dying in between puts everything back. Rows put after the
readings were read have ids of their own and are seen by the next claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Integer, bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.dialects.postgresql import UUID as SQL_UUID

from services.core.storage.database import UnitOfWork
from services.core.storage.readings import BoxWork

LOOK_BACK = timedelta(days=1)
"""A box's readings may belong to whoever travelled in it up to a day before: clocks are moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredState:
    """A payload's state as it was locked. Columns that are shown are in `shown`."""

    payload_id: UUID
    shipment_id: UUID
    checkpoint: dict[str, Any] | None
    model_version: str
    evaluated_through: datetime | None
    attempts: int
    revision: int
    shown: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One payload to be judged again: from when (None: only time has passed), and why."""

    state: StoredState
    earliest: datetime | None
    reasons: tuple[str, ...]
    has_new_readings: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one transaction holds.

    `boxes` were heard of, with or without a payload in them. `owned_since`: boxes all of whose
    payloads are held, and the earliest instant asked for.
    """

    subjects: tuple[Subject, ...] = ()
    work_ids: tuple[int, ...] = ()
    boxes: frozenset[int] = field(default_factory=frozenset)
    owned_since: Mapping[int, datetime] = field(default_factory=dict)
    contended: bool = False
    _boxes_of: Mapping[int, frozenset[UUID]] = field(default_factory=dict)
    _rows: tuple[tuple[int, int | None, UUID | None], ...] = ()

    def without(self, payloads: frozenset[UUID]) -> tuple[Claim, frozenset[int]]:
        """The claim with these payloads left for later, and the boxes whose work stays with them.

        Their rows stay on the list, so whoever shares a box with one is judged now and again then.
        """
        boxes = frozenset(no for no, inside in self._boxes_of.items() if inside & payloads)
        kept = {
            row_id
            for row_id, box_no, payload in self._rows
            if box_no in boxes or payload in payloads
        }
        rest = replace(
            self,
            subjects=tuple(s for s in self.subjects if s.state.payload_id not in payloads),
            work_ids=tuple(row for row in self.work_ids if row not in kept),
            owned_since={no: at for no, at in self.owned_since.items() if no not in boxes},
        )
        return rest, boxes

    @property
    def is_empty(self) -> bool:
        return not self.subjects and not self.work_ids

    def covered(self, rows: Iterable[BoxWork]) -> list[int]:
        """The ids of work rows whose readings were read together with them, beside our own.

        Only of boxes that are ours, and asking for nothing earlier than we look at anyway.
        """
        return [
            row.id
            for row in rows
            if row.box_no in self.owned_since and row.earliest >= self.owned_since[row.box_no]
        ]


@dataclass(slots=True)
class _Wanted:
    """A payload that work rows or the clock ask for, while the claim is being made."""

    earliest: datetime | None = None
    reasons: set[str] = field(default_factory=set)
    heard: bool = False

    def add(self, earliest: datetime, reason: str, *, heard: bool) -> None:
        self.heard = self.heard or heard
        self.earliest = earliest if self.earliest is None else min(self.earliest, earliest)
        self.reasons.add(reason)


_UUIDS = ARRAY(SQL_UUID(as_uuid=True))

_CANDIDATES = text("""
SELECT id, box_no, payload_id, earliest, reason FROM worklist
WHERE box_no IS NULL OR box_no <> ALL(:put_off)
ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
""").bindparams(bindparam("put_off", type_=ARRAY(Integer)))

_OF_BOX = text("""
SELECT id, box_no, payload_id, earliest, reason FROM worklist WHERE box_no = :box_no
ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
""")

# A shipment whose readings were removed under a rule keeps the verdict it has.
_TRAVELLERS = text("""
SELECT DISTINCT given.box_no, assignment.payload_id
FROM unnest(:boxes, :earliest) AS given (box_no, earliest)
JOIN assignment ON assignment.box_no = given.box_no
 AND assignment.during && tstzrange(given.earliest, NULL)
WHERE NOT EXISTS (
  SELECT FROM reading_removal WHERE reading_removal.shipment_id = assignment.shipment_id)
""").bindparams(
    bindparam("boxes", type_=ARRAY(Integer)),
    bindparam("earliest", type_=ARRAY(TIMESTAMP(timezone=True))),
)

_DUE = text("""
SELECT payload_id FROM assessment_state
WHERE next_change_at <= :now ORDER BY next_change_at LIMIT :limit
""")

_OPEN_STATES = text("""
INSERT INTO assessment_state (payload_id, shipment_id)
SELECT payload.payload_id, payload.shipment_id FROM payload
WHERE payload.payload_id = ANY(:payloads)
  AND NOT EXISTS (SELECT FROM assessment_state AS s WHERE s.payload_id = payload.payload_id)
ORDER BY payload.payload_id
ON CONFLICT DO NOTHING
""").bindparams(bindparam("payloads", type_=_UUIDS))

_LOCK_STATES = text("""
SELECT payload_id, shipment_id, checkpoint, model_version, evaluated_through, attempts, revision,
       condition, evidence, qa_hold, in_label_until, viable_until_p10, viable_until_p50,
       binding_constraint, binding_deadline, deadline, latest_inspection_start, ready_at,
       ranked_start, last_reading, summary
FROM assessment_state WHERE payload_id = ANY(:payloads)
ORDER BY payload_id FOR UPDATE SKIP LOCKED
""").bindparams(bindparam("payloads", type_=_UUIDS))

_REMOVE = text("""
DELETE FROM worklist WHERE id IN (
  SELECT id FROM worklist WHERE id = ANY(:ids) ORDER BY id FOR UPDATE SKIP LOCKED)
""").bindparams(bindparam("ids", type_=ARRAY(BigInteger)))

_NEXT_DUE = text("SELECT min(next_change_at) FROM assessment_state")

_HEAD = frozenset(
    {"payload_id", "shipment_id", "checkpoint", "model_version", "evaluated_through", "attempts",
     "revision"}
)  # fmt: skip


async def claim(uow: UnitOfWork, limit: int, now: datetime, put_off: Iterable[int] = ()) -> Claim:
    """Take up to `limit` rows of work, and payloads whose answer changes by itself by `now`.

    Work of the boxes that are `put_off` is left where it is.
    """
    found = await uow.execute(_CANDIDATES, {"limit": limit, "put_off": sorted(put_off)})
    due = await uow.execute(_DUE, {"now": now, "limit": limit})
    return await _claim(uow, found.mappings().all(), due.scalars())


async def claim_box(uow: UnitOfWork, box_no: int, limit: int) -> Claim:
    """Take the work of one box alone."""
    found = await uow.execute(_OF_BOX, {"box_no": box_no, "limit": limit})
    return await _claim(uow, found.mappings().all(), ())


async def _claim(uow: UnitOfWork, work: Sequence[Any], due: Iterable[UUID]) -> Claim:
    travellers = await _travellers(uow, work)
    wanted = _wanted(work, travellers)
    for payload_id in due:
        wanted.setdefault(payload_id, _Wanted())
    states = await _lock(uow, sorted(wanted))
    mine = frozenset(states)
    owned = [row for row in work if _payloads(row, travellers) <= mine]
    boxes = [row for row in work if row["box_no"] is not None]
    return Claim(
        subjects=tuple(_subject(states[payload], wanted[payload]) for payload in states),
        work_ids=tuple(row["id"] for row in owned),
        boxes=frozenset(row["box_no"] for row in boxes),
        owned_since=_earliest(row for row in boxes if travellers[row["box_no"]] <= mine),
        contended=len(owned) < len(work),
        _boxes_of={no: frozenset(inside) for no, inside in travellers.items()},
        _rows=tuple((row["id"], row["box_no"], row["payload_id"]) for row in work),
    )


async def remove_work(uow: UnitOfWork, ids: Sequence[int]) -> None:
    """Delete work whose consequences this transaction saves; a row others hold stays for them."""
    if ids:
        await uow.execute(_REMOVE, {"ids": sorted(ids)})


async def next_due(uow: UnitOfWork) -> datetime | None:
    """The next instant at which some answer changes by itself."""
    value: datetime | None = (await uow.execute(_NEXT_DUE)).scalar_one()
    return value


async def _travellers(uow: UnitOfWork, work: Sequence[Any]) -> dict[int, set[UUID]]:
    """Which payloads may have travelled in the boxes since the earliest instant asked for."""
    earliest = {
        box_no: instant - LOOK_BACK
        for box_no, instant in _earliest(row for row in work if row["box_no"] is not None).items()
    }
    found: dict[int, set[UUID]] = {box_no: set() for box_no in earliest}
    if earliest:
        rows = await uow.execute(
            _TRAVELLERS, {"boxes": list(earliest), "earliest": list(earliest.values())}
        )
        for row in rows.mappings():
            found[row["box_no"]].add(row["payload_id"])
    return found


def _wanted(work: Sequence[Any], travellers: dict[int, set[UUID]]) -> dict[UUID, _Wanted]:
    wanted: dict[UUID, _Wanted] = {}
    for row in work:
        for payload in _payloads(row, travellers):
            wanted.setdefault(payload, _Wanted()).add(
                row["earliest"], row["reason"], heard=row["box_no"] is not None
            )
    return wanted


def _payloads(row: Any, travellers: dict[int, set[UUID]]) -> set[UUID]:
    return travellers[row["box_no"]] if row["payload_id"] is None else {row["payload_id"]}


async def _lock(uow: UnitOfWork, payloads: Sequence[UUID]) -> dict[UUID, StoredState]:
    """The states of these payloads that nobody else holds; missing ones are opened first."""
    if not payloads:
        return {}
    await uow.execute(_OPEN_STATES, {"payloads": list(payloads)})
    rows = await uow.execute(_LOCK_STATES, {"payloads": list(payloads)})
    return {row["payload_id"]: _stored(dict(row)) for row in rows.mappings()}


def _stored(row: dict[str, Any]) -> StoredState:
    head = {name: row.pop(name) for name in _HEAD}
    return StoredState(**head, shown=row)


def _earliest(rows: Iterable[Any]) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for row in rows:
        box_no = row["box_no"]
        found[box_no] = min(row["earliest"], found.get(box_no, row["earliest"]))
    return found


def _subject(state: StoredState, wanted: _Wanted) -> Subject:
    return Subject(
        state=state,
        earliest=wanted.earliest,
        reasons=tuple(sorted(wanted.reasons)),
        has_new_readings=wanted.heard,
    )
