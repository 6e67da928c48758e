"""What a version, or a proposal, would have made of past journeys; nothing of it is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from services.api.schemas.profile_trials import ProfileTrial, TriedJourney
from services.core.domain.viability.case import Contact
from services.core.domain.viability.profile import MaterialProfile
from services.core.domain.viability.sample import Sample
from services.core.domain.viability.trial import Tried, difference, tried
from services.core.storage.cases import CaseFile, Cases
from services.core.storage.database import UnitOfWork
from services.core.storage.pastjourneys import PastJourney, PastJourneys

MOST_JOURNEYS = 50
MOST_READINGS = 100_000
"""No further journey is begun behind so many readings, each judged twice. Own choice, grade O."""


async def try_profile(
    document: Mapping[str, Any], over: str, days: int, unit: UnitOfWork, now: datetime
) -> ProfileTrial:
    """Judge what `over` has judged, packed in so many days, by its own version and by this one.

    Both by the same readings and the same code: what differs comes of the numbers alone.
    """
    profile = MaterialProfile.from_document(document)
    past = PastJourneys(unit)
    journeys, of_all = await past.of(over, now - timedelta(days=days), MOST_JOURNEYS)
    files = await Cases(Contact().overdue_after).load(
        unit, [one.payload_id for one in journeys], now
    )
    items: list[TriedJourney] = []
    readings = 0
    for journey in journeys:
        if readings >= MOST_READINGS:
            break
        file = files[journey.payload_id]
        samples = await past.samples(file)
        readings += len(samples)
        # Not in the loop of the streams: others are served while a journey is judged.
        items.append(await asyncio.to_thread(_row, journey, file, samples, profile, now))
    return ProfileTrial(
        profile_id=profile.profile_id,
        version=profile.version,
        over_profile_id=over,
        days=days,
        as_of=now,
        journeys=of_all,
        tried=len(items),
        readings=readings,
        different=sum(not one.same for one in items),
        items=items,
    )


def _row(
    journey: PastJourney,
    file: CaseFile,
    samples: Sequence[Sample],
    profile: MaterialProfile,
    now: datetime,
) -> TriedJourney:
    then = tried(file.case.profile, file.case, samples, file.inspection, now)
    would = tried(profile, file.case, samples, file.inspection, now)
    differs = difference(then, would)
    return TriedJourney.model_validate(
        {
            "shipment_id": journey.shipment_id,
            "shipment_reference": journey.reference,
            "bag": journey.bag,
            "version": journey.version,
            "readings": len(samples),
            "then": _told(then),
            "would": _told(would),
            "come": [asdict(one) for one in differs.come],
            "gone": [asdict(one) for one in differs.gone],
            "longer_s": None if differs.longer is None else differs.longer.total_seconds(),
            "same": differs.same,
        }
    )


def _told(one: Tried) -> dict[str, Any]:
    return {**asdict(one), "alarms": [asdict(alarm) for alarm in one.alarms]}
