"""Gathers what a decision sees, and what of it must be the same at the second signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.core.domain.quality.evidence import (
    PACK_VERSION,
    Stretch,
    canonical,
    digest,
    out_of_label_by_leg,
    readings_digest,
)
from services.core.storage.database import UnitOfWork
from services.core.storage.evidence import READING_COLUMNS, EvidenceRepository, PayloadRecords


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The pack as bytes, its digest, and the digest of the facts that a decision stands on."""

    pack: bytes
    sha256: bytes
    facts_sha256: bytes
    seen: Mapping[str, Any]


async def gather(payload_id: UUID, through: datetime, unit: UnitOfWork) -> Evidence:
    """Everything stored of the payload; of its readings those that fall before `through`."""
    repository = EvidenceRepository(unit)
    records = await repository.records(payload_id)
    readings_sha256, readings = readings_digest(await repository.readings(payload_id, through))
    told = _told(records)
    seen = {
        "excursions": [[side, began] for side, began, _ in told.get("excursions", [])],
        "broken": told.get("broken", []),
    }
    facts = {
        "profile": [records.profile["profile_id"], records.profile["version"]],
        "clocks": records.payload,
        "stays": [[one["box_id"], one["from"]] for one in records.stays],
        "readings_through": through,
        "readings": readings,
        "readings_sha256": readings_sha256,
        **seen,
    }
    pack = canonical(
        {
            "version": PACK_VERSION,
            "facts": facts,
            "reading_columns": READING_COLUMNS,
            "out_of_label_min": out_of_label_by_leg(
                _excursions(records, through), _legs(records.legs)
            ),
            **{
                name: getattr(records, name)
                for name in PayloadRecords.__slots__
                if name not in {"payload_id", "shipment_id"}
            },
        }
    )
    return Evidence(
        pack=pack, sha256=digest(pack), facts_sha256=digest(canonical(facts)), seen=seen
    )


def _told(records: PayloadRecords) -> Mapping[str, Any]:
    verdict = records.verdict
    found: Mapping[str, Any] = {} if verdict is None else verdict["body"].get("told", {})
    return found


def _excursions(records: PayloadRecords, through: datetime) -> list[tuple[datetime, datetime]]:
    """Confirmed stays outside the label; one that still lasts counts until `through`."""
    return [
        (_instant(began), _instant(returned) if returned else max(through, _instant(began)))
        for _side, began, returned in _told(records).get("excursions", [])
    ]


def _legs(legs: Sequence[Mapping[str, Any]]) -> list[Stretch]:
    return [
        Stretch(
            name=f"{leg['ordinal']} {leg['mode']} {leg['from_code']}-{leg['to_code']}",
            start=_instant(_known(leg, "departure")),
            end=_instant(_known(leg, "arrival")),
        )
        for leg in legs
        if leg["status"] != "cancelled"
    ]


def _known(leg: Mapping[str, Any], what: str) -> str:
    """The best that is known of it: actual, else estimated, else planned."""
    found: str = leg[f"actual_{what}"] or leg[f"estimated_{what}"] or leg[f"planned_{what}"]
    return found


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
