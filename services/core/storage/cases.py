"""What a verdict depends on beside the readings, for many payloads in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, bindparam, text, tuple_
from sqlalchemy import select as sql_select
from sqlalchemy.dialects.postgresql import UUID as SQL_UUID

from services.core.domain.clearance.bay_minutes import AS_ITS_SITE, BayMinutes, BayNeed, best_bay
from services.core.domain.clearance.countback import SiteTimes
from services.core.domain.shipment import Shipment, ShipmentState
from services.core.domain.viability.case import Case, Contact
from services.core.domain.viability.profile import MaterialProfile
from services.core.domain.viability.situation import OpenInspection
from services.core.storage.bay_minutes import LONGER, SITE_BAYS, bay_minutes_of
from services.core.storage.calibrations import calibrations_of, seats_of
from services.core.storage.caserows import (
    Decided,
    Stay,
    clocks_of,
    conflicts_of,
    decided_of,
    grade_of,
    inspection_of,
    instant_of,
    joined_of,
    shipment_of,
    stay_of,
    times_of,
)
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import profile as profile_table

MISSED_REPORTS = 3
"""A box that reports rarely is overdue after so many reports. Own choice, grade O."""

INGEST_AWAY_AFTER = timedelta(seconds=30)
"""Six heartbeats missed: then we do not listen, and nobody's silence counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """One payload with everything its verdict needs beside the readings.

    `bay`: the one it has booked, or the best that fits it. `slot_from`: when the slot begins that
    it holds and has not been shown for yet, unless customs has decided on it.
    """

    payload_id: UUID
    case: Case
    shipment: Shipment
    reference: str
    times: SiteTimes
    booked: bool
    bay: BayMinutes
    stays: tuple[Stay, ...]
    inspection: OpenInspection | None = None
    conflicts: tuple[int, datetime] | None = None
    decided: Decided | None = None
    picked: bool = False
    slot_from: datetime | None = None

    @property
    def current_stay(self) -> Stay | None:
        """Where the payload was put last."""
        return self.stays[-1] if self.stays else None


CONFLICTS_COUNTED = 1_000
"""A box may send a whole log with other content: each of its verdicts looks at no more. Own choice,
grade O."""

_CASES = text(f"""
SELECT p.payload_id, p.shipment_id, p.profile_id, p.profile_version,
       p.collection_end, p.pack_closed_at, p.container_charged_at,
       s.created_at, s.reference, s.state, s.site_id, s.needed_by, s.cut_off,
       coalesce(s.received_at, ended.at) AS ended_at,
       CASE WHEN way.transfer_min IS NULL THEN site.picking_min
            ELSE own.picking_min + way.transfer_min END AS picking_min,
       site.inspection_min, site.receiving_min, site.onward_min,
       booked.site_id IS NOT NULL OR s.inspection_ordered = 'no' AS booked,
       CASE WHEN looked.decided IS NOT TRUE THEN booked.slot_from END AS slot_from,
       booked.bay, fits.bays, s.inspection_mode, s.needs_equipment,
       s.inspection_ordered = 'no' OR EXISTS (
         SELECT FROM milestone AS m WHERE m.shipment_id = s.shipment_id
           AND m.kind IN ('picked', 'handed_over')) AS picked,
       stays.list AS stays, legs.list AS legs, probes.list AS probes,
       coalesce(looked.at, inspected.slot) AS inspection,
       conflicts.found AS conflicts, decided.found AS decided,
       ingest.at AS ingest_at, ingest.since AS ingest_since, ingest.connected AS connected
FROM payload AS p
JOIN shipment AS s USING (shipment_id)
LEFT JOIN LATERAL (
  SELECT bay.site_id,
         CASE WHEN a.state NOT IN ('CHECKED_IN', 'IN_INSPECTION') THEN lower(a.during) END
           AS slot_from,
         jsonb_build_object('bay_id', bay.bay_id, 'bay_class', bay.bay_class,
           'equipment', bay.equipment, 'longer_min', {LONGER},
           'transfer_min', bay.transfer_min) AS bay
  FROM appointment AS a JOIN bay USING (bay_id) JOIN site AS there ON there.site_id = bay.site_id
  WHERE a.shipment_id = s.shipment_id
    AND a.state IN ('REQUESTED','TENTATIVE','CONFIRMED','CHECKED_IN','IN_INSPECTION')
  LIMIT 1
) AS booked ON true
LEFT JOIN site ON site.site_id = coalesce(booked.site_id, s.site_id)
LEFT JOIN site AS own ON own.site_id = s.site_id
LEFT JOIN {SITE_BAYS} AS fits ON fits.site_id = s.site_id AND fits.simulated = s.simulated
LEFT JOIN site_route AS way ON way.from_site_id = s.site_id AND way.to_site_id = booked.site_id
LEFT JOIN LATERAL (
  SELECT max(occurred_at) AS at FROM milestone
  WHERE milestone.shipment_id = s.shipment_id
    AND kind IN ('received', 'cancelled', 'returned', 'destroyed', 'closed')
    AND s.state NOT IN ('draft', 'packed', 'moving')
) AS ended ON true
LEFT JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_object(
           'box_no', b.box_no, 'box_id', b.box_id, 'begin', lower(a.during),
           'end', upper(a.during), 'interval_s', b.report_interval_s,
           'joined', (SELECT jsonb_agg(lower(other.during)) FROM assignment AS other
                      WHERE other.box_no = a.box_no AND other.payload_id <> a.payload_id
                        AND lower(other.during) <@ a.during
                        AND lower(other.during) > lower(a.during)),
           'grade', (SELECT max(w.grade) FROM watermark AS w WHERE w.box_no = b.box_no
                     AND w.last_received_at >= lower(a.during)),
           'last_received_at', (SELECT max(w.last_received_at) FROM watermark AS w
                                WHERE w.box_no = b.box_no))
           ORDER BY lower(a.during)) AS list
  FROM assignment AS a JOIN box AS b USING (box_no) WHERE a.payload_id = p.payload_id
) AS stays ON true
LEFT JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_object(
           'box_id', b.box_id, 'probe_id', seat.probe_id, 'kind', probe.kind,
           'begin', lower(seat.during), 'end', upper(seat.during),
           'calibrations', (SELECT jsonb_agg(to_jsonb(c) ORDER BY c.valid_from, c.recorded_at)
                            FROM calibration AS c WHERE c.probe_id = seat.probe_id))
           ORDER BY b.box_id, seat.probe_id, lower(seat.during)) AS list
  FROM (SELECT DISTINCT box_no FROM assignment WHERE payload_id = p.payload_id) AS used
  JOIN box AS b USING (box_no) JOIN probe_assignment AS seat USING (box_no)
  JOIN probe USING (probe_id)
) AS probes ON true
LEFT JOIN LATERAL (
  SELECT jsonb_agg(to_jsonb(leg) ORDER BY leg.ordinal) AS list
  FROM leg WHERE leg.shipment_id = s.shipment_id
) AS legs ON true
LEFT JOIN LATERAL (
  SELECT jsonb_build_object('since', lower(a.during), 'until', upper(a.during),
                            'open', a.state = 'IN_INSPECTION') AS slot
  FROM appointment AS a
  WHERE a.shipment_id = s.shipment_id
    AND a.state IN ('IN_INSPECTION', 'PASSED', 'REFUSED')  -- held, its record void: no look
  ORDER BY a.number DESC LIMIT 1
) AS inspected ON true
LEFT JOIN LATERAL (
  SELECT jsonb_build_object('since', i.begun_at, 'open', i.state = 'OPEN',
           'until', least(i.due_end_at, coalesce(i.ended_at, i.due_end_at)),
           'settled', i.state <> 'RECHECK_ORDERED',
           'cleared_at', CASE WHEN i.state = 'CUSTOMS_CLEARED' THEN i.decided_at END,
           'earlier', (SELECT jsonb_agg(jsonb_build_object('since', past.begun_at,
                         'until', coalesce(past.ended_at, past.due_end_at)) ORDER BY past.number)
                       FROM inspection AS past WHERE past.shipment_id = s.shipment_id
                         AND past.number < i.number AND past.state <> 'VOID')) AS at,
         i.state IN ('CUSTOMS_CLEARED', 'RETURN_ORDERED', 'DESTRUCTION_ORDERED') AS decided
  FROM inspection AS i WHERE i.shipment_id = s.shipment_id AND i.state <> 'VOID'
  ORDER BY i.number DESC LIMIT 1
) AS looked ON true
LEFT JOIN LATERAL (
  SELECT jsonb_build_object('n', count(*), 'at', max(last.received_at)) AS found
  FROM (
    SELECT k.received_at
    FROM assignment AS a CROSS JOIN LATERAL (
      SELECT received_at FROM key_conflict
      WHERE key_conflict.box_no = a.box_no AND received_at >= lower(a.during)
        AND received_at < coalesce(upper(a.during), 'infinity')
      ORDER BY received_at DESC LIMIT :conflicts_most
    ) AS k
    WHERE a.payload_id = p.payload_id
    ORDER BY k.received_at DESC LIMIT :conflicts_most
  ) AS last
  HAVING count(*) > 0
) AS conflicts ON true
LEFT JOIN LATERAL (
  SELECT jsonb_build_object('at', d.decided_at, 'seen', d.seen,
                            'rejected', d.value = 'REJECTED') AS found
  FROM disposition AS d WHERE d.payload_id = p.payload_id AND d.superseded_at IS NULL
) AS decided ON true
LEFT JOIN LATERAL (
  SELECT h.at, coalesce((h.detail ->> 'connected')::boolean, true) AS connected,
         greatest(h.started_at, (h.detail ->> 'link_since')::timestamptz) AS since
  FROM service_heartbeat AS h WHERE h.service = 'ingest'
  ORDER BY h.at > :fresh DESC, coalesce((h.detail ->> 'connected')::boolean, true) DESC, h.at DESC
  LIMIT 1
) AS ingest ON true
WHERE p.payload_id = ANY(:payloads)
ORDER BY p.payload_id
""").bindparams(bindparam("payloads", type_=ARRAY(SQL_UUID(as_uuid=True))))  # noqa: S608  constants


class Cases:
    """Loads case files. Profiles are kept between calls: a version in use never changes."""

    def __init__(self, no_data_after: timedelta):
        self._no_data_after = no_data_after
        self._profiles: dict[tuple[str, int], MaterialProfile] = {}

    async def load(
        self, uow: UnitOfWork, payloads: Sequence[UUID], now: datetime
    ) -> dict[UUID, CaseFile]:
        """The case of each payload, as it stands in this transaction."""
        result = await uow.execute(
            _CASES,
            {
                "payloads": list(payloads),
                "fresh": now - INGEST_AWAY_AFTER,
                "conflicts_most": CONFLICTS_COUNTED,
            },
        )
        rows = result.mappings().all()
        await self._learn(uow, {(row["profile_id"], row["profile_version"]) for row in rows})
        return {row["payload_id"]: self._file(row, now) for row in rows}

    async def _learn(self, uow: UnitOfWork, wanted: set[tuple[str, int]]) -> None:
        unknown = wanted - self._profiles.keys()
        if not unknown:
            return
        columns = profile_table.c
        rows = await uow.execute(
            sql_select(columns.profile_id, columns.version, columns.document).where(
                tuple_(columns.profile_id, columns.version).in_(sorted(unknown))
            )
        )
        for row in rows.mappings():
            key = (row["profile_id"], row["version"])
            self._profiles[key] = MaterialProfile.from_document(row["document"])

    def _file(self, row: Mapping[Any, Any], now: datetime) -> CaseFile:
        shipment = shipment_of(row)
        return CaseFile(
            payload_id=row["payload_id"],
            case=Case(
                profile=self._profiles[row["profile_id"], row["profile_version"]],
                clocks=clocks_of(row),
                judged=shipment.state is not ShipmentState.DRAFT,
                legs=shipment.legs,
                contact=self._contact(row, now),
                grade=grade_of(row["stays"] or ()),
                calibrations=calibrations_of(row["probes"] or ()),
                seats=seats_of(row["probes"] or ()),
                joined=joined_of(row["stays"] or ()),
            ),
            shipment=shipment,
            reference=row["reference"],
            times=times_of(row),
            booked=row["booked"],
            bay=self._bay(row),
            slot_from=row["slot_from"],
            picked=row["picked"],
            stays=tuple(stay_of(raw) for raw in row["stays"] or ()),
            inspection=inspection_of(row["inspection"]),
            conflicts=conflicts_of(row["conflicts"]),
            decided=decided_of(row["decided"]),
        )

    def _bay(self, row: Mapping[Any, Any]) -> BayMinutes:
        if row["bay"] is not None:
            return bay_minutes_of([row["bay"]])[0]
        if not row["bays"]:
            return AS_ITS_SITE
        profile = self._profiles[row["profile_id"], row["profile_version"]]
        need = BayNeed.of(profile.label_hi_c, row["inspection_mode"], row["needs_equipment"])
        return best_bay(bay_minutes_of(row["bays"]), need)

    def _contact(self, row: Mapping[Any, Any], now: datetime) -> Contact:
        """Contact of the box that carries the payload now, and since when we have listened."""
        stays = row["stays"] or [{"last_received_at": None, "interval_s": 0, "begin": None}]
        last = stays[-1]
        heard = instant_of(last["last_received_at"])
        heard = heard and min(heard, now)  # written before the clock was set back
        begin = instant_of(last["begin"])
        listening = row["ingest_since"]
        away = row["ingest_at"] is not None and now - row["ingest_at"] > INGEST_AWAY_AFTER
        if away or row["connected"] is False:
            listening = now
        return Contact(
            # A box that was heard before this payload came into it has not been heard of it.
            last_heard_at=heard if heard is None or begin is None else max(heard, begin),
            listening_since=listening,
            known_since=row["created_at"],
            overdue_after=max(
                self._no_data_after, MISSED_REPORTS * timedelta(seconds=last["interval_s"])
            ),
        )
