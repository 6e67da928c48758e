"""Which verdicts are kept for the history, and why each is another one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.core.domain.clearance.countback import InspectionPlan, moved_little
from services.core.domain.units import optional_from_us
from services.core.domain.viability.assessment import MODEL_VERSION
from services.core.domain.viability.state import JourneyState
from services.core.domain.viability.verdict import ViabilityAssessment
from services.core.storage.assessments import BECAUSE_LATE, NewAssessment
from services.core.storage.judging import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where the fold begins: at a checkpoint, or (`state` None) at the start, and why.

    `is_latest`: the checkpoint is the payload's own; else it is an earlier one. `reached`: the
    state after slices that were taken in since, from which the fold goes on; `marks`: checkpoints
    passed on the way there.
    """

    state: JourneyState | None
    late: bool
    is_latest: bool = False
    reached: JourneyState | None = None
    marks: tuple[JourneyState, ...] = ()

    @property
    def here(self) -> JourneyState | None:
        """The state that what comes next must continue."""
        return self.state if self.reached is None else self.reached

    @property
    def after(self) -> datetime | None:
        """Only samples later than this are needed."""
        return None if self.here is None else optional_from_us(self.here.heard_us)


def revised(subject: Subject, start: Start) -> bool:
    """Whether late readings set the verdict right."""
    return start.late and "readings" in subject.reasons


def kept_verdict(
    subject: Subject,
    start: Start,
    verdict: ViabilityAssessment,
    view: Mapping[str, Any],
    told: Mapping[str, Any],
) -> NewAssessment | None:
    """The verdict for the history, when it is another one than was kept last."""
    before = (subject.state.checkpoint or {}).get("told")
    if before is not None and _same_verdict(before, told, view, verdict.as_of):
        return None
    state = subject.state
    return NewAssessment(
        payload_id=state.payload_id,
        revision=state.revision + 1,
        reason=_reason(subject, start, first=before is None),
        as_of=verdict.as_of,
        recorded_at=verdict.as_of,
        model_version=MODEL_VERSION,
        inputs_hash=verdict.inputs_hash,
        body={**view, "told": dict(told)},
    )


def _same_verdict(
    before: Mapping[str, Any], after: Mapping[str, Any], view: Mapping[str, Any], now: datetime
) -> bool:
    """Equal but for a deadline that moved little: 10 min, or a tenth of a slack below two hours."""
    if any(before.get(name) != after[name] for name in after if name != "viable_until_p10"):
        return False
    old, new = before.get("viable_until_p10"), after["viable_until_p10"]
    if old is None or new is None:
        return bool(old == new)
    plan = InspectionPlan(latest_start=view["latest_inspection_start"], ready_at=view["ready_at"])
    return moved_little(datetime.fromisoformat(old), datetime.fromisoformat(new), plan.slack(now))


def _reason(subject: Subject, start: Start, *, first: bool) -> str:
    """Why there is another verdict; one that is set right says because of what, and from when."""
    if first:
        return "first verdict"
    if revised(subject, start) and subject.earliest is not None:
        return f"{BECAUSE_LATE}{subject.earliest.isoformat()}"
    if subject.state.model_version != MODEL_VERSION:
        return f"revised because of model version {MODEL_VERSION}"
    changes = [one for one in subject.reasons if one not in ("readings", "key_conflict")]
    if changes and subject.earliest is not None:
        return f"revised because of {', '.join(changes)} from {subject.earliest.isoformat()}"
    return ", ".join(subject.reasons) or "time has passed"
