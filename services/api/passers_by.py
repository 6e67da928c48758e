"""What whoever holds a link may see: nobody knows where they are, so they are abroad."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from services.api.guards import Principal
from services.api.leaving import Passage, leave
from services.api.passages import border_of, decision_on
from services.api.schemas.base import Answer
from services.core.domain.governance.data_class import NOTHING_OF_PEOPLE, DataClass
from services.core.domain.governance.data_rules import Purpose
from services.core.domain.governance.data_transfer import Recipient, Ruling, passing
from services.core.runtime.data_rules import field_classes
from services.core.storage.database import UnitOfWork
from services.core.storage.datapolicy import DataPolicyRepository

Shown = TypeVar("Shown", bound=Answer)

HOLDER = Principal(
    principal_id="link-holder",
    kind="person",
    name="Whoever holds a link",
    source="link",
    country=None,
    abroad=True,
)


async def show_by_link(unit: UnitOfWork, answer: Shown, about: str, now: datetime) -> Shown | None:
    """The answer without what tells of people; None when not even the rest may leave.

    Never more than that, whatever instrument stands: with whom would it?
    """
    passage, ruling = await _passage(unit, now)
    shown = leave(answer, passage) if ruling.passes else None
    await _keep(unit, passage, about, ruling, now)
    return shown


async def tell_by_link(
    unit: UnitOfWork, name: str, document: Mapping[str, Any], about: str, now: datetime
) -> dict[str, Any] | None:
    """The same for a document without a schema; `name` is that of its classes."""
    passage, ruling = await _passage(unit, now)
    kept: dict[str, Any] | None = None
    if ruling.passes:
        kept, held = field_classes().split(name, document, passage.passes)
        passage.shown.add(DataClass.NONE)
        passage.held.update(f"{name}.{one}" for one in held)
    await _keep(unit, passage, about, ruling, now)
    return kept


async def _passage(unit: UnitOfWork, now: datetime) -> tuple[Passage, Ruling]:
    recipient = Recipient(organisation_id="", country=HOLDER.country)
    border = await border_of(unit, recipient, Purpose.SHARING, now)
    passes = passing(border.rulings) & NOTHING_OF_PEOPLE
    passage = Passage(passes=passes, border=border, purpose=Purpose.SHARING)
    return passage, border.rulings[DataClass.NONE]


async def _keep(
    unit: UnitOfWork, passage: Passage, about: str, ruling: Ruling, now: datetime
) -> None:
    decision = decision_on(passage, HOLDER, about, ruling, {}, now)
    await DataPolicyRepository(unit).keep(decision)
