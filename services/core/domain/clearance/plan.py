"""The slot plan: shipments are given slots at the least expected loss, within the rules.

Expected loss is the sum of the probabilities that each shipment's viability (or a fixed deadline)
has passed when its inspection is over and what follows it is done. What no slot can save is
planned in a second round, on the slots the first leaves: it never takes one from those who can be
saved, and keeps its booking. A plan proposes; people confirm, move or override.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from services.core.domain.clearance.plan_parts import (
    PlanRules,
    PlanShipment,
    PlanSlot,
    Proposal,
)
from services.core.domain.clearance.plan_proposals import (
    Context,
    kept_as_it_is,
    placed,
    to_people,
)
from services.core.domain.clearance.plan_rounds import Round, Worked, outcomes, two_rounds, work_out
from services.core.domain.clearance.plan_standing import Hold, hold
from services.core.domain.clearance.plan_table import Bools, Ints
from services.core.domain.errors import Invalid

_NO_RULES = PlanRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Proposals in the order of the shipments' keys.

    `cost` is what was minimised, in lost shipments, moves and waiting included; `expected_loss`
    the losses alone. `exact`: proven to be the least cost.
    """

    made_at: datetime
    proposals: tuple[Proposal, ...]
    expected_loss: float
    cost: float
    exact: bool
    worked: Worked = field(repr=False, compare=False)


def plan(
    shipments: Sequence[PlanShipment],
    slots: Sequence[PlanSlot],
    now: datetime,
    rules: PlanRules = _NO_RULES,
    previous: Plan | None = None,
) -> Plan:
    """Propose a slot for each shipment.

    With `previous`, what did not change is not computed again, and a proposal that was not yet
    answered changes only for a gain worth a change of mind. Raises Invalid on a key given twice.
    """
    ordered = tuple(sorted(shipments, key=lambda shipment: shipment.key))
    if len({shipment.key for shipment in ordered}) < len(ordered):
        raise Invalid("a shipment is given twice", field="shipments", remedy="give each key once")
    worked = work_out(ordered, tuple(slots), rules, previous.worked if previous else None)
    holds = [hold(shipment, worked.cells, now, rules) for shipment in ordered]
    last = _last(worked, previous)
    rounds = two_rounds(worked, holds, _recalled(worked, last), now)
    return _put_into_words(worked, holds, rounds, Context(now=now, rules=rules, last=last))


def _last(worked: Worked, previous: Plan | None) -> dict[str, Proposal]:
    """What was last proposed to shipments that have no booking and have not changed since."""
    if previous is None or previous.worked.rules != worked.rules:
        return {}
    before = {shipment.key: shipment for shipment in previous.worked.shipments}
    same = {s.key for s in worked.shipments if s.booking is None and before.get(s.key) == s}
    return {found.shipment: found for found in previous.proposals if found.shipment in same}


def _recalled(worked: Worked, last: dict[str, Proposal]) -> tuple[Ints, Bools]:
    """The first cells last proposed, and who is as it was then."""
    place = worked.cells.place
    pending = [
        place.get((slot.bay_id, slot.place, slot.start), -1)
        if (found := last.get(shipment.key)) is not None and (slot := found.slot) is not None
        else -1
        for shipment in worked.shipments
    ]
    seen = [shipment.key in last for shipment in worked.shipments]
    return np.array(pending, dtype=np.int64), np.array(seen, dtype=np.bool_)


def _put_into_words(
    worked: Worked, holds: Sequence[Hold], rounds: tuple[Round, Round], context: Context
) -> Plan:
    chosen = np.full(len(holds), -1, dtype=np.int64)
    for one in rounds:
        chosen[one.rows] = one.chosen
    meant = outcomes(worked, chosen)
    proposals = []
    for row, (shipment, first) in enumerate(zip(worked.shipments, chosen.tolist(), strict=True)):
        settled = holds[row].settled
        if settled is not None and shipment.booking is not None:
            proposals.append(kept_as_it_is(shipment, shipment.booking, settled, context))
        elif first >= 0:
            slot = worked.cells.slots[first]
            proposals.append(placed(shipment, holds[row], slot, meant[row], context))
        else:
            proposals.append(to_people(shipment, holds[row], context))
    return Plan(
        made_at=context.now,
        proposals=tuple(proposals),
        expected_loss=sum(proposal.loss for proposal in proposals),
        cost=sum(one.cost for one in rounds),
        exact=all(one.exact for one in rounds),
        worked=worked,
    )
