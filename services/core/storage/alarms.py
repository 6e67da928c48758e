"""Stored alarms and their history: one row per condition, one row per move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import ARRAY, bindparam, text
from sqlalchemy.dialects.postgresql import UUID as SQL_UUID

from services.core.domain.alarm import AlarmKind, StoredAlarm, Transition, priority_of
from services.core.storage.database import UnitOfWork
from services.core.storage.documents import rows_as_json

_UUIDS = ARRAY(SQL_UUID(as_uuid=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmOwner:
    """Whose alarm it is: the payload, its shipment, and the box it is in."""

    payload_id: UUID
    shipment_id: UUID
    box_no: int | None


_STORED = text("""
SELECT payload_id, condition_key, kind, began_at, raised_at, returned_at, closed_at, facts
FROM alarm WHERE shipment_id = ANY(:shipments) AND payload_id = ANY(:payloads)
""").bindparams(bindparam("shipments", type_=_UUIDS), bindparam("payloads", type_=_UUIDS))

_SAVE = text("""
INSERT INTO alarm (alarm_id, kind, priority, shipment_id, payload_id, box_no, condition_key,
                   began_at, raised_at, returned_at, closed_at, facts, config)
SELECT alarm_id, kind, priority, shipment_id, payload_id, box_no, condition_key,
       began_at, raised_at, returned_at, closed_at, facts, config
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
  AS given (alarm_id uuid, kind text, priority smallint, shipment_id uuid, payload_id uuid,
            box_no integer, condition_key text, began_at timestamptz, raised_at timestamptz,
            returned_at timestamptz, closed_at timestamptz, facts jsonb, config jsonb)
ON CONFLICT (condition_key) DO UPDATE
SET priority = excluded.priority, began_at = excluded.began_at, returned_at = excluded.returned_at,
    closed_at = excluded.closed_at, facts = excluded.facts, revision = alarm.revision + 1
""")

_NOTE = text("""
INSERT INTO alarm_transition (alarm_id, move, at, recorded_at, facts)
SELECT alarm_id, move, at, :now, facts
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
  AS given (alarm_id uuid, move text, at timestamptz, facts jsonb)
""")

# An alarm that is over and that somebody has taken is closed.
_CLOSE = text("""
WITH closed AS (
  UPDATE alarm SET closed_at = :now, revision = revision + 1
  WHERE closed_at IS NULL AND returned_at IS NOT NULL
    AND EXISTS (SELECT FROM acknowledgement AS a WHERE a.alarm_id = alarm.alarm_id
                AND a.withdrawn_at IS NULL AND (a.lapses_at IS NULL OR a.lapses_at > :now))
  RETURNING alarm_id
)
INSERT INTO alarm_transition (alarm_id, move, at, recorded_at)
SELECT alarm_id, 'closed', :now, :now FROM closed
""")


def alarm_id_of(condition_key: str) -> UUID:
    """The identity of an alarm follows from its condition: made twice, it is the same."""
    return uuid5(NAMESPACE_URL, f"coldlane:alarm:{condition_key}")


class Alarms:
    """The alarms of payloads whose states this transaction has locked."""

    def __init__(self, uow: UnitOfWork):
        self._uow = uow

    async def stored(
        self, payloads: Sequence[UUID], shipments: Sequence[UUID]
    ) -> dict[UUID, list[StoredAlarm]]:
        """Every alarm of these payloads, closed ones too: their conditions are known already."""
        rows = await self._uow.execute(
            _STORED, {"payloads": list(payloads), "shipments": list(shipments)}
        )
        found: dict[UUID, list[StoredAlarm]] = defaultdict(list)
        for row in rows.mappings():
            found[row["payload_id"]].append(_stored(row))
        return found

    async def save(self, moves: Sequence[tuple[AlarmOwner, Transition]], now: datetime) -> None:
        """Write the alarms as they stand after these moves, and each move into their history."""
        if not moves:
            return
        after = {move.alarm.key: _row(owner, move) for owner, move in moves}
        for owner, move in moves:  # the config stands on the first move of a new alarm
            if move.config:
                after[move.alarm.key]["config"] = _row(owner, move)["config"]
        await self._uow.execute(_SAVE, {"rows": rows_as_json(list(after.values()))})
        history = [_note(move, now) for _, move in moves]
        await self._uow.execute(_NOTE, {"rows": rows_as_json(history), "now": now})

    async def close_acknowledged(self, now: datetime) -> int:
        """Close every alarm that has returned and is acknowledged; how many there were."""
        return (await self._uow.execute(_CLOSE, {"now": now})).rowcount


def _stored(row: Mapping[Any, Any]) -> StoredAlarm:
    return StoredAlarm(
        key=row["condition_key"],
        kind=AlarmKind(row["kind"]),
        subject=row["condition_key"].split(":", 3)[2],
        began_at=row["began_at"],
        raised_at=row["raised_at"],
        returned_at=row["returned_at"],
        closed_at=row["closed_at"],
        facts=row["facts"],
    )


def _row(owner: AlarmOwner, move: Transition) -> dict[str, Any]:
    alarm = move.alarm
    return {
        "alarm_id": alarm_id_of(alarm.key),
        "kind": alarm.kind.value,
        "priority": priority_of(alarm.kind, alarm.facts),
        "shipment_id": owner.shipment_id,
        "payload_id": owner.payload_id,
        "box_no": owner.box_no,
        "condition_key": alarm.key,
        "began_at": alarm.began_at,
        "raised_at": alarm.raised_at,
        "returned_at": alarm.returned_at,
        "closed_at": alarm.closed_at,
        "facts": dict(alarm.facts),
        "config": dict(move.config),
    }


def _note(move: Transition, now: datetime) -> dict[str, Any]:
    alarm = move.alarm
    at = {"raised": alarm.began_at, "returned": alarm.returned_at}.get(move.move.value) or now
    return {
        "alarm_id": alarm_id_of(alarm.key),
        "move": move.move.value,
        "at": at,
        "facts": dict(alarm.facts),
    }
