"""One look at a state at an instant: what all parts of a conclusion share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.core.domain.shipment import NO_SILENCE, ExpectedSilence, SilenceKind, judge_silence
from services.core.domain.units import HOUR_US, optional_from_us
from services.core.domain.viability.case import Case
from services.core.domain.viability.excursions import excursions_of
from services.core.domain.viability.forecast import Outlook, outlook
from services.core.domain.viability.rules import FoldRules
from services.core.domain.viability.state import JourneyState
from services.core.domain.viability.stuck import stuck_since
from services.core.domain.viability.verdict import Excursion


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One look at a state: everything the parts of a conclusion share.

    `at` is the instant judged: now, or the receipt when that has passed. `open_gap` is the time
    since the last judged reading when it is longer than the profile allows, else zero; of a probe
    that is stuck, since its value stands still.
    """

    case: Case
    state: JourneyState
    rules: FoldRules
    now: datetime
    at: datetime
    open_gap: timedelta
    silence: ExpectedSilence
    outlook: Outlook | None
    stuck_since: datetime | None
    excursions: tuple[Excursion, ...]

    @property
    def under_way(self) -> bool:
        received_at = self.case.clocks.received_at
        return received_at is None or self.now < received_at


def look(case: Case, state: JourneyState, rules: FoldRules, begin: datetime, now: datetime) -> View:
    received_at = case.clocks.received_at
    at = now if received_at is None else min(now, received_at)
    stuck_us = stuck_since(state.flicker, state.at_us)
    since = optional_from_us(state.at_us if stuck_us is None else stuck_us) or begin
    open_gap = at - since if at - since > case.profile.max_gap else timedelta(0)
    return View(
        case=case,
        state=state,
        rules=rules,
        now=now,
        at=at,
        open_gap=open_gap,
        silence=_silence(case, state, begin, now),
        outlook=outlook(
            state,
            case.profile.value("trend_noise_k"),
            since,
            silent=open_gap > timedelta(0),
            settling=_settling(state, rules),
        ),
        stuck_since=optional_from_us(stuck_us),
        excursions=excursions_of(state, rules, at),
    )


def _settling(state: JourneyState, rules: FoldRules) -> bool:
    """Whether probe and payload may still follow one another after a move to another box."""
    moved_us, at_us = state.moved_us, state.at_us
    return moved_us is not None and at_us is not None and at_us - moved_us < rules.tau_h * HOUR_US


def overdue_at(case: Case, begin: datetime) -> datetime:
    """When silence becomes an alarm: after the last contact, or since we have been listening."""
    contact = case.contact
    since = contact.last_heard_at or begin
    if contact.listening_since is not None:
        since = max(since, contact.listening_since)
    return since + contact.overdue_after


def _silence(case: Case, state: JourneyState, begin: datetime, now: datetime) -> ExpectedSilence:
    """What the silence means: of the box, or of its log when only old readings have come lately.

    Planned silence is known at once; any other counts when the box itself is overdue.
    """
    received_at = case.clocks.received_at
    overdue = now >= overdue_at(case, begin)
    newest = optional_from_us(state.heard_us) or begin
    quiet = overdue or now - newest > case.profile.max_gap
    if not quiet or (received_at is not None and now >= received_at):
        return NO_SILENCE
    since = (case.contact.last_heard_at or begin) if overdue else newest
    found = judge_silence(case.legs, since, optional_from_us(state.radio_off_us), now)
    return found if overdue or found.kind is SilenceKind.PLANNED else NO_SILENCE
