"""The read side of the pages: a shipment with all that is shown of it, in one statement."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from services.core.storage.bay_minutes import LONGER, SITE_BAYS
from services.core.storage.database import UnitOfWork
from services.core.storage.queue_rows import BOOKED, HELD
from services.core.storage.standing import CHANGES, SETTLED, SHELF, SUPPRESSED, TAKEN

LIVE_STATES = ("draft", "packed", "moving")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentOverview:
    """One shipment as it is shown.

    `payloads`, `legs`, `appointment`, `open_alarm` and `clearance` are JSON as the statement
    builds it; instants in them are ISO text in UTC. `own_revision` counts the changes people made
    to the shipment itself; `revision` also grows with everything else that is shown.
    """

    shipment_id: UUID
    reference: str
    state: str
    product: str
    shipper: str | None
    consignee: str | None
    simulated: bool
    needed_by: datetime | None
    needed_by_attested_by: str | None
    cut_off: datetime | None
    created_at: datetime
    received_at: datetime | None
    own_revision: int
    revision: int
    payloads: Sequence[Mapping[str, Any]]
    legs: Sequence[Mapping[str, Any]]
    site: Mapping[str, Any] | None
    appointment: Mapping[str, Any] | None
    open_alarm: Mapping[str, Any] | None
    profile: Mapping[str, Any] | None
    clearance: Mapping[str, Any] | None
    inspection_ordered: str
    needs_equipment: Sequence[str]
    picked_at: datetime | None
    inspection_mode: str = "in_cold_store"
    bay_longer_min: int = 0
    """How much longer an inspection takes in the booked bay than elsewhere at its site."""
    bay_transfer_min: int = 0
    """How long the way to the booked bay takes."""
    site_bays: Sequence[Mapping[str, Any]] | None = None
    """Not booked: the bays of its site, where some have minutes of their own."""


# Every part of `revision` only ever grows: nothing that it counts is deleted.
_SHIPMENTS = f"""
SELECT s.shipment_id, s.reference, s.state, s.product, s.shipper, s.consignee, s.simulated,
       s.needed_by, s.needed_by_attested_by, s.cut_off, s.created_at, s.received_at,
       s.revision AS own_revision,
       (s.revision + coalesce(p.revisions, 0) + coalesce(booked.revisions, 0)
          + coalesce(alarms.revisions, 0) + coalesce(way.revisions, 0)
          + coalesce(site.revision, 0) + coalesce(looked.revisions, 0)
          + coalesce(declared.revision, 0) + coalesce(fits.revision, 0)
          + (SELECT count(*) FROM shipment_note AS note
             WHERE note.shipment_id = s.shipment_id))::bigint AS revision,
       coalesce(p.payloads, '[]') AS payloads,
       coalesce(way.legs, '[]') AS legs,
       CASE WHEN site.site_id IS NOT NULL THEN jsonb_build_object(
         'site_id', site.site_id, 'name_en', site.name_en, 'name_zh', site.name_zh,
         'zone', site.zone, 'inspection_min', site.inspection_min,
         'receiving_min', site.receiving_min, 'onward_min', site.onward_min) END AS site,
       booked.appointment, alarms.open_alarm, p.profile, looked.clearance,
       s.inspection_ordered, s.needs_equipment, s.inspection_mode,
       coalesce(booked.bay_longer_min, 0) AS bay_longer_min,
       coalesce(booked.bay_transfer_min, 0) AS bay_transfer_min,
       CASE WHEN booked.appointment IS NULL THEN fits.bays END AS site_bays,
       (SELECT min(m.occurred_at) FROM milestone AS m
        WHERE m.shipment_id = s.shipment_id AND m.kind = 'picked') AS picked_at
FROM shipment AS s
LEFT JOIN site USING (site_id)
LEFT JOIN {SITE_BAYS} AS fits ON fits.site_id = s.site_id AND fits.simulated = s.simulated
LEFT JOIN declaration AS declared USING (shipment_id)
LEFT JOIN LATERAL (
  SELECT sum(coalesce(state.revision, 0) + coalesce(quality.revisions, 0)) AS revisions,
         (jsonb_agg(jsonb_build_object('profile_id', profile.profile_id,
            'version', profile.version, 'document', profile.document)
            ORDER BY payload.reference) -> 0) AS profile,
         jsonb_agg(jsonb_build_object(
           'id', payload.payload_id, 'reference', payload.reference, 'box_id', seat.box_id,
           'certificate_ends_at', seat.certificate_ends_at,
           'collection_end', payload.collection_end, 'pack_closed_at', payload.pack_closed_at,
           'container_charged_at', payload.container_charged_at,
           'condition', state.condition, 'evidence', state.evidence, 'qa_hold', state.qa_hold,
           'disposition', effective.value,
           'in_label_until', state.in_label_until,
           'viable_until_p10', state.viable_until_p10, 'viable_until_p50', state.viable_until_p50,
           'binding_constraint', state.binding_constraint,
           'binding_deadline', state.binding_deadline, 'deadline', state.deadline,
           'latest_inspection_start', state.latest_inspection_start, 'ready_at', state.ready_at,
           'ranked_start', coalesce(state.ranked_start, state.latest_inspection_start),
           'last_reading', state.last_reading, 'summary', state.summary, 'as_of', state.as_of)
           ORDER BY payload.reference) AS payloads
  FROM payload
  JOIN profile ON profile.profile_id = payload.profile_id
              AND profile.version = payload.profile_version
  LEFT JOIN assessment_state AS state USING (payload_id)
  LEFT JOIN payload_disposition AS effective USING (payload_id)
  LEFT JOIN LATERAL (
    SELECT sum(revision) AS revisions FROM deviation
    WHERE deviation.payload_id = payload.payload_id
  ) AS quality ON true
  LEFT JOIN LATERAL (
    SELECT box.box_id, (SELECT max(c.not_after) FROM box_certificate AS c
      WHERE c.box_no = box.box_no AND c.revoked_at IS NULL) AS certificate_ends_at
    FROM assignment JOIN box USING (box_no)
    WHERE assignment.payload_id = payload.payload_id
    ORDER BY lower(assignment.during) DESC LIMIT 1
  ) AS seat ON true
  WHERE payload.shipment_id = s.shipment_id
) AS p ON true
LEFT JOIN LATERAL (
  SELECT sum(revision) AS revisions, jsonb_agg(jsonb_build_object(
    'id', leg_id, 'ordinal', ordinal, 'mode', mode, 'carrier_number', carrier_number,
    'from_code', from_code, 'from_lat', from_lat, 'from_lon', from_lon,
    'to_code', to_code, 'to_lat', to_lat, 'to_lon', to_lon,
    'radio_off', radio_off, 'status', status,
    'planned_departure', planned_departure, 'estimated_departure', estimated_departure,
    'actual_departure', actual_departure, 'planned_arrival', planned_arrival,
    'estimated_arrival', estimated_arrival, 'actual_arrival', actual_arrival,
    'revision', revision) ORDER BY ordinal) AS legs
  FROM leg WHERE leg.shipment_id = s.shipment_id
) AS way ON true
LEFT JOIN LATERAL (
  SELECT sum(a.revision + bay.revision) AS revisions,
         (jsonb_agg(jsonb_build_object(
           'id', a.appointment_id, 'number', a.number, 'shipment_id', s.shipment_id,
           'shipment_reference', s.reference, 'site_id', bay.site_id, 'bay_id', bay.bay_id,
           'bay_name_en', bay.name_en, 'bay_name_zh', bay.name_zh, 'place', a.place,
           'starts_at', lower(a.during), 'ends_at', upper(a.during), 'state', a.state,
           'latest_start_at_booking', a.latest_start_at_booking,
           'booked_at', a.booked_at, 'booked_by', a.booked_by,
           'cancel_reason', a.cancel_reason, 'revision', a.revision, 'simulated', s.simulated,
           'follows', a.follows, 'move_code', a.move_code, 'move_minutes', a.move_minutes,
           'move_reason', a.move_reason, 'moved_by_people', a.moved_by_people, 'bumps', a.bumps,
           'off_grid', a.off_grid, 'asked_because', a.asked_because, 'answer_by', a.answer_by,
           'answer_level', a.answer_level, 'checked_in_at', a.checked_in_at)
           ORDER BY a.number DESC)
           FILTER (WHERE {HELD})
           -> 0) AS appointment,
         (array_agg({LONGER} ORDER BY a.number DESC)
           FILTER (WHERE {HELD}))[1] AS bay_longer_min,
         (array_agg(bay.transfer_min ORDER BY a.number DESC)
           FILTER (WHERE {HELD}))[1] AS bay_transfer_min
  FROM {BOOKED} AS a JOIN bay USING (bay_id) JOIN site AS there ON there.site_id = bay.site_id
) AS booked ON true
LEFT JOIN LATERAL (
  SELECT sum(i.revision) AS revisions,
         (jsonb_agg(jsonb_build_object('inspection_id', i.inspection_id, 'number', i.number,
           'state', i.state, 'at', coalesce(i.decided_at, i.begun_at),
           'revision', i.revision) ORDER BY i.number DESC)
           FILTER (WHERE i.state <> 'VOID') -> 0) AS clearance
  FROM inspection AS i WHERE i.shipment_id = s.shipment_id
) AS looked ON true
LEFT JOIN LATERAL (
  SELECT sum(alarm.revision + done.changes) AS revisions,
         (jsonb_agg(jsonb_build_object(
           'id', alarm.alarm_id, 'kind', alarm.kind, 'priority', alarm.priority,
           'returned_at', alarm.returned_at, 'taken', coalesce(taken.live, false))
           ORDER BY alarm.priority, alarm.returned_at IS NOT NULL, taken.live IS TRUE,
                    alarm.raised_at)
           FILTER (WHERE alarm.closed_at IS NULL AND shelf.live IS NOT TRUE
                     AND NOT {SUPPRESSED} AND NOT {SETTLED})
           -> 0) AS open_alarm
  FROM alarm
  CROSS JOIN {CHANGES} AS done
  LEFT JOIN {TAKEN} AS taken ON true
  LEFT JOIN {SHELF} AS shelf ON true
  WHERE alarm.shipment_id = s.shipment_id
) AS alarms ON true
"""  # noqa: S608  composed of constants


def _where(condition: str) -> TextClause:
    return text(_SHIPMENTS + condition)


_LIVE = _where("WHERE s.state = ANY(:states)")
_ONE = _where("WHERE s.shipment_id = :shipment_id")
_SOME = _where(
    "WHERE s.shipment_id = ANY(CAST(:shipments AS uuid[]))"
    " ORDER BY s.created_at DESC, s.shipment_id DESC"
)
_NEWEST_FIRST = " ORDER BY s.created_at DESC, s.shipment_id DESC"
_BEHIND = (
    "WHERE (CAST(:states AS text[]) IS NULL OR s.state = ANY(:states))"
    " AND (CAST(:after_at AS timestamptz) IS NULL"
    "      OR (s.created_at, s.shipment_id) < (:after_at, CAST(:after_id AS uuid)))"
)
_PAGE = text(
    # What is shown of a shipment is gathered for those of the page only.
    _SHIPMENTS.replace(
        "FROM shipment AS s\n",
        f"FROM (SELECT * FROM shipment AS s {_BEHIND}{_NEWEST_FIRST} LIMIT :limit) AS s\n",  # noqa: S608  constants
    )
    + _NEWEST_FIRST
)
_SEARCH = _where(
    f"{_BEHIND} AND position(:search IN lower(normalize("
    "concat_ws(' ', s.reference, s.product, s.shipper, s.consignee,"
    " jsonb_path_query_array(coalesce(p.payloads, '[]'), '$[*].box_id')), NFKC))) > 0"
    f"{_NEWEST_FIRST} LIMIT :limit"
)


def folded(text: str) -> str:
    """Width and case do not matter where people search for a name."""
    return unicodedata.normalize("NFKC", text).lower().strip()


class OverviewRepository:
    """Shipments as they are shown; `now` decides which acknowledgements still hold."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def live(
        self, now: datetime, states: Sequence[str] = LIVE_STATES
    ) -> list[ShipmentOverview]:
        """Every shipment on its way, in one statement."""
        return await self._rows(_LIVE, {"now": now, "states": list(states)})

    async def one(self, shipment_id: UUID, now: datetime) -> ShipmentOverview | None:
        """One shipment in any state."""
        found = await self._rows(_ONE, {"now": now, "shipment_id": shipment_id})
        return found[0] if found else None

    async def some(self, shipments: Sequence[UUID], now: datetime) -> list[ShipmentOverview]:
        """Those of them that are seen, in any state, the newest first."""
        return await self._rows(_SOME, {"now": now, "shipments": list(shipments)})

    async def page(
        self,
        now: datetime,
        limit: int,
        states: Sequence[str] | None,
        after: tuple[datetime, UUID] | None,
        search: str | None = None,
    ) -> list[ShipmentOverview]:
        """Shipments in the order they were entered, newest first, from behind `after`.

        `search` is a part of a reference, product, firm or box, folded as by `folded`.
        """
        after_at, after_id = after or (None, None)
        parameters = {
            "now": now,
            "limit": limit,
            "states": None if states is None else list(states),
            "after_at": after_at,
            "after_id": after_id,
        }
        if search is None:
            return await self._rows(_PAGE, parameters)
        return await self._rows(_SEARCH, {**parameters, "search": search})

    async def _rows(
        self, statement: TextClause, parameters: Mapping[str, Any]
    ) -> list[ShipmentOverview]:
        rows = await self._unit.execute(statement, dict(parameters))
        return [ShipmentOverview(**row._mapping) for row in rows]
