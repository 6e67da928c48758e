"""Entering rules, instruments and emergencies on data that leaves, and ending them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from services.api.acts.signing import sign_facts
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.schemas.data_policy import NewDataRule, NewEmergency, NewInstrument
from services.core.domain.errors import Invalid
from services.core.domain.governance.data_rules import OWN, read_data_rule
from services.core.domain.governance.data_standing import PAPERS_WITHIN, check_emergency
from services.core.runtime.data_rules import calendar_day
from services.core.storage.datapolicy import (
    EMERGENCY,
    INSTRUMENT,
    RULE,
    DataEntry,
    DataPolicyRepository,
)

SIGNED = f"data_{EMERGENCY}"
"""What is signed of all these, as audit trail and signatures call it."""


async def enter_rule(body: NewDataRule, act: Act) -> DataEntry:
    """Lay a rule over the lists."""
    entry_id = new_id(act.now)
    given = body.model_dump(mode="json", exclude={"reason"})
    document = {**given, "id": f"{OWN}-{str(entry_id)[-12:]}"}
    if body.persons_below is not None and body.persons_below <= body.persons_from:
        raise Invalid("the rule would hold for no number of persons", field="persons_below")
    read_data_rule(document)
    return await _enter(act, entry_id, RULE, document, None, body.reason)


async def enter_instrument(body: NewInstrument, act: Act) -> DataEntry:
    """Enter what was signed or assessed."""
    if body.valid_until < body.valid_from:
        raise Invalid("it would end before it began", field="valid_until")
    document = body.model_dump(mode="json", exclude={"reason", "organisation"})
    return await _enter(act, new_id(act.now), INSTRUMENT, document, body.organisation, body.reason)


async def declare_emergency(body: NewEmergency, act: Act) -> DataEntry:
    """Open the route: from now on, by name, with papers that are due."""
    check_emergency(act.now, body.ends_at, act.now, body.classes)
    document = {
        "classes": list(body.classes),
        "starts_at": act.now.isoformat(),
        "ends_at": body.ends_at.isoformat(),
    }
    due_on = calendar_day(act.now + PAPERS_WITHIN)
    entry = await _enter(
        act, new_id(act.now), EMERGENCY, document, body.organisation, body.reason, due_on
    )
    await _sign("declared", entry, body.reason, act)
    return entry


async def withdraw(entry_id: UUID, reason: str, act: Act) -> DataEntry:
    """It stands for nothing from now on."""
    repository = DataPolicyRepository(act.unit)
    entry = await repository.withdraw(entry_id, act.principal.principal_id, reason, act.now)
    await act.audit(
        "withdraw", (f"data_{entry.kind}", entry_id), before=entry.document, reason=reason
    )
    if entry.kind == EMERGENCY:
        await _sign("withdrawn", entry, reason, act)
    return entry


async def settle_emergency(entry_id: UUID, reference: str, act: Act) -> DataEntry:
    """Its papers have come."""
    repository = DataPolicyRepository(act.unit)
    entry = await repository.settle(entry_id, act.principal.principal_id, reference, act.now)
    await act.audit("settle", (SIGNED, entry_id), after={"reference": reference})
    await _sign("made_up", entry, reference, act)
    return entry


async def _sign(meaning: str, entry: DataEntry, reason: str, act: Act) -> None:
    """An emergency lets personal data out by somebody's name: it bears their signature."""
    await sign_facts((SIGNED, entry.entry_id), meaning, reason, {"entry": asdict(entry)}, act)


async def _enter(
    act: Act,
    entry_id: UUID,
    kind: str,
    document: Mapping[str, Any],
    organisation_id: str | None,
    reason: str,
    due_on: date | None = None,
) -> DataEntry:
    entry = DataEntry(
        entry_id=entry_id,
        kind=kind,
        document=document,
        organisation_id=organisation_id,
        reason=reason,
        entered_at=act.now,
        entered_by=act.principal.principal_id,
        due_on=due_on,
    )
    await DataPolicyRepository(act.unit).add(entry)
    await act.audit(
        "enter",
        (f"data_{kind}", entry_id),
        after={**document, "organisation": organisation_id},
        reason=reason,
    )
    return entry
