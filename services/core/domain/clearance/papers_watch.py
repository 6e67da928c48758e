"""Alarms about papers and departments: what lapses, what is overdue, what was not kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from services.core.domain.alarm.conditions import DerivedAlarm
from services.core.domain.alarm.kinds import AlarmKind
from services.core.domain.clearance.papers.emergency import EmergencyState
from services.core.domain.clearance.papers.standing import Attached, Moment, PaperState
from services.core.domain.clearance.release import ReleaseCase
from services.core.domain.clearance.supervision.assessment import Outcome, latest_checks

OWNER = "papers"
"""Whose alarms these are, in their keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A shipment and what is watched of it. `cleared`: customs has let it go already."""

    shipment_id: str
    reference: str
    case: ReleaseCase
    moment: Moment
    took_off: bool
    cleared: bool = False
    attached: Sequence[Attached] = ()


def papers_alarms(watched: Watched) -> list[DerivedAlarm]:
    """Everything of one shipment that asks somebody to act now."""
    before_release = () if watched.cleared else (*_papers(watched), *_sign_offs(watched))
    return [
        *before_release,
        *_breaches(watched),
        *_emergency(watched),
        *_re_exports(watched),
    ]


def _papers(watched: Watched) -> Iterator[DerivedAlarm]:
    """Lapsing is told while it can still be cured; lapsed once the goods are on their way."""
    for one in watched.case.papers:
        kind = {
            PaperState.LAPSING: AlarmKind.PAPER_LAPSING,
            PaperState.LAPSED: AlarmKind.PAPER_LAPSED if watched.took_off else None,
        }.get(one.state)
        if kind is None or one.ends is None:
            continue
        need = one.need
        yield _alarm(
            watched,
            kind,
            f"{need.paper}/{need.subject}",
            one.since,
            {
                "name": one.number,
                "paper": need.paper,
                "until": one.ends.isoformat(),
                "who": need.who,
                "rule_id": need.rule_id,
            },
        )


def _sign_offs(watched: Watched) -> Iterator[DerivedAlarm]:
    for one in watched.case.sign_offs:
        if one.overdue(watched.moment.at):
            yield _alarm(
                watched,
                AlarmKind.SIGN_OFF_OVERDUE,
                one.department,
                one.due_at,
                {
                    "department": one.department.value,
                    "who": one.with_whom,
                    "until": one.due_at.isoformat(),
                },
            )


def _breaches(watched: Watched) -> Iterator[DerivedAlarm]:
    for check in latest_checks(watched.case.checks).values():
        if check.outcome is Outcome.BREACHED:
            facts = {"name": check.condition, "department": str(watched.case.lead)}
            yield _alarm(watched, AlarmKind.CONDITION_BREACHED, check.condition, check.at, facts)


def _emergency(watched: Watched) -> Iterator[DerivedAlarm]:
    found = watched.case.emergency
    if found is None or found.state is not EmergencyState.OVERDUE:
        return
    ended = _end_of(found.due_on, watched.moment)
    yield _alarm(
        watched,
        AlarmKind.EMERGENCY_PAPER_OVERDUE,
        found.basis_id,
        ended,
        {"papers": sorted(found.papers), "until": ended.isoformat()},
    )


def _re_exports(watched: Watched) -> Iterator[DerivedAlarm]:
    for one in watched.attached:
        last = one.paper.re_export_by
        if last is None or one.re_exported_at is not None:
            continue
        ended = _end_of(last, watched.moment)
        if ended <= watched.moment.at:
            facts = {"name": one.paper.number, "until": ended.isoformat()}
            subject = f"{one.paper.number}/{one.subject}"
            yield _alarm(watched, AlarmKind.RE_EXPORT_OVERDUE, subject, ended, facts)


def _end_of(day: date, moment: Moment) -> datetime:
    """The first instant after a day of the place."""
    return datetime.combine(day + timedelta(days=1), time(), moment.zone)


def _alarm(
    watched: Watched,
    kind: AlarmKind,
    what: str,
    since: datetime,
    facts: Mapping[str, Any],
) -> DerivedAlarm:
    return DerivedAlarm(
        kind=kind,
        subject=f"{watched.shipment_id}/{what}",
        began_at=since,
        facts={**facts, "shipment_reference": watched.reference, "since": since.isoformat()},
    )
