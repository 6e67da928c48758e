"""Stores what boxes said, in one transaction: each reading once, whatever comes again.

The watermark row of a boot is the gate. A sequence number it does not hold is fresh and is copied
straight into `reading`; one that it holds is compared with the stored row, and a difference is
kept as a key conflict. Both are accepted: the box need not send them again.

A batch can be prepared while the one before it is stored, by the gates that are remembered. What
is not as nearly always is left to the rows themselves, under their locks.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from psycopg.errors import UniqueViolation

from services.core.storage.bootclocks import BootClocks, ServerClock, TrustedClock
from services.core.storage.bootparts import (
    BootPart,
    by_boot,
    earliest_of,
    opening,
    sort_boot,
    sorting,
)
from services.core.storage.closing import Closing, close_batch, closing_of
from services.core.storage.database import UnitOfWork
from services.core.storage.failures import GateMoved
from services.core.storage.gates import Gates
from services.core.storage.parcels import Parcel
from services.core.storage.repeats import ReadingTable, copy_pieces
from services.core.storage.watermarks import Boot, BootKey, Watermarks
from services.core.storage.worklist import Worklist

_BOOTS_AT_ONCE = 5
_ROWS_AT_ONCE = 100
"""Made ready before the loop may turn to the database again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of a batch of parcels; `boxes` are the numbers of all boxes in it."""

    fresh: int = 0
    repeated: int = 0
    conflicts: int = 0
    corrected_boots: int = 0
    boxes: frozenset[int] = frozenset()
    boots: Sequence[Boot] = field(default=(), compare=False)
    """As their rows are when this is committed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A batch of new readings, ready to be stored where the gates are still as remembered."""

    age: int
    rows: bytes
    moved: Sequence[Boot]
    closing: Closing
    stored: Stored


class Intake:
    """Stores batches. What it remembers of them is used only after `committed` said so."""

    def __init__(self, server: ServerClock | None = None) -> None:
        self._clocks = BootClocks(server or TrustedClock())
        self._gates = Gates()
        self._session: object = None
        self._in_hand: deque[Prepared] = deque()
        self._leisure = asyncio.Event()
        self._leisure.set()

    async def prepare(self, parcels: Sequence[Parcel]) -> Prepared | None:
        """Sort the parcels by memory; None when the rows themselves must be asked.

        What is prepared is stored in the same order, or void.
        """
        age, groups = self._gates.age, by_boot(parcels)
        boots = self._gates.find(groups)
        if not boots:
            return None
        try:
            prepared = await self._prepared(age, boots, groups)
        except BaseException:
            self.forget()
            raise
        if prepared is None:
            self._gates.drop(groups)
        elif age == self._gates.age:
            self._in_hand.append(prepared)
        return prepared

    async def _prepared(
        self, age: int, boots: Mapping[BootKey, Boot], groups: Mapping[BootKey, Sequence[Parcel]]
    ) -> Prepared | None:
        parts = await self._sorted_by(boots, groups)
        moved = None if parts is None else self._clocks.judge_alone(parts)
        if parts is None or moved is None:
            return None
        pieces = []
        for piece in copy_pieces((part.fresh for part in parts), _ROWS_AT_ONCE):
            pieces.append(piece)
            await self._give_way()
        return Prepared(
            age=age,
            rows=b"".join(pieces),
            moved=[replace(part.boot) for part in moved],
            closing=_closing(parts, moved),
            stored=_stored(parts, moved=len(moved)),
        )

    async def _sorted_by(
        self, boots: Mapping[BootKey, Boot], groups: Mapping[BootKey, Sequence[Parcel]]
    ) -> list[BootPart] | None:
        """The parts of all boots; None as soon as one of them says something again."""
        parts = []
        for number, (key, parcels) in enumerate(groups.items()):
            part = sort_boot(boots[key], parcels)
            if part.repeats:
                return None
            parts.append(part)
            if number % _BOOTS_AT_ONCE == 0:
                await self._give_way()
        return parts

    def _until_sent(self, rows: bytes) -> Iterator[bytes]:
        yield rows
        self._leisure.set()

    async def _give_way(self) -> None:
        """First the database gets what it waits for; there is time while it works on it."""
        await asyncio.sleep(0)
        await self._leisure.wait()

    def trusts(self, uow: UnitOfWork, prepared: Prepared | None) -> bool:
        """Whether what it was sorted by may still be true; between two sessions it may not."""
        if uow.connection is not self._session:
            self.forget()
            self._session = uow.connection
        return prepared is not None and prepared.age == self._gates.age

    async def store_prepared(self, uow: UnitOfWork, prepared: Prepared, now: datetime) -> Stored:
        """Store it inside the caller's transaction; GateMoved when it must be sorted anew."""
        if not self._in_hand or self._in_hand.popleft() is not prepared:
            raise GateMoved("what was prepared before it was never stored")
        self._leisure.clear()
        try:
            await ReadingTable(uow).add_pieces(self._until_sent(prepared.rows))
        except UniqueViolation as error:
            raise GateMoved("a reading stands already that was none of the gate's") from error
        finally:
            self._leisure.set()
        await Watermarks(uow).save_corrections(prepared.moved)
        await close_batch(uow, prepared.closing, now)
        return prepared.stored

    def committed(self, stored: Stored) -> None:
        """Remember the gates of a transaction, which is over."""
        self._gates.remember(stored.boots)

    def forget(self) -> None:
        """A transaction failed, or nobody knows: what was prepared since is void as well."""
        self._in_hand.clear()
        self._gates.forget()

    async def store(
        self,
        uow: UnitOfWork,
        parcels: Sequence[Parcel],
        now: datetime,
        *,
        staged: bool = False,
        compare: bool = True,
    ) -> Stored:
        """Store the parcels inside the caller's transaction, with their gates locked.

        `staged` goes around the key of `reading`: to be used when storing raised KeyTaken, which
        means that the gate and the readings do not agree. Without `compare` a repeat that says
        more than the stored row is no conflict.
        """
        if self._in_hand:
            self.forget()  # It counts on being stored first.
        if not parcels:
            return Stored()
        watermarks, groups = Watermarks(uow), by_boot(parcels)
        self._gates.drop(groups)
        boots = await watermarks.lock({key: opening(some) for key, some in groups.items()})
        parts: list[BootPart] = []
        # Sorted as they are copied: the database takes in the first boots meanwhile.
        fresh = sorting(parts, boots, groups)
        table = ReadingTable(uow)
        conflicts = await table.add_around_key(fresh) if staged else await table.add(fresh)
        repeats = [row for part in parts for row in part.repeats]
        conflicts += await table.compare(repeats if compare else [])
        told = [self._clocks.hear(part) for part in parts]
        judged = zip(parts, told, strict=True)
        moved = [part for part, said in judged if await self._clocks.judge(part, said, table)]
        await watermarks.save_corrections([part.boot for part in moved])
        await close_batch(uow, _closing(parts, moved), now)
        # It alters no verdict: whoever is in the box now is told of, and nothing is opened again.
        await Worklist(uow).put_boxes(
            dict.fromkeys(sorted(set(conflicts)), now), "key_conflict", now
        )
        stored = _stored(parts, moved=len(moved))
        return replace(stored, conflicts=len(conflicts), boots=list(boots.values()))


def _closing(parts: Sequence[BootPart], moved: Sequence[BootPart]) -> Closing:
    changed = [part.boot for part in parts if part.fresh or part.is_moved]
    return closing_of(changed, earliest_of(parts, moved))


def _stored(parts: Sequence[BootPart], *, moved: int) -> Stored:
    return Stored(
        fresh=sum(len(part.fresh) for part in parts),
        repeated=sum(len(part.repeats) for part in parts),
        corrected_boots=moved,
        boxes=frozenset(part.box.box_no for part in parts),
    )
