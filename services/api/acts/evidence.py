"""Gathers what a decision sees, and what of it must be the same at the second signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.api.acts.lid_evidence import lid_evidence
from services.core.domain.quality.evidence import (
    PACK_VERSION,
    Outside,
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
            "out_of_label_min": _minutes(records, through),
            "lid": await lid_evidence(
                records.shipment_id, records.profile["document"], through, unit
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


def _minutes(records: PayloadRecords, through: datetime) -> dict[str, float]:
    """The time outside the label, shared out; what lasts goes on until `through`."""
    legs = _legs(records.legs)
    if records.verdict is None:
        return out_of_label_by_leg([], legs)
    as_of, summary = _figures(records, records.verdict)
    if "stays" not in summary:  # kept before verdicts said it
        return out_of_label_by_leg(_told_stays(records, through), legs)
    since = max(timedelta(0), through - as_of)
    brief_s = summary["out_of_label_s"] - sum(seconds for _, _, seconds in summary["stays"])
    stays = [_outside(stay, through, since) for stay in summary["stays"]]
    return out_of_label_by_leg(stays, legs, timedelta(seconds=max(0.0, brief_s)))


def _figures(
    records: PayloadRecords, verdict: Mapping[str, Any]
) -> tuple[datetime, Mapping[str, Any]]:
    """The newest figures and their instant: a verdict is kept when it changes, they go on."""
    standing = records.standing
    if standing is not None and "stays" in standing["summary"]:
        return _instant(standing["as_of"]), standing["summary"]
    return _instant(verdict["as_of"]), verdict["body"].get("summary", {})


def _outside(stay: Sequence[Any], through: datetime, since: timedelta) -> Outside:
    start, length = _instant(stay[0]), timedelta(seconds=stay[2])
    if stay[1] is not None:
        return Outside(start=start, end=_instant(stay[1]), length=length)
    return Outside(start=start, end=max(start, through), length=length + since)


def _told_stays(records: PayloadRecords, through: datetime) -> list[Outside]:
    """From leaving the label until the return was certain, or until `through`."""
    found = []
    for _side, began, returned in _told(records).get("excursions", []):
        start = _instant(began)
        end = _instant(returned) if returned else max(through, start)
        found.append(Outside(start=start, end=end, length=end - start))
    return found


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
