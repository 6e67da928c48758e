"""Who asks from abroad, what the policy says to them, and the record of what left."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from services.api.guards import Principal
from services.api.leaving import Border, HeldBack, Passage
from services.api.parts import Parts
from services.api.refusals import HttpRefusal
from services.core.domain.governance.data_class import EVERY_CLASS, DataClass
from services.core.domain.governance.data_policy import COUNTED, DataPolicy
from services.core.domain.governance.data_rules import Purpose
from services.core.domain.governance.data_standing import read_standing
from services.core.domain.governance.data_transfer import (
    Exporter,
    Recipient,
    Ruling,
    Transfer,
    passing,
    strictest,
    unknown_field,
)
from services.core.domain.governance.reach import installation
from services.core.runtime.data_rules import calendar_day, shipped_data_rules
from services.core.storage.database import UnitOfWork
from services.core.storage.datapolicy import DataPolicyRepository, NewDecision


async def border_of(
    unit: UnitOfWork,
    recipient: Recipient,
    purpose: Purpose,
    now: datetime,
    exporter: str | None = None,
) -> Border:
    """What holds for this recipient at this moment, one more person counted in."""
    repository = DataPolicyRepository(unit)
    entries = await repository.in_force(recipient.organisation_id)
    standing = read_standing([(one.kind, one.document) for one in entries])
    day = calendar_day(now)
    counts = await repository.counts(day.year)
    policy = DataPolicy(shipped=shipped_data_rules(), own=standing.rules)
    transfer = Transfer(
        recipient=recipient,
        purpose=purpose,
        now=now,
        day=day,
        exporter=Exporter.under(await repository.lists_of(exporter)),
        instruments=standing.instruments,
        emergencies=standing.emergencies,
    )
    persons = {one: counts.get(one, 0) + 1 for one in COUNTED}
    return Border(
        policy=policy,
        transfer=transfer,
        rulings=policy.rule_all(EVERY_CLASS, persons, transfer),
    )


async def passage_of(parts: Parts, principal: Principal) -> Passage | None:
    """The way of answers to this principal; none when it is not abroad."""
    if not principal.abroad:
        return None
    now = parts.clock.now()
    recipient = Recipient(
        organisation_id=principal.organisation_id or "", country=principal.country
    )
    async with parts.database.unit_of_work(installation(now)) as unit:
        border = await border_of(unit, recipient, Purpose.READING, now)
    return Passage(passes=passing(border.rulings), border=border)


async def settle(parts: Parts, passage: Passage, principal: Principal, about: str) -> None:
    """Count, decide and write down, before the answer leaves; raises HttpRefusal."""
    now = parts.clock.now()
    try:
        async with parts.database.unit_of_work(installation(now)) as unit:
            ruling, counts = await _decide(DataPolicyRepository(unit), passage, about, now)
            if not ruling.passes:
                raise HeldBack(ruling)  # takes the counted persons back
            await DataPolicyRepository(unit).keep(
                decision_on(passage, principal, about, ruling, counts, now)
            )
    except HeldBack as held:
        await write_down(parts, passage, principal, about, held.ruling)
        raise refusal(held.ruling, parts) from None


async def write_down(
    parts: Parts, passage: Passage, principal: Principal, about: str, ruling: Ruling
) -> None:
    """Keep a refusal: nothing left, nobody is counted."""
    now = parts.clock.now()
    async with parts.database.unit_of_work(installation(now)) as unit:
        decision = decision_on(passage, principal, about, ruling, {}, now)
        await DataPolicyRepository(unit).keep(decision)


async def share_at_border(parts: Parts, principal: Principal, organisation_id: str) -> None:
    """A shipment is to be shared: with somebody abroad as much of it as may be read there.

    Raises HttpRefusal when that is nothing.
    """
    now = parts.clock.now()
    async with parts.database.unit_of_work(installation(now)) as unit:
        country = await DataPolicyRepository(unit).country_of(organisation_id)
        recipient = Recipient(organisation_id=organisation_id, country=country)
        if country in (None, shipped_data_rules().home):
            return
        exporter = principal.organisation_id
        border = await border_of(unit, recipient, Purpose.SHARING, now, exporter)
        held = [one.value for one, ruling in border.rulings.items() if not ruling.passes]
        ruling = border.rulings[DataClass.NONE]
        await DataPolicyRepository(unit).keep(
            NewDecision(
                at=now,
                principal_id=principal.principal_id,
                organisation_id=organisation_id,
                country=country,
                purpose=Purpose.SHARING.value,
                about="POST /shipments/{shipment_id}/grants",
                classes=[DataClass.NONE.value],
                held_back=held,
                persons={},
                rule_id=ruling.rule_id,
                outcome=ruling.outcome.value,
                passed=ruling.passes,
                words=ruling.words,
            )
        )
    if not ruling.passes:
        raise refusal(ruling, parts)


def refusal(ruling: Ruling, parts: Parts) -> HttpRefusal:
    """What is held back, why, and whom to ask."""
    what = "this" if ruling.data_class is None else f"{ruling.data_class} data"
    return HttpRefusal(
        403,
        f"{what} does not leave the country: {ruling.words} (rule {ruling.rule_id})",
        field="data_policy",
        remedy=f"ask {parts.data_contact}; when lives are in danger they can open an emergency"
        " route: docs/how-to/data-policy.md",
    )


async def _decide(
    repository: DataPolicyRepository, passage: Passage, about: str, now: datetime
) -> tuple[Ruling, dict[DataClass, int]]:
    if passage.border is None or not passage.examined:
        return unknown_field(about), {}
    counts = await repository.count(calendar_day(now).year, passage.persons, now)
    transfer = passage.border.transfer
    if passage.purpose is not transfer.purpose:
        transfer = Transfer(
            recipient=transfer.recipient,
            purpose=passage.purpose,
            now=now,
            day=transfer.day,
            exporter=transfer.exporter,
            instruments=transfer.instruments,
            emergencies=transfer.emergencies,
        )
    classes = passage.shown or {DataClass.NONE}
    rulings = passage.border.policy.rule_all(classes, counts, transfer)
    return strictest(rulings.values()), counts


def decision_on(
    passage: Passage,
    principal: Principal,
    about: str,
    ruling: Ruling,
    counts: dict[DataClass, int],
    now: datetime,
) -> NewDecision:
    """The record of what was decided; the same again on one day is one, but where persons left."""
    held, shown = sorted(passage.held), sorted(passage.shown)
    said = [calendar_day(now).isoformat(), principal.principal_id, about, ruling.rule_id, held]
    once = None
    if not passage.persons:
        once = hashlib.sha256(json.dumps([*said, shown]).encode()).hexdigest()
    return NewDecision(
        at=now,
        principal_id=principal.principal_id,
        organisation_id=principal.organisation_id,
        country=principal.country,
        purpose=passage.purpose.value,
        about=about,
        classes=[one.value for one in shown],
        held_back=held,
        persons={one.value: counts[one] for one in passage.persons if one in counts},
        rule_id=ruling.rule_id,
        outcome=ruling.outcome.value,
        passed=ruling.passes,
        words=ruling.words,
        once=once,
    )
