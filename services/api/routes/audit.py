"""The audit trail: who did what, and whether it still stands as it was written."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from services.api import paging
from services.api.anchoring import head_notice
from services.api.answers import as_json
from services.api.dependencies import ActDep, CursorText, Limit, OnceDep, PartsDep
from services.api.errors import problem_responses
from services.api.identifiers import new_id
from services.api.rates import limit_exports
from services.api.schemas.audit import (
    AuditEntryOut,
    AuditFinding,
    AuditHead,
    AuditVerification,
    ClockStep,
    Purpose,
)
from services.api.schemas.base import Instant, Page, Word
from services.core.domain.errors import Conflict
from services.core.domain.governance.audit import AuditKeys, as_instant
from services.core.domain.governance.reach import installation
from services.core.storage.audit import AuditFilter, AuditRepository, StoredEntry
from services.core.storage.audit_chain import AuditChain
from services.core.storage.audit_verification import Verification, verify_audit
from services.core.storage.outbox import Outbox

router = APIRouter(prefix="/audit", tags=["audit"])


def _out(stored: StoredEntry) -> AuditEntryOut:
    entry = stored.entry
    return AuditEntryOut(
        id=stored.id,
        **{name: getattr(entry, name) for name in entry.__slots__},
        position=stored.position,
        sealed_at=stored.sealed_at,
        hash=None if stored.hash is None else stored.hash.hex(),
    )


@router.get(
    "",
    response_model=Page[AuditEntryOut],
    operation_id="list_audit_entries",
    summary="List audit entries, newest first",
    responses=problem_responses(400, 422, 429),
)
async def list_audit_entries(
    act: ActDep,
    parts: PartsDep,
    entity: Annotated[Word | None, Query(description="Only those on this kind of thing.")] = None,
    entity_id: Annotated[Word | None, Query(description="Only those on this one.")] = None,
    principal: Annotated[Word | None, Query(description="Only those of this person.")] = None,
    action: Annotated[Word | None, Query(description="Only acts of this name.")] = None,
    since: Annotated[Instant | None, Query(description="Only those from then on.")] = None,
    until: Annotated[Instant | None, Query(description="Only those before then.")] = None,
    purpose: Annotated[Purpose, Query(description="What the entry says that this makes.")] = "read",
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """Reading the trail is itself an act: each answer leaves an entry that says what was asked."""
    if purpose == "export" and cursor is None:
        await limit_exports(parts, act.principal)
    wanted = AuditFilter(
        entity=entity,
        entity_id=entity_id,
        principal_id=principal,
        action=action,
        since=since,
        until=until,
    )
    before = paging.number(cursor)
    found = await AuditRepository(act.unit).page(wanted, limit + 1, before)
    shown, more = found[:limit], len(found) > limit
    await act.audit(
        purpose, ("audit", "entries"), after={**_told(wanted), "before": before, "n": len(shown)}
    )
    page = Page[AuditEntryOut](
        items=[_out(one) for one in shown],
        next_cursor=paging.cursor_for(shown[-1].id) if more else None,
    )
    return as_json(page)


def _told(wanted: AuditFilter) -> dict[str, Any]:
    """The filter as the entry says it."""
    values = {name: getattr(wanted, name) for name in wanted.__slots__}
    instants = {
        name: as_instant(value)
        for name in ("since", "until")
        if (value := values.pop(name)) is not None
    }
    return {name: value for name, value in values.items() if value is not None} | instants


@router.get(
    "/verification",
    response_model=AuditVerification,
    operation_id="get_audit_verification",
    summary="Check the chain of audit entries and the signatures",
)
async def get_audit_verification(act: ActDep, parts: PartsDep) -> Response:
    """Reads every entry; the check leaves one too. `coldlane audit verify` does it elsewhere."""
    folder = parts.audit_folder
    keys = folder.keys() if folder else AuditKeys()
    anchors = folder.anchors() if folder else ()
    async with parts.database.unit_of_work(installation(act.now)) as unit:
        found = await verify_audit(unit, keys, anchors)
    faults = [one.fault.value for one in found.findings]
    await act.audit(
        "verify", ("audit", "chain"), after={"entries": found.entries, "faults": faults}
    )
    return as_json(_verification(found, keys, act))


@router.post(
    "/head",
    response_model=AuditHead,
    status_code=202,
    operation_id="take_audit_head",
    summary="Tell QA now how far the trail has come",
    responses=problem_responses(409, 422),
)
async def post_head(act: ActDep, parts: PartsDep, once: OnceDep) -> Response:
    """By every channel that reaches them, within seconds; once a day it is told anyway."""
    async with parts.database.unit_of_work(installation(act.now)) as unit:
        head = await AuditChain(unit).head()
    if head is None:
        raise Conflict("there is no entry yet")
    notice = head_notice(head, str(new_id(act.now)))
    await Outbox(act.unit).put([notice], act.now)
    told = {"entries": head.position, "hash": head.hash.hex()}
    await act.audit("tell", ("audit", "chain"), after=told)
    answer = AuditHead.model_validate({**told, "taken_at": head.now, "notice_id": notice.id})
    await once.keep(202, answer)
    return as_json(answer, status=202)


def _verification(found: Verification, keys: AuditKeys, act: ActDep) -> AuditVerification:
    return AuditVerification(
        ok=not found.findings,
        checked_at=act.now,
        entries=found.entries,
        head=found.head.hex(),
        anchors=found.anchors,
        anchored_entries=found.anchored_entries,
        last_anchor_at=found.last_anchor_at,
        keyed=bool(keys.keys),
        unproven=found.unproven,
        signatures=found.signatures,
        clock_steps=[ClockStep(position=place, seconds=gap) for place, gap in found.clock_steps],
        findings=[
            AuditFinding(
                fault=one.fault.value,
                detail=one.detail,
                position=one.position,
                entry_id=one.entry_id,
            )
            for one in found.findings
        ],
    )
