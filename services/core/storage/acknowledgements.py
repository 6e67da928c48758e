"""Alarms as people see them, who has taken them, and which are shelved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, insert, text

from services.core.domain.alarm.kinds import ALARM_SPECS, AlarmKind
from services.core.domain.alarm.life import AlarmState, Standing, Taken, state_at
from services.core.domain.errors import Conflict, NotFound
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import acknowledgement, shelving
from services.core.storage.standing import ASSIGNED, CHANGES, HAD_BEFORE, SETTLED, SHELF, TAKEN

_FOR_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmView:
    """An alarm with its newest acknowledgement and its newest shelving, as they stand at `now`.

    `taken_*` and `shelved_*` are empty once the condition has grown worse after them.
    """

    now: datetime = field(repr=False)
    alarm_id: UUID
    kind: str
    priority: int
    shipment_id: UUID | None
    payload_id: UUID | None
    shipment_reference: str | None
    box_id: str | None
    zone: str | None
    began_at: datetime
    raised_at: datetime
    returned_at: datetime | None
    closed_at: datetime | None
    facts: Mapping[str, Any]
    config: Mapping[str, Any]
    called_level: int
    called_at: datetime | None
    simulated: bool
    alarm_revision: int
    revision: int
    taken_at: datetime | None
    taken_by: str | None
    taken_reason: str | None
    taken_kind: str | None
    had_before: bool
    lapses_at: datetime | None
    shelved_at: datetime | None
    shelved_by: str | None
    shelved_reason: str | None
    shelved_until: datetime | None
    assigned_at: datetime | None
    assigned_by: str | None
    assigned_to: str | None
    assigned_name: str | None
    assigned_reason: str | None
    contact: Mapping[str, Any] | None

    @property
    def state(self) -> AlarmState:
        """Where it stands for people, also while alerts is down."""
        return state_at(self.standing, self.now)

    @property
    def undoable(self) -> bool:
        """Whether whoever took it may take that back: nobody had it before."""
        return self.taken_kind != "taken_over" and not self.had_before

    @property
    def standing(self) -> Standing:
        """All that its state follows from."""
        taken = None
        if self.taken_at is not None:
            taken = Taken(
                at=self.taken_at,
                until=self.lapses_at or _FOR_EVER,
                has_reason=self.taken_reason is not None,
            )
        return Standing(
            latching=ALARM_SPECS[AlarmKind(self.kind)].latching,
            returned_at=self.returned_at,
            closed_at=self.closed_at,
            suppressed=bool(self.facts.get("suppressed_by")),
            taken=taken,
            shelved_until=self.shelved_until,
        )


_ROLES = json.dumps({kind: spec.whom_to_call for kind, spec in ALARM_SPECS.items()})
# A shipment that no slot can save is its sponsor's to decide.
_WHOM = f"""CASE WHEN alarm.facts ->> 'no_slot_in_time' = 'true' THEN 'sponsor_qa'
  ELSE CAST('{_ROLES}' AS jsonb) ->> alarm.kind END"""

# Whom to call is looked for where it is known best: the shipment, its site, then the first role.
_ALARMS = f"""
SELECT alarm.alarm_id, alarm.kind, alarm.priority, alarm.shipment_id, alarm.payload_id,
       shipment.reference AS shipment_reference, box.box_id, site.zone, alarm.began_at,
       alarm.raised_at, alarm.returned_at, alarm.closed_at, alarm.facts, alarm.config,
       alarm.called_level, alarm.called_at,
       coalesce(shipment.simulated, box.simulated, false) AS simulated,
       alarm.revision AS alarm_revision, alarm.revision + done.changes AS revision,
       taken.at AS taken_at, taken.principal_id AS taken_by, taken.reason AS taken_reason,
       taken.kind AS taken_kind, {HAD_BEFORE} AS had_before, taken.lapses_at,
       shelf.at AS shelved_at, shelf.principal_id AS shelved_by, shelf.reason AS shelved_reason,
       shelf.until AS shelved_until,
       given.at AS assigned_at, given.assigned_by, given.assigned_to,
       given_to.name AS assigned_name, given.reason AS assigned_reason, called.contact
FROM alarm
LEFT JOIN shipment USING (shipment_id)
LEFT JOIN site USING (site_id)
LEFT JOIN box ON box.box_no = alarm.box_no
CROSS JOIN {CHANGES} AS done
LEFT JOIN {TAKEN} AS taken ON true
LEFT JOIN {SHELF} AS shelf ON true
LEFT JOIN {ASSIGNED} AS given ON true
LEFT JOIN principal AS given_to ON given_to.principal_id = given.assigned_to
LEFT JOIN LATERAL (
  SELECT jsonb_build_object('role', contact.role, 'name', contact.name, 'phone', contact.phone,
                            'hours', contact.hours) AS contact
  FROM contact
  WHERE replace(lower(contact.role), ' ', '_') LIKE ({_WHOM} || '%')
    AND (contact.shipment_id = alarm.shipment_id OR contact.site_id = shipment.site_id)
  ORDER BY contact.shipment_id IS NULL, contact.contact_id LIMIT 1
) AS called ON true
"""  # noqa: S608  composed of constants
_OPEN = text(
    _ALARMS + f" WHERE alarm.closed_at IS NULL AND NOT {SETTLED}"
    " ORDER BY alarm.priority, alarm.raised_at, alarm.alarm_id"
)
_ONE = text(_ALARMS + " WHERE alarm.alarm_id = :alarm_id")
_PAGE = text(
    _ALARMS + " WHERE (CAST(:after_at AS timestamptz) IS NULL"
    " OR (alarm.raised_at, alarm.alarm_id) < (:after_at, CAST(:after_id AS uuid)))"
    " AND (CAST(:kind AS text) IS NULL OR alarm.kind = :kind)"
    " AND (CAST(:priority AS smallint) IS NULL OR alarm.priority = :priority)"
    " AND (CAST(:shipment_id AS uuid) IS NULL OR alarm.shipment_id = :shipment_id)"
    " AND (CAST(:box_id AS text) IS NULL OR box.box_id = :box_id)"
    " ORDER BY alarm.raised_at DESC, alarm.alarm_id DESC LIMIT :limit"
)

# What alerts wrote and what people did, as one history. An acknowledgement ends by the next one, by
# a shelving, or by being taken back by who gave it.
_HISTORY = text("""
SELECT move, at, recorded_at, NULL AS by, NULL AS reason, NULL::timestamptz AS until, facts,
       NULL AS screen, NULL AS state_seen, NULL::bigint AS revision_seen, NULL AS assigned_to
FROM alarm_transition WHERE alarm_id = :alarm_id
UNION ALL
SELECT kind, at, at, principal_id, reason, lapses_at, '{}', screen, state_seen, revision_seen, NULL
FROM acknowledgement WHERE alarm_id = :alarm_id
UNION ALL
SELECT 'taken_back', withdrawn_at, withdrawn_at, principal_id, NULL, NULL, '{}', NULL, NULL, NULL,
       NULL
FROM acknowledgement AS gone WHERE alarm_id = :alarm_id AND withdrawn_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM acknowledgement AS next
                  WHERE next.alarm_id = :alarm_id AND next.id <> gone.id
                    AND next.at = gone.withdrawn_at)
  AND NOT EXISTS (SELECT 1 FROM shelving
                  WHERE shelving.alarm_id = :alarm_id AND shelving.at = gone.withdrawn_at)
UNION ALL
SELECT 'shelved', at, at, principal_id, reason, ends_at, '{}', screen, state_seen, revision_seen,
       NULL
FROM shelving WHERE alarm_id = :alarm_id
UNION ALL
SELECT 'unshelved', ended_at, ended_at, principal_id, NULL, NULL, '{}', NULL, NULL, NULL, NULL
FROM shelving WHERE alarm_id = :alarm_id AND ended_at IS NOT NULL
UNION ALL
SELECT CASE WHEN assigned_to IS NULL THEN 'unassigned' ELSE 'assigned' END, at, at, assigned_by,
       reason, NULL, '{}', screen, state_seen, revision_seen, assigned_to
FROM alarm_assignment WHERE alarm_id = :alarm_id
ORDER BY recorded_at, at
""")

_LET_GO = text("""
UPDATE acknowledgement SET withdrawn_at = :now WHERE alarm_id = :alarm_id AND withdrawn_at IS NULL
""")
_TAKE_BACK = text("""
UPDATE acknowledgement SET withdrawn_at = :now
WHERE alarm_id = :alarm_id AND withdrawn_at IS NULL AND principal_id = :by AND at = :at
""")
_UNSHELVE = text("""
UPDATE shelving SET ended_at = :now
WHERE alarm_id = :alarm_id AND ended_at IS NULL AND ends_at > :now
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFilter:
    """Which alarms are asked for; None asks for all."""

    kind: str | None = None
    priority: int | None = None
    shipment_id: UUID | None = None
    box_id: str | None = None

    def admits(self, view: AlarmView) -> bool:
        """Whether an alarm is one of them."""
        asked = ((name, getattr(self, name)) for name in self.__slots__)
        return all(value is None or getattr(view, name) == value for name, value in asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmMove:
    """One step in an alarm's life: what alerts noted, or what a person did."""

    move: str
    at: datetime
    recorded_at: datetime
    by: str | None
    reason: str | None
    until: datetime | None
    facts: Mapping[str, Any]
    screen: str | None
    state_seen: str | None
    revision_seen: int | None
    assigned_to: str | None


class AcknowledgementRepository:
    """Reads alarms and keeps who takes and shelves them; alerts writes the alarms themselves."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def open(self, now: datetime) -> list[AlarmView]:
        """Every alarm that is not settled, shelved and excused ones too, the most urgent first."""
        return await self._rows(_OPEN, {"now": now})

    async def one(self, alarm_id: UUID, now: datetime) -> AlarmView:
        """One alarm; raises NotFound."""
        found = await self._rows(_ONE, {"now": now, "alarm_id": alarm_id})
        if not found:
            raise NotFound("there is no such alarm", field="alarm_id")
        return found[0]

    async def page(
        self,
        now: datetime,
        limit: int,
        after: tuple[datetime, UUID] | None,
        wanted: AlarmFilter,
    ) -> list[AlarmView]:
        """All alarms, newest first, from behind `after`."""
        after_at, after_id = after or (None, None)
        asked = {name: getattr(wanted, name) for name in wanted.__slots__}
        return await self._rows(
            _PAGE,
            {"now": now, "limit": limit, "after_at": after_at, "after_id": after_id, **asked},
        )

    async def history(self, alarm_id: UUID) -> list[AlarmMove]:
        """Everything that happened to an alarm, in the order it was recorded."""
        rows = await self._unit.execute(_HISTORY, {"alarm_id": alarm_id})
        return [AlarmMove(**row._mapping) for row in rows]

    async def add(self, values: Mapping[str, Any]) -> None:
        """Keep that somebody has taken an alarm; whoever had it before has it no longer."""
        await self._let_go(values["alarm_id"], values["at"])
        await self._unit.execute(insert(acknowledgement).values(**values))

    async def take_back(self, alarm: AlarmView) -> None:
        """Keep that whoever has the alarm has given it back: nobody has it, as before.

        Raises Conflict when somebody else has it by now: theirs is not taken back.
        """
        told = {"by": alarm.taken_by, "at": alarm.taken_at, "now": alarm.now}
        done = await self._unit.execute(_TAKE_BACK, {"alarm_id": alarm.alarm_id, **told})
        if done.rowcount == 0:
            raise Conflict(
                "this alarm was taken again since you read it",
                field="alarm_id",
                remedy="read the alarm again",
            )

    async def shelve(self, values: Mapping[str, Any]) -> None:
        """Keep that somebody has shelved an alarm; it is taken no longer, as nobody is on it."""
        await self.unshelve(values["alarm_id"], values["at"])
        await self._let_go(values["alarm_id"], values["at"])
        await self._unit.execute(insert(shelving).values(**values))

    async def unshelve(self, alarm_id: UUID, now: datetime) -> None:
        """End the shelving that is in force, if there is one."""
        await self._unit.execute(_UNSHELVE, {"alarm_id": alarm_id, "now": now})

    async def _let_go(self, alarm_id: UUID, now: datetime) -> None:
        await self._unit.execute(_LET_GO, {"alarm_id": alarm_id, "now": now})

    async def _rows(self, statement: TextClause, parameters: Mapping[str, Any]) -> list[AlarmView]:
        rows = await self._unit.execute(statement, dict(parameters))
        return [AlarmView(now=parameters["now"], **row._mapping) for row in rows]
