"""What there is to see of one payload: the raw material of an evidence pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.core.domain.errors import NotFound
from services.core.storage.database import UnitOfWork
from services.core.storage.placing import PLACED_AT


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadRecords:
    """Everything stored about one payload but its readings; JSON with instants as text.

    `verdict` was kept when it last changed; `standing` has the figures that went on since.
    """

    payload_id: UUID
    shipment_id: UUID
    shipment: Mapping[str, Any]
    payload: Mapping[str, Any]
    profile: Mapping[str, Any]
    stays: Sequence[Mapping[str, Any]]
    legs: Sequence[Mapping[str, Any]]
    milestones: Sequence[Mapping[str, Any]]
    verdict: Mapping[str, Any] | None
    standing: Mapping[str, Any] | None
    alarms: Sequence[Mapping[str, Any]]


_RECORDS = text("""
SELECT payload.payload_id, payload.shipment_id,
  jsonb_build_object('id', s.shipment_id, 'reference', s.reference, 'state', s.state,
    'product', s.product, 'shipper', s.shipper, 'consignee', s.consignee,
    'needed_by', s.needed_by, 'cut_off', s.cut_off, 'received_at', s.received_at,
    'simulated', s.simulated) AS shipment,
  jsonb_build_object('id', payload.payload_id, 'reference', payload.reference,
    'collection_end', payload.collection_end, 'pack_closed_at', payload.pack_closed_at,
    'container_charged_at', payload.container_charged_at) AS payload,
  jsonb_build_object('profile_id', profile.profile_id, 'version', profile.version,
    'document', profile.document) AS profile,
  coalesce((SELECT jsonb_agg(jsonb_build_object('box_id', box.box_id,
      'from', lower(a.during), 'to', upper(a.during), 'reason', a.reason)
      ORDER BY lower(a.during), a.id)
    FROM assignment AS a JOIN box USING (box_no)
    WHERE a.payload_id = payload.payload_id), '[]') AS stays,
  coalesce((SELECT jsonb_agg(jsonb_build_object('ordinal', ordinal, 'mode', mode,
      'carrier_number', carrier_number, 'from_code', from_code, 'to_code', to_code,
      'status', status, 'planned_departure', planned_departure,
      'estimated_departure', estimated_departure, 'actual_departure', actual_departure,
      'planned_arrival', planned_arrival, 'estimated_arrival', estimated_arrival,
      'actual_arrival', actual_arrival) ORDER BY ordinal)
    FROM leg WHERE leg.shipment_id = s.shipment_id), '[]') AS legs,
  coalesce((SELECT jsonb_agg(jsonb_build_object('kind', kind, 'occurred_at', occurred_at,
      'recorded_at', recorded_at, 'recorded_by', recorded_by) ORDER BY occurred_at, milestone_id)
    FROM milestone WHERE milestone.shipment_id = s.shipment_id), '[]') AS milestones,
  (SELECT jsonb_build_object('id', kept.id, 'revision', kept.revision, 'as_of', kept.as_of,
      'model_version', kept.model_version, 'inputs_hash', kept.inputs_hash, 'body', kept.body)
    FROM assessment AS kept WHERE kept.payload_id = payload.payload_id
    ORDER BY kept.id DESC LIMIT 1) AS verdict,
  (SELECT jsonb_build_object('as_of', now.as_of, 'evaluated_through', now.evaluated_through,
      'condition', now.condition, 'evidence', now.evidence, 'summary', now.summary)
    FROM assessment_state AS now
    WHERE now.payload_id = payload.payload_id AND now.as_of IS NOT NULL) AS standing,
  coalesce((SELECT jsonb_agg(jsonb_build_object('kind', kind, 'priority', priority,
      'began_at', began_at, 'raised_at', raised_at, 'returned_at', returned_at,
      'closed_at', closed_at, 'facts', facts, 'config', config,
      'acknowledgements', (SELECT coalesce(jsonb_agg(jsonb_build_object('at', ack.at,
          'by', ack.principal_id, 'reason', ack.reason) ORDER BY ack.at), '[]')
        FROM acknowledgement AS ack WHERE ack.alarm_id = alarm.alarm_id))
      ORDER BY raised_at, alarm_id)
    FROM alarm WHERE alarm.payload_id = payload.payload_id), '[]') AS alarms
FROM payload
JOIN shipment AS s USING (shipment_id)
JOIN profile ON profile.profile_id = payload.profile_id
            AND profile.version = payload.profile_version
WHERE payload.payload_id = :payload_id
""")

READING_COLUMNS = ("box_id", "boot", "seq", "placed_at", "temp_c", "probe", "event")

_READINGS = text(f"""
SELECT box.box_id, watermark.boot, reading.seq, placed.at AS placed_at, reading.temp_c,
       reading.probe, reading.event
FROM assignment AS stay
JOIN box USING (box_no)
JOIN shown_reading AS reading ON reading.box_no = stay.box_no
JOIN watermark USING (boot_no)
LEFT JOIN boot_clock USING (boot_no)
CROSS JOIN LATERAL (SELECT {PLACED_AT} AS at) AS placed
WHERE stay.payload_id = :payload_id AND stay.during @> placed.at AND placed.at <= :through
ORDER BY box.box_id, watermark.boot, reading.seq
""")  # noqa: S608  composed of constants


class EvidenceRepository:
    """Reads what a decision has to see."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def records(self, payload_id: UUID) -> PayloadRecords:
        """Everything but the readings; raises NotFound."""
        found = await self._unit.execute(_RECORDS, {"payload_id": payload_id})
        row = found.mappings().one_or_none()
        if row is None:
            raise NotFound("there is no such payload", field="payload_id")
        return PayloadRecords(**row)

    async def readings(self, payload_id: UUID, through: datetime) -> list[tuple[Any, ...]]:
        """Rows of READING_COLUMNS by box, boot and number: what fell on the payload by then."""
        found = await self._unit.execute(_READINGS, {"payload_id": payload_id, "through": through})
        return [tuple(row) for row in found]
