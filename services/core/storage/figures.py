"""Figures about the whole installation, for the metrics page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from services.core.storage.bay_minutes import LONGER
from services.core.storage.database import UnitOfWork
from services.core.storage.standing import TAKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts and ages in seconds. `alarms` is by (priority, acknowledged).

    `told` is what the processes of a service said of themselves in their last beats, by service
    and name, summed over them; `worst` the largest value among those that beat a moment ago.
    """

    payloads_by_evidence: Mapping[str, int]
    alarms: Mapping[tuple[int, bool], int]
    heartbeat_age_s: Mapping[str, float]
    least_spare_s: Mapping[str, float]
    work_rows: int
    work_oldest_s: float
    last_received_age_s: float
    rejected: int
    told: Mapping[tuple[str, str], float]
    worst: Mapping[tuple[str, str], float]


FRESH = timedelta(minutes=1)
"""A process that beat longer ago says nothing of the present."""

_EVIDENCE = text("""
SELECT state.evidence, count(*) AS payloads
FROM assessment_state AS state JOIN shipment USING (shipment_id)
WHERE shipment.state IN ('packed', 'moving') GROUP BY 1
""")
_ALARMS = text(f"""
SELECT alarm.priority, coalesce(taken.live, false) AS acked, count(*) AS alarms
FROM alarm LEFT JOIN {TAKEN} AS taken ON true
WHERE alarm.closed_at IS NULL GROUP BY 1, 2
""")  # noqa: S608  composed of constants
_BEATS = text("SELECT service, max(at) AS at FROM service_heartbeat GROUP BY 1")
# Counts of processes that are gone stay in the sums: a counter must not fall.
_TOLD = text("""
SELECT service, told.key AS name, sum(told.value::float8) AS total,
       coalesce(max(told.value::float8) FILTER (WHERE at > :fresh_from), 0) AS worst
FROM service_heartbeat, jsonb_each(detail) AS told
WHERE service IN ('ingest', 'alerts') AND jsonb_typeof(told.value) = 'number'
GROUP BY 1, 2
""")
_SPARE = text(f"""
SELECT bay.bay_class, min(state.latest_inspection_start - {LONGER} * INTERVAL '1 minute'
                          - lower(a.during)) AS spare
FROM appointment AS a JOIN bay USING (bay_id) JOIN site AS there ON there.site_id = bay.site_id
JOIN assessment_state AS state USING (shipment_id)
WHERE a.state IN ('REQUESTED', 'TENTATIVE', 'CONFIRMED')
  AND state.latest_inspection_start IS NOT NULL
GROUP BY 1
""")  # noqa: S608  composed of constants
_COUNTS = text("""
SELECT (SELECT count(*) FROM worklist) AS work_rows,
       (SELECT min(put_at) FROM worklist) AS work_oldest,
       (SELECT max(last_received_at) FROM watermark) AS last_received,
       (SELECT count(*) FROM rejected_message) AS rejected
""")


async def read_figures(unit: UnitOfWork, now: datetime) -> Figures:
    """Read them all, in one transaction."""
    evidence = await unit.execute(_EVIDENCE)
    alarms = await unit.execute(_ALARMS, {"now": now})
    beats = await unit.execute(_BEATS)
    spare = await unit.execute(_SPARE)
    told = (await unit.execute(_TOLD, {"fresh_from": now - FRESH})).all()
    counts = (await unit.execute(_COUNTS)).one()
    return Figures(
        payloads_by_evidence={row.evidence: row.payloads for row in evidence},
        alarms={(row.priority, row.acked): row.alarms for row in alarms},
        heartbeat_age_s={row.service: _age_s(row.at, now) for row in beats},
        least_spare_s={row.bay_class: row.spare.total_seconds() for row in spare},
        work_rows=counts.work_rows,
        work_oldest_s=_age_s(counts.work_oldest, now),
        last_received_age_s=_age_s(counts.last_received, now),
        rejected=counts.rejected,
        told={(row.service, row.name): row.total for row in told},
        worst={(row.service, row.name): row.worst for row in told},
    )


def _age_s(at: Any, now: datetime) -> float:
    """Seconds since an instant; 0 when there is none."""
    return max(0.0, (now - at).total_seconds()) if at is not None else 0.0
