"""Removing raw readings: under a sponsor's dated rule, of shipments closed for long, never else.

Due is what a rule in force says of a closed shipment: so many days after the closing was recorded,
no quality hold, no deviation open. The rest of the shipment stays: verdicts, alarms, milestones and
the watermark, so that a reading that was removed is not stored again when a box repeats it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update

from services.core.domain.errors import Conflict, NotFound
from services.core.storage.database import UnitOfWork
from services.core.storage.placing import PLACED_AT, placed_readings
from services.core.storage.schema import retention_rule

WAITING = timedelta(days=7)
"""A rule takes effect no sooner: time for somebody else to see it and to have it withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """Readings of a sponsor's shipments are kept so many days after closing, from a date on."""

    rule_id: UUID
    sponsor: str
    keep_days: int
    effective_from: datetime
    reference: str
    reason: str
    entered_at: datetime
    entered_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_reason: str | None
    revision: int
    organisation_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A stay of a payload in a box whose readings a rule says are to go."""

    rule_id: UUID
    shipment_id: UUID
    reference: str
    box_no: int
    box_id: str
    begin: datetime
    end: datetime
    closed_at: datetime
    due_at: datetime


# Done with is a stay when nothing can have come since: a day, for what was received before the
# removal and stored after it.
_DUE = text(
    """
    SELECT rule_id, shipment_id, shipment.reference, box_no, box_id, lower(during) AS begin,
           least(coalesce(upper(during), closed.at), closed.at) AS "end", closed.at AS closed_at,
           greatest(closed.at + keep_days * interval '1 day', effective_from) AS due_at
      FROM retention_rule
      JOIN shipment ON shipper = sponsor AND state = 'closed'
      CROSS JOIN LATERAL (SELECT max(recorded_at) AS at FROM milestone
                           WHERE milestone.shipment_id = shipment.shipment_id AND kind = 'closed')
                 AS closed
      JOIN assignment USING (shipment_id)
      JOIN box USING (box_no)
     WHERE withdrawn_at IS NULL AND closed.at IS NOT NULL
       AND (CAST(:rule_id AS uuid) IS NULL OR rule_id = :rule_id)
       AND (CAST(:shipment_id AS uuid) IS NULL OR shipment.shipment_id = :shipment_id)
       AND greatest(closed.at + keep_days * interval '1 day', effective_from) <= :at
       AND NOT EXISTS (SELECT FROM assessment_state AS held
                        WHERE held.shipment_id = shipment.shipment_id AND qa_hold)
       AND NOT EXISTS (SELECT FROM deviation
                        WHERE deviation.shipment_id = shipment.shipment_id
                          AND deviation.state <> 'CLOSED')
       AND NOT EXISTS (
           SELECT FROM reading_removal AS done
            WHERE done.shipment_id = shipment.shipment_id AND done.box_no = box.box_no
              AND done.removed_at > ALL (
                  SELECT last_received_at + interval '1 day' FROM watermark
                   WHERE watermark.box_no = box.box_no
                     AND first_received_at < coalesce(upper(during), closed.at)))
     ORDER BY due_at, shipment_id, box_no, begin LIMIT :limit
    """
)
_COUNT = text(
    f"SELECT count(*) FROM ({placed_readings(':box_no', ':begin', ':end', shown=True)}) r"  # noqa: S608
    " WHERE placed_at >= :begin AND placed_at < :end"
)
_RECORD = """
INSERT INTO reading_removal (rule_id, shipment_id, box_no, boot_no, first_seq, last_seq, first_at,
                             last_at, readings, hash_sum, removed_at)
SELECT :rule_id, :shipment_id, box_no, boot_no, min(seq), max(seq), min(bucket_at), max(bucket_at),
       count(*), sum(CAST(hashtextextended(CAST(gone AS text), 0) AS numeric)), :now
FROM gone GROUP BY box_no, boot_no RETURNING readings
"""
# Boots with a right clock lie where their time says; the few corrected ones anywhere.
_REMOVE = text(
    f"""
    WITH gone AS (
      DELETE FROM reading
       WHERE box_no = :box_no AND bucket_at >= :begin AND bucket_at < :end
         AND NOT EXISTS (SELECT FROM boot_clock WHERE boot_clock.boot_no = reading.boot_no)
      RETURNING reading.*)
    {_RECORD}
    """  # noqa: S608  composed of constants
)
_ARE_CORRECTED = text("SELECT EXISTS (SELECT FROM boot_clock WHERE box_no = :box_no)")
_REMOVE_CORRECTED = text(
    f"""
    WITH gone AS (
      DELETE FROM reading USING boot_clock
       WHERE reading.box_no = :box_no AND boot_clock.boot_no = reading.boot_no
         AND {PLACED_AT} >= :begin AND {PLACED_AT} < :end
      RETURNING reading.*)
    {_RECORD}
    """  # noqa: S608  composed of constants
)


class Retention:
    """Rules, what is due under them, and its removal, inside one transaction."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    async def add(self, values: dict[str, Any]) -> RetentionRule:
        """Enter a rule."""
        await self._uow.execute(insert(retention_rule).values(**values))
        return await self.get(values["rule_id"])

    async def get(self, rule_id: UUID, *, lock: bool = False) -> RetentionRule:
        """One rule; raises NotFound."""
        statement = select(retention_rule).where(retention_rule.c.rule_id == rule_id)
        row = (
            await self._uow.execute(statement.with_for_update() if lock else statement)
        ).one_or_none()
        if row is None:
            raise NotFound("there is no such retention rule", field="rule_id")
        return RetentionRule(**row._mapping)

    async def all(self) -> list[RetentionRule]:
        """Every rule, the withdrawn ones too, in the order of their entry."""
        order = (retention_rule.c.entered_at, retention_rule.c.rule_id)
        rows = await self._uow.execute(select(retention_rule).order_by(*order))
        return [RetentionRule(**row._mapping) for row in rows]

    async def withdraw(
        self, rule_id: UUID, now: datetime, principal_id: str, reason: str
    ) -> RetentionRule:
        """End a rule; what it has removed stays removed. Raises Conflict when it has ended."""
        rule = await self.get(rule_id, lock=True)
        if rule.withdrawn_at is not None:
            raise Conflict("this rule is withdrawn already")
        await self._uow.execute(
            update(retention_rule)
            .where(retention_rule.c.rule_id == rule_id)
            .values(
                withdrawn_at=now,
                withdrawn_by=principal_id,
                withdrawn_reason=reason,
                revision=retention_rule.c.revision + 1,
            )
        )
        return await self.get(rule_id)

    async def due(
        self,
        at: datetime,
        *,
        rule_id: UUID | None = None,
        shipment_id: UUID | None = None,
        limit: int | None = None,
    ) -> Sequence[Due]:
        """What is due then, of one rule or shipment or of all; not what has been removed."""
        asked = {"at": at, "rule_id": rule_id, "shipment_id": shipment_id, "limit": limit}
        rows = await self._uow.execute(_DUE, asked)
        return [Due(**row._mapping) for row in rows]

    async def count(self, due: Due) -> int:
        """How many readings would go."""
        bounds = {"box_no": due.box_no, "begin": due.begin, "end": due.end}
        return int((await self._uow.execute(_COUNT, bounds)).scalar_one())

    async def remove(self, due: Due, now: datetime) -> int:
        """Remove the readings and write down which; how many they were.

        None when the rule has been withdrawn or the shipment held since it was asked.
        """
        await self.get(due.rule_id, lock=True)
        if due not in await self.due(now, rule_id=due.rule_id, shipment_id=due.shipment_id):
            return 0
        values = {
            "rule_id": due.rule_id,
            "shipment_id": due.shipment_id,
            "box_no": due.box_no,
            "begin": due.begin,
            "end": due.end,
            "now": now,
        }
        counts = [*(await self._uow.execute(_REMOVE, values)).scalars()]
        corrected = await self._uow.execute(_ARE_CORRECTED, {"box_no": due.box_no})
        if corrected.scalar_one():
            counts += (await self._uow.execute(_REMOVE_CORRECTED, values)).scalars()
        return sum(map(int, counts))
