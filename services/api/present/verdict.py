"""The verdict of a shipment, taken from its payloads: the worst one speaks for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.core.storage.overview import ShipmentOverview

_CONDITIONS = (
    "NOT_STARTED",
    "IN_RANGE",
    "WARNING",
    "EXCURSION",
    "CANNOT_BE_JUDGED",
    "BREACHED",
    "EXPIRED",
)
_DISPOSITIONS = (
    "RELEASED",
    "RELEASED_WITH_COMMENT",
    "NONE",
    "OUT_OF_SPEC_MEDICAL",
    "QA_HOLD",
    "REJECTED",
)
"""From the best to the worst: one bag that nobody has decided on speaks for all."""
_OUTSIDE = frozenset({"open_excursion", "past_excursion"})
_EVIDENCE = ("COMPLETE", "SILENT_EXPECTED", "STALE", "GAPPED", "UNTRUSTED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the payloads together say; `leading` is the one whose latest start comes first.

    What QA has rejected leads nothing while there is another.
    """

    condition: str
    evidence: str
    qa_hold: bool
    disposition: str
    left_label: bool
    in_label_until: datetime | None
    p10: datetime | None
    p50: datetime | None
    leading: Mapping[str, Any]

    @property
    def given_up(self) -> bool:
        """Two people of QA have rejected all of it: that alone ends a claim to a slot in time."""
        return self.leading.get("disposition") == "REJECTED"

    def instant(self, name: str) -> datetime | None:
        """An instant of the leading payload's state."""
        return _instant(self.leading.get(name))


def verdict_of(payloads: Sequence[Mapping[str, Any]]) -> Verdict:
    """Read the payloads of the overview; one that was not judged yet counts as not started."""
    return Verdict(
        condition=_worst(payloads, "condition", _CONDITIONS),
        evidence=_worst(payloads, "evidence", _EVIDENCE),
        qa_hold=any(one["qa_hold"] for one in payloads),
        disposition=max(
            (one["disposition"] for one in payloads), key=_DISPOSITIONS.index, default="NONE"
        ),
        left_label=any(map(_left_label, payloads)),
        in_label_until=_earliest(payloads, "in_label_until"),
        p10=_earliest(payloads, "viable_until_p10"),
        p50=_earliest(payloads, "viable_until_p50"),
        leading=min(payloads, key=_urgency, default={}),
    )


def doubt(verdict: Verdict, overview: ShipmentOverview) -> timedelta:
    """How much later the likely end is than the deadline, as far as no other deadline binds."""
    deadline, p50 = verdict.instant("deadline"), verdict.p50
    if deadline is None or p50 is None:
        return timedelta(0)
    known = [at for at in (p50, overview.needed_by, overview.cut_off) if at is not None]
    return max(timedelta(0), min(known) - deadline)


def _worst(payloads: Sequence[Mapping[str, Any]], name: str, scale: Sequence[str]) -> str:
    return max((one[name] or scale[0] for one in payloads), key=scale.index, default=scale[0])


def _left_label(one: Mapping[str, Any]) -> bool:
    """Whether it has been outside for certain, now or before: its record is not within limits."""
    codes = {reason["code"] for reason in (one["summary"] or {}).get("reasons", ())}
    return not codes.isdisjoint(_OUTSIDE)


def _earliest(payloads: Sequence[Mapping[str, Any]], name: str) -> datetime | None:
    known = [instant for one in payloads if (instant := _instant(one[name])) is not None]
    return min(known, default=None)


def _urgency(one: Mapping[str, Any]) -> tuple[bool, bool, float, int]:
    """Earliest latest start first; without one, the worse condition first."""
    start = _instant(one["latest_inspection_start"])
    badness = _CONDITIONS.index(one["condition"] or "NOT_STARTED")
    rejected = one["disposition"] == "REJECTED"
    return (rejected, start is None, start.timestamp() if start else 0.0, -badness)


def _instant(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
