"""What intake is handed: the readings of a message, and the box that they came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ARRAY, Text, bindparam, func, select

from services.core.domain.grade import Grade
from services.core.storage.copying import NewReading
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import box


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBox:
    """What ingest must know of a registered box."""

    box_no: int
    box_id: str
    shard: int
    registered_at: datetime
    retired_at: datetime | None


class Parcel(NamedTuple):
    """The readings and events of one message. `start_seq`: what is below is gone from the log.

    A tuple, because there is one for each message.
    """

    box: KnownBox
    boot: str
    received_at: datetime
    readings: Sequence[NewReading]
    start_seq: int | None = None
    grade: Grade = Grade.RECEIPTED


async def known_boxes(uow: UnitOfWork, box_ids: Iterable[str]) -> list[KnownBox]:
    """Those of these boxes that are registered."""
    wanted = bindparam("box_ids", sorted(box_ids), type_=ARRAY(Text))
    columns = (box.c.box_no, box.c.box_id, box.c.shard, box.c.registered_at, box.c.retired_at)
    rows = await uow.execute(select(*columns).where(box.c.box_id == func.any(wanted)))
    return [KnownBox(**row._mapping) for row in rows]
