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

from services.core.domain.alarm.conditions import StoredAlarm
from services.core.domain.alarm.following import Transition
from services.core.domain.alarm.kinds import AlarmKind, priority_of
from services.core.domain.alarm.life import SOUNDS_ANEW, UNDO_WITHIN, WORSE
from services.core.storage.database import UnitOfWork
from services.core.storage.documents import rows_as_json
from services.core.storage.standing import SETTLED, SHELF, TAKEN

_UUIDS = ARRAY(SQL_UUID(as_uuid=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmOwner:
    """Whose alarm it is: the payload, its shipment, and the box it is in; or a box; or ours."""

    payload_id: UUID | None = None
    shipment_id: UUID | None = None
    box_no: int | None = None


_STORED_ROWS = f"""
SELECT payload_id, condition_key, alarm.kind, began_at, raised_at, returned_at, closed_at, facts,
       coalesce(shelf.live, false) AS shelved, recent.moves AS recent_moves
FROM alarm
LEFT JOIN {SHELF} AS shelf ON true
CROSS JOIN LATERAL (
  SELECT count(*) AS moves FROM alarm_transition AS t
  WHERE t.alarm_id = alarm.alarm_id AND t.move IN ('raised', 'returned', 'reopened')
    AND t.recorded_at > :now - INTERVAL '1 minute'
) AS recent
"""  # noqa: S608  composed of constants
_STORED = text(
    _STORED_ROWS + "WHERE shipment_id = ANY(:shipments) AND payload_id = ANY(:payloads)"
).bindparams(bindparam("shipments", type_=_UUIDS), bindparam("payloads", type_=_UUIDS))
_OWNED = text(
    _STORED_ROWS + "WHERE alarm.payload_id IS NULL AND starts_with(condition_key, :owner || ':')"
    " AND (closed_at IS NULL OR alarm.shipment_id = ANY(:shipments) OR NOT :some"
    "      AND (CAST(:since AS timestamptz) IS NULL OR closed_at > :since))"
).bindparams(bindparam("shipments", type_=_UUIDS))

_SAVE = text("""
INSERT INTO alarm (alarm_id, kind, priority, shipment_id, payload_id, box_no, condition_key,
                   began_at, raised_at, returned_at, closed_at, facts, config,
                   sounded_at, sounded_revision, worsened_revision, called_since, called_at)
SELECT alarm_id, kind, priority, shipment_id, payload_id, box_no, condition_key,
       began_at, raised_at, returned_at, closed_at, facts, config,
       sounded_at, sounds, worse, called_since, called_since
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
  AS given (alarm_id uuid, kind text, priority smallint, shipment_id uuid, payload_id uuid,
            box_no integer, condition_key text, began_at timestamptz, raised_at timestamptz,
            returned_at timestamptz, closed_at timestamptz, facts jsonb, config jsonb,
            sounded_at timestamptz, sounds bigint, worse bigint, called_since timestamptz)
ON CONFLICT (condition_key) DO UPDATE
SET priority = excluded.priority, began_at = excluded.began_at, returned_at = excluded.returned_at,
    closed_at = excluded.closed_at, facts = excluded.facts, revision = alarm.revision + 1,
    sounded_at = coalesce(excluded.sounded_at, alarm.sounded_at),
    sounded_revision = CASE excluded.sounded_revision
      WHEN 0 THEN alarm.sounded_revision ELSE alarm.revision + 1 END,
    worsened_revision = CASE excluded.worsened_revision
      WHEN 0 THEN alarm.worsened_revision ELSE alarm.revision + 1 END,
    called_since = coalesce(excluded.called_since, alarm.called_since),
    called_at = coalesce(excluded.called_since, alarm.called_at),
    called_level = CASE WHEN excluded.called_since IS NULL THEN alarm.called_level ELSE 0 END
""")

_NOTE = text("""
INSERT INTO alarm_transition (alarm_id, move, at, recorded_at, facts)
SELECT alarm_id, move, at, :now, facts
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
  AS given (alarm_id uuid, move text, at timestamptz, facts jsonb)
""")

# An alarm that is over and that somebody has seen is closed; what was just taken may be taken back
# first, unless the end of the shift would end it before it is closed.
_CLOSE = text(f"""
WITH settled AS (
  SELECT alarm.alarm_id FROM alarm
  LEFT JOIN {TAKEN} AS taken ON true
  LEFT JOIN {SHELF} AS shelf ON true
  WHERE alarm.closed_at IS NULL AND {SETTLED}
    AND (taken.live IS NOT TRUE OR taken.at <= CAST(:taken_before AS timestamptz)
         OR taken.lapses_at <= CAST(:lapses_before AS timestamptz))
), closed AS (
  UPDATE alarm SET closed_at = :now, revision = revision + 1
  FROM settled WHERE alarm.alarm_id = settled.alarm_id AND alarm.closed_at IS NULL
  RETURNING alarm.alarm_id
)
INSERT INTO alarm_transition (alarm_id, move, at, recorded_at)
SELECT alarm_id, 'closed', :now, :now FROM closed
""")  # noqa: S608  composed of constants


def alarm_id_of(condition_key: str) -> UUID:
    """The identity of an alarm follows from its condition: made twice, it is the same."""
    return uuid5(NAMESPACE_URL, f"coldlane:alarm:{condition_key}")


class Alarms:
    """The alarms of payloads whose states this transaction has locked."""

    def __init__(self, uow: UnitOfWork):
        self._uow = uow

    async def stored(
        self, payloads: Sequence[UUID], shipments: Sequence[UUID], now: datetime
    ) -> dict[UUID, list[StoredAlarm]]:
        """Every alarm of these payloads, closed ones too: their conditions are known already."""
        rows = await self._uow.execute(
            _STORED, {"payloads": list(payloads), "shipments": list(shipments), "now": now}
        )
        found: dict[UUID, list[StoredAlarm]] = defaultdict(list)
        for row in rows.mappings():
            found[row["payload_id"]].append(_stored(row))
        return found

    async def owned_by(
        self,
        owner: str,
        now: datetime,
        since: datetime | None = None,
        *,
        of: Sequence[UUID] | None = None,
    ) -> list[StoredAlarm]:
        """Alarms that are of no payload, but of this owner, such as "platform".

        Every one, or those that are not closed, or were closed after `since`; with `of`, closed
        ones of these shipments only.
        """
        asked = {"owner": owner, "now": now, "since": since}
        asked |= {"some": of is not None, "shipments": list(of or ())}
        rows = await self._uow.execute(_OWNED, asked)
        return [_stored(row) for row in rows.mappings()]

    async def save(self, moves: Sequence[tuple[AlarmOwner, Transition]], now: datetime) -> None:
        """Write the alarms as they stand after these moves, and each move into their history."""
        if not moves:
            return
        after: dict[str, dict[str, Any]] = {}
        for owner, move in moves:  # of several moves of one alarm, the last says where it stands
            row, before = _row(owner, move, now), after.get(move.alarm.key, {})
            # the config stands on the first move of a new alarm, and so may the call
            row["config"] = row["config"] or before.get("config", {})
            row["called_since"] = row["called_since"] or before.get("called_since")
            after[move.alarm.key] = row
        await self._uow.execute(_SAVE, {"rows": rows_as_json(list(after.values()))})
        history = [_note(move, now) for _, move in moves]
        await self._uow.execute(_NOTE, {"rows": rows_as_json(history), "now": now})

    async def close_acknowledged(self, now: datetime) -> int:
        """Close every alarm that has returned and is acknowledged; how many there were.

        With a minute to spare, so that nobody takes back what is being written down as closed; in
        the last minute of a shift at once, or the next one would have it on its list again.
        """
        limits = {"now": now, "taken_before": now - 2 * UNDO_WITHIN}
        limits["lapses_before"] = now + UNDO_WITHIN
        return (await self._uow.execute(_CLOSE, limits)).rowcount


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
        shelved=row["shelved"],
        recent_moves=row["recent_moves"],
    )


def _row(owner: AlarmOwner, move: Transition, now: datetime) -> dict[str, Any]:
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
        "sounded_at": now if move.calls and move.move in SOUNDS_ANEW else None,
        "sounds": int(move.calls and move.move in SOUNDS_ANEW),
        "worse": int(move.move in WORSE),
        "called_since": now if move.calls else None,
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
