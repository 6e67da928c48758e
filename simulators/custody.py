"""In which box each bag of a run truly was, from when until when, and what the papers said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.core.domain.identifiers import BoxId
from simulators.plan import BoxPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """A bag was in this box from `begins` until `ends`."""

    box_id: BoxId
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """A payload of a run. `on_paper` is as it was entered first, right only from `righted_at` on.

    `plan` is the box that it was packed into.
    """

    plan: BoxPlan
    shipment: str
    truly: tuple[Inside, ...]
    on_paper: tuple[Inside, ...]
    righted_at: datetime | None = None

    @property
    def name(self) -> str:
        return self.plan.bag

    @property
    def begins(self) -> datetime:
        """From here on it is judged."""
        return self.truly[0].begins

    @property
    def ends(self) -> datetime:
        """It is received, or its shipment is cancelled."""
        return self.truly[-1].ends


def bags_of(plans: Sequence[BoxPlan]) -> Iterator[Bag]:
    """Every bag, the former one of a box that is used again before its next."""
    for plan in plans:
        if plan.former is not None:
            yield _bag(plan.former)
        if plan.carries:
            yield _bag(plan)


def _bag(plan: BoxPlan) -> Bag:
    packed, ends = plan.clocks.pack_closed_at, plan.journey.ends
    if plan.group.story == "cancelled" and plan.story_at is not None:
        ends = max(packed, min(ends, plan.story_at))
    truly: tuple[Inside, ...] = (Inside(box_id=plan.box_id, begins=packed, ends=ends),)
    on_paper = truly
    righted_at, other = None, plan.partner
    if plan.group.story == "swapped" and other is not None:
        on_paper = (Inside(box_id=other.box_id, begins=packed, ends=ends),)
        righted_at = plan.story_at
    if plan.group.story == "repacked" and other is not None:
        truly = on_paper = _moved(plan.box_id, other.box_id, (packed, plan.story_at, ends))
    return Bag(
        plan=plan, shipment=plan.reference, truly=truly, on_paper=on_paper, righted_at=righted_at
    )


def _moved(
    first: BoxId, second: BoxId, at: tuple[datetime, datetime | None, datetime]
) -> tuple[Inside, ...]:
    packed, moved, ends = at
    if moved is None or not packed < moved < ends:
        return (Inside(box_id=first, begins=packed, ends=ends),)
    return (
        Inside(box_id=first, begins=packed, ends=moved),
        Inside(box_id=second, begins=moved, ends=ends),
    )
