"""The order of shipments, taken at the moment it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.api.present.at_bay import at_bay, bay_of
from services.api.present.phase import phase_of
from services.api.present.verdict import doubt, verdict_of
from services.api.schemas.shipments import RankReason
from services.core.domain.clearance.priority import Ranked, rank
from services.core.domain.clearance.rank_entry import RankEntry
from services.core.storage.overview import ShipmentOverview
from services.core.storage.queue_rows import QueueRow

_MINUTE = timedelta(minutes=1)
RANKED_STATES = frozenset({"packed", "moving"})
DECIDED = frozenset({"CUSTOMS_CLEARED", "RETURN_ORDERED", "DESTRUCTION_ORDERED"})
"""What customs has said for good: no place in the order any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A shipment's place in the order, from 1, and why it has it."""

    place: int
    tier: str
    slack: timedelta
    reason: RankReason


def standings(queue: Iterable[QueueRow], now: datetime) -> dict[UUID, Standing]:
    """Rank what is under way and has a latest start; the rest has no standing."""
    entries = [_entry(row) for row in queue]
    return {UUID(one.entry.key): _standing(one) for one in rank(entries, now)}


def queue_of(overviews: Iterable[ShipmentOverview]) -> list[QueueRow]:
    """What ranking needs, taken from what was read for the pages already."""
    rows = []
    for overview in overviews:
        verdict = verdict_of(overview.payloads)
        if verdict.given_up:
            continue  # QA has rejected it
        bay = bay_of(overview)
        latest = at_bay(verdict, bay, "ranked_start")
        if overview.inspection_ordered == "no":
            continue  # customs does not inspect it: it counts down to its delivery
        if overview.state not in RANKED_STATES or latest is None:
            continue
        clearance = overview.clearance or {}
        decided = clearance.get("state") in DECIDED
        if decided or phase_of(overview.state, overview.legs).code == "onward":
            continue  # the inspection is behind it: it counts down to its delivery
        site: Mapping[str, Any] = overview.site or {}
        booked = overview.appointment
        rows.append(
            QueueRow(
                shipment_id=overview.shipment_id,
                latest_start=latest,
                ready_at=at_bay(verdict, bay, "ready_at"),
                inspection_min=site.get("inspection_min", 0) + bay.longer // _MINUTE,
                booked_at=datetime.fromisoformat(booked["booked_at"]) if booked else None,
                likely_start=latest + doubt(verdict, overview),
            )
        )
    return rows


def _entry(row: QueueRow) -> RankEntry:
    return RankEntry(
        key=str(row.shipment_id),
        latest_start=row.latest_start,
        inspection=timedelta(minutes=row.inspection_min),
        ready=row.ready_at,
        booked_at=row.booked_at,
        likely_start=row.likely_start,
    )


def _standing(ranked: Ranked) -> Standing:
    code, span = "latest_start", ranked.slack
    if ranked.no_slot_in_time:
        code = "no_slot_in_time"
    elif ranked.doubtful:
        code = "doubtful"
    elif ranked.moved_ahead_by:
        code, span = "shorter_first", ranked.moved_ahead_by
    return Standing(
        place=ranked.place,
        tier=ranked.tier.value,
        slack=ranked.slack,
        reason=RankReason(code=code, minutes=int(span.total_seconds() // 60)),
    )
