"""What people do with papers: enter, withdraw, declare, attach, take off; rules and memberships."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.api.acts.emergency import make_up_if_complete
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.schemas.papers import NewDeclaration, NewPaper, NewPaperRule, NewPaperUse
from services.core.domain.clearance.papers.paper import check_draw, check_paper
from services.core.domain.clearance.papers.rulebook import RiskClass, Rulebook, WriteOff
from services.core.domain.clearance.papers.rulebook_file import read_rule
from services.core.domain.consignment import (
    parse_air_waybill,
    parse_coi_id,
    parse_donation_number,
    parse_locode,
)
from services.core.domain.errors import Conflict, Invalid
from services.core.runtime.rulebook import shipped_rulebook
from services.core.storage.declarations import DeclarationRepository, OwnRuleRecord
from services.core.storage.papers import PaperRecord, PaperRepository, paper_of
from services.core.storage.releasecases import Clearance, ReleaseCases
from services.core.storage.shipments import ShipmentRepository
from services.core.storage.sites import SiteRepository


async def clearance_of(shipment_id: UUID, act: Act) -> Clearance:
    """How the clearance of a shipment stands now; raises NotFound."""
    own = await DeclarationRepository(act.unit).own_rules()
    return await ReleaseCases(act.unit, shipped_rulebook(), own).one(shipment_id, act.now)


async def open_clearances(limit: int, after: UUID | None, act: Act) -> list[Clearance]:
    """What is not cleared yet, in the order of its entry."""
    own = await DeclarationRepository(act.unit).own_rules()
    return await ReleaseCases(act.unit, shipped_rulebook(), own).open(limit, after, act.now)


async def enter_paper(body: NewPaper, act: Act) -> PaperRecord:
    """Enter a paper that could be one of its kind and class; raises Invalid or AlreadyExists."""
    book = shipped_rulebook()
    day = body.valid_from or act.now.date()
    risk = None if body.risk_class is None else book.risk_class(body.risk_class, day)
    values = {
        **body.model_dump(),
        "paper_id": new_id(act.now),
        "write_off": _write_off(body, risk),
        "balance": body.quantity,
        "withdrawn_at": None,
        "entered_at": act.now,
        "entered_by": act.principal.principal_id,
        "organisation_id": act.owner(None),
    }
    check_paper(paper_of(values), book.kind(body.kind, day), risk)
    found = await PaperRepository(act.unit).add(values)
    await act.audit("enter", ("paper", found.paper_id), after=body.model_dump(mode="json"))
    return found


def _write_off(body: NewPaper, risk: RiskClass | None) -> str:
    if body.write_off is not None:
        return body.write_off
    return WriteOff.BATCH if risk is None else risk.write_off


async def withdraw_paper(paper_id: UUID, reason: str, act: Act) -> PaperRecord:
    """A paper holds no longer from now on; shipments that it is attached to are told at once."""
    repository = PaperRepository(act.unit)
    await repository.get(paper_id, lock=True)
    await repository.withdraw(paper_id, act.now, act.principal.principal_id, reason)
    await act.audit("withdraw", ("paper", paper_id), reason=reason)
    return await repository.get(paper_id)


async def declare(shipment_id: UUID, body: NewDeclaration, act: Act) -> None:
    """Say what the goods are before the law; raises Invalid for what no document can say."""
    values = {**body.model_dump(), **_identifiers(body)}
    _check_known(body, shipped_rulebook(), act.now)
    author = {"declared_at": act.now, "declared_by": act.principal.principal_id}
    await DeclarationRepository(act.unit).declare({**values, **author, "shipment_id": shipment_id})
    await act.audit("declare", ("shipment", shipment_id), after=body.model_dump(mode="json"))


def _identifiers(body: NewDeclaration) -> dict[str, str | None]:
    """Each checked once, and kept in one form."""
    found: dict[str, str | None] = {}
    for name, parse in (
        ("air_waybill", parse_air_waybill),
        ("donation_number", parse_donation_number),
        ("coi_id", parse_coi_id),
        ("origin", parse_locode),
        ("destination", parse_locode),
    ):
        value = getattr(body, name)
        found[name] = None if value is None else parse(value, name)
    return found


def _check_known(body: NewDeclaration, book: Rulebook, now: datetime) -> None:
    if body.regime is not None and body.regime not in {one.regime for one in book.regimes}:
        raise Invalid(
            f"there is no regime {body.regime}",
            field="regime",
            remedy="one of " + ", ".join(sorted({one.regime for one in book.regimes})),
        )
    if body.risk_class is not None and book.risk_class(body.risk_class, now.date()) is None:
        raise Invalid(
            f"the risk class {body.risk_class} is not in today's table",
            field="risk_class",
            remedy="see /api/v1/paper-rules for the classes",
        )


async def attach(shipment_id: UUID, body: NewPaperUse, act: Act) -> None:
    """Attach a paper and draw from it; raises Conflict when nothing is left."""
    repository = PaperRepository(act.unit)
    shipment = await ShipmentRepository(act.unit).lock(shipment_id)
    found = await repository.get(body.paper_id)
    check_draw(found.paper(), body.quantity, act.now, await _zone(shipment.site_id, act))
    values: dict[str, Any] = {
        "use_id": new_id(act.now),
        "paper_id": body.paper_id,
        "shipment_id": shipment_id,
        "subject": body.subject,
        "single": found.write_off == WriteOff.SINGLE,
        "quantity": None if found.balance is None else body.quantity,
        "attached_at": act.now,
        "attached_by": act.principal.principal_id,
    }
    use = await repository.draw(values)
    drawn = None if use.quantity is None else str(use.quantity)
    after = {"paper": found.number, "kind": found.kind, "subject": use.subject, "drawn": drawn}
    await act.audit("attach", ("shipment", shipment_id), after=after)
    await make_up_if_complete(await clearance_of(shipment_id, act), act)


async def _zone(site_id: str | None, act: Act) -> Any:
    if site_id is None:
        return UTC
    return ZoneInfo((await SiteRepository(act.unit).get(site_id)).zone)


async def take_off(shipment_id: UUID, use_id: UUID, reason: str, act: Act) -> None:
    """Take a paper off, and give back what was drawn; raises Conflict once it was cleared on it."""
    repository = PaperRepository(act.unit)
    await ShipmentRepository(act.unit).lock(shipment_id)
    if (await clearance_of(shipment_id, act)).cleared:
        raise Conflict(
            "customs has cleared the shipment on its papers: they are written off",
            field="use_id",
            remedy="they stay with this shipment",
        )
    use = await repository.use(use_id, shipment_id)
    await repository.give_back(use, act.now, act.principal.principal_id, reason)
    before = {"paper_id": str(use.paper_id)}
    await act.audit("take_off", ("shipment", shipment_id), before=before, reason=reason)


async def note_re_export(shipment_id: UUID, use_id: UUID, reason: str, act: Act) -> None:
    """What came for a time has gone back."""
    repository = PaperRepository(act.unit)
    await repository.use(use_id, shipment_id)
    await repository.note_re_export(use_id, act.now, act.principal.principal_id)
    await act.audit("re_export", ("shipment", shipment_id), reason=reason)


async def enter_rule(body: NewPaperRule, act: Act) -> OwnRuleRecord:
    """Lay a rule of a sponsor or a site over the shipped ones; raises Invalid."""
    rule = read_rule(body.document)
    if not {"sponsor", "site"} & set(rule.when):
        raise Invalid(
            "an own rule is of a sponsor or of a site",
            field="document.when",
            remedy="name the sponsor or the site in `when`",
        )
    values = {
        **body.model_dump(),
        "entry_id": new_id(act.now),
        "entered_at": act.now,
        "entered_by": act.principal.principal_id,
    }
    found = await DeclarationRepository(act.unit).add_rule(values)
    subject = ("paper_rule", found.entry_id)
    await act.audit("enter", subject, after=dict(body.document), reason=body.reason)
    return found
