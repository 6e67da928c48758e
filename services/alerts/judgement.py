"""One payload judged: from its case and samples to the rows that save what follows. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.alerts import shown
from services.alerts.alarm_notice import alarm_notice
from services.alerts.history import Start, kept_verdict, revised
from services.core.domain.alarm.conditions import StoredAlarm
from services.core.domain.alarm.following import Transition, reconcile
from services.core.domain.alarm.life import Move
from services.core.domain.clearance.countback import (
    InspectionPlan,
    picking_due,
    plan_inspection,
    ranked_start,
)
from services.core.domain.telemetry import EPOCH
from services.core.domain.units import from_us, optional_from_us
from services.core.domain.viability.alarms import derive_alarms, next_alarm_change
from services.core.domain.viability.assessment import MODEL_VERSION, assess, continues, fold
from services.core.domain.viability.sample import Sample
from services.core.domain.viability.situation import Situation
from services.core.domain.viability.state import JourneyState
from services.core.domain.viability.verdict import ViabilityAssessment
from services.core.storage.alarms import AlarmOwner
from services.core.storage.assessments import NewAssessment
from services.core.storage.cases import CaseFile
from services.core.storage.judging import Subject
from services.core.storage.outbox import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is to be saved for one payload. `changed`: something that pages show is different."""

    state_row: Mapping[str, Any]
    kept: NewAssessment | None
    owner: AlarmOwner
    moves: tuple[Transition, ...]
    notices: tuple[Notice, ...]
    changed: bool
    marks: tuple[Mapping[str, Any], ...] = ()
    forget_from: datetime | None = None


def where_to_start(subject: Subject) -> Start:
    """From the checkpoint, unless it is missing, of another model, or something earlier changed."""
    stored, earliest = subject.state, subject.earliest
    through = stored.evaluated_through
    late = earliest is not None and through is not None and earliest <= through
    if stored.checkpoint is None or stored.model_version != MODEL_VERSION or late:
        return Start(state=None, late=late)
    state = JourneyState.from_document(stored.checkpoint["state"])
    return Start(state=state, late=False, is_latest=True)


def goes_on(start: Start, file: CaseFile, samples: Sequence[Sample]) -> bool:
    """Whether these samples are all that is needed; else everything must be read again."""
    return start.here is None or continues(file.case, start.here, samples)


def take_in(start: Start, file: CaseFile, samples: Sequence[Sample]) -> Start:
    """Where the fold stands after these samples, which are not all; nothing is concluded yet."""
    marks = list(start.marks)
    return replace(start, reached=fold(file.case, start.here, samples, marks), marks=tuple(marks))


def judge(
    subject: Subject,
    file: CaseFile,
    start: Start,
    found: tuple[Sequence[Sample], Sequence[StoredAlarm]],
    now: datetime,
) -> Judged:
    """Fold the samples in, conclude, bring the alarms in line, and say what is to be saved."""
    samples, alarms = found
    assessed = assess(file.case, start.here, samples, now)
    verdict, state = assessed.assessment, assessed.state
    ends = (verdict.viable_until, verdict.viable_past_label)
    viable = [until.p10 for until in ends if until is not None]
    plan = plan_inspection(file.shipment, file.times.at(file.bay), viable, now)
    told = shown.told(verdict)
    situation = _situation(file, plan, state, told)
    moves = reconcile(
        file.payload_id, alarms, derive_alarms(file.case, verdict, situation, now), now
    )
    view = {
        # Kept by the minutes of the site: who shows them takes those of the bay, booked or best.
        **shown.columns(verdict, plan.leaving(file.bay)),
        "ranked_start": _ranked_start(subject.state.shown.get("ranked_start"), plan, file, now),
        "last_reading": shown.last_reading(
            file.case, state, revised=revised(subject, start), before=subject.state.shown, now=now
        ),
        "summary": shown.summary(verdict, state),
    }
    changed = _differs(subject.state.shown, view) or bool(moves)
    revision = subject.state.revision + (1 if changed else 0)
    owner = _owner(file)
    return Judged(
        state_row={
            **view,
            "payload_id": file.payload_id,
            "checkpoint": {"state": state.to_document(), "told": told},
            "model_version": MODEL_VERSION,
            "evaluated_through": optional_from_us(state.heard_us),
            "next_change_at": _next_change(verdict, situation, file, now),
            "as_of": now,
            "revision": revision,
        },
        kept=kept_verdict(subject, start, verdict, view, told) if changed else None,
        owner=owner,
        moves=tuple(moves),
        marks=_marks(file, (*start.marks, *assessed.marks)),
        forget_from=_forget_from(file, start),
        notices=tuple(_notice(file, move) for move in moves if _is_told(move)),
        changed=changed,
    )


def _ranked_start(
    before: datetime | None, plan: InspectionPlan, file: CaseFile, now: datetime
) -> datetime | None:
    """By the minutes of the site, too; whether it is in time still is told by those of the bay."""
    longer = file.bay.longer
    ranked = ranked_start(None if before is None else before - longer, plan, now)
    return None if ranked is None else ranked + longer


def _marks(file: CaseFile, marks: Sequence[JourneyState]) -> tuple[Mapping[str, Any], ...]:
    """Checkpoints to keep; none once the journey is over."""
    if not file.shipment.judged:
        return ()
    return tuple(
        {
            "payload_id": file.payload_id,
            "through": optional_from_us(mark.heard_us),
            "model_version": MODEL_VERSION,
            "state": mark.to_document(),
        }
        for mark in marks
    )


def _forget_from(file: CaseFile, start: Start) -> datetime | None:
    """Checkpoints from this instant on hold something that has changed, or serve no more."""
    if start.state is None or not file.shipment.judged:
        return EPOCH
    return None if start.is_latest else from_us((start.state.heard_us or 0) + 1)


def _situation(
    file: CaseFile, plan: InspectionPlan, state: JourneyState, told: Mapping[str, Any]
) -> Situation:
    stay, decided = file.current_stay, file.decided
    overtaken = decided is not None and decided.seen != _decided_on(told)
    given_up = decided is not None and decided.rejected and not overtaken
    return Situation(
        plan=plan,
        needs_slot=_needs_slot(file) and not given_up,
        slot_from=None if given_up else file.slot_from,
        box_id=None if stay is None else stay.box_id,
        site_id=file.shipment.site_id,
        inspection=file.inspection,
        conflicts=file.conflicts,
        picking_due_at=_picking_due(file),
        overtaken_at=decided.at if decided is not None and overtaken else None,
        state=state,
    )


def _needs_slot(file: CaseFile) -> bool:
    """It is to be inspected at a site, has no appointment, and nobody has looked at it for good."""
    looked = file.inspection is not None and file.inspection.settled
    return file.shipment.site_id is not None and not file.booked and not looked


def _picking_due(file: CaseFile) -> datetime | None:
    """None once it is picked, or under inspection, or when no site inspects it."""
    if file.picked or file.inspection is not None or file.shipment.site_id is None:
        return None
    return picking_due(file.shipment, file.times)


def _decided_on(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a decision of QA rests on, as the decision keeps it: others than these overtake it."""
    return {
        "excursions": [stay[:2] for stay in told["excursions"]],
        "broken": list(told["broken"]),
    }


def _owner(file: CaseFile) -> AlarmOwner:
    stay = file.current_stay
    return AlarmOwner(
        payload_id=file.payload_id,
        shipment_id=file.shipment.shipment_id,
        box_no=None if stay is None else stay.box_no,
    )


def _next_change(
    verdict: ViabilityAssessment, situation: Situation, file: CaseFile, now: datetime
) -> datetime | None:
    """The next instant at which verdict or alarms change by themselves; none once it is over."""
    if not file.shipment.judged:
        return None
    instants = (verdict.next_change_at, next_alarm_change(file.case, verdict, situation, now))
    return min((i for i in instants if i is not None and i > now), default=None)


def _differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return any(
        _still(after[name]) != _still(before[name]) if name == "summary" else
        after[name] != before[name]
        for name in after
    )  # fmt: skip


def _still(summary: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in summary.items() if name not in shown.MOVING}


def _is_told(move: Transition) -> bool:
    """Also that an alarm was none, if it was told."""
    return move.calls or (move.move is Move.WITHDRAWN and not move.alarm.suppressed)


def _notice(file: CaseFile, move: Transition) -> Notice:
    alarm, stay = move.alarm, file.current_stay
    ended = alarm.returned_at.isoformat() if alarm.returned_at else ""
    return alarm_notice(
        move,
        f"{alarm.raised_at.isoformat()}:{ended}",
        reference=file.reference,
        box_id=None if stay is None else stay.box_id,
    )
