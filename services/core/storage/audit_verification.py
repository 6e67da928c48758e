"""Checks the whole audit trail: the chain, its anchors, and each signature with what it signed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.core.domain.governance.audit import AuditKeys, as_instant
from services.core.domain.governance.audit_anchor import Anchor
from services.core.domain.governance.audit_check import ChainCheck, Fault, Finding
from services.core.storage.audit_chain import AuditChain
from services.core.storage.database import UnitOfWork

_TOLD_EVERY = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was checked, and what is wrong: the first of each kind; nothing when all holds."""

    entries: int
    head: bytes
    anchors: int
    anchored_entries: int
    last_anchor_at: datetime | None
    unproven: int
    signatures: int
    clock_steps: Sequence[tuple[int, float]]
    findings: Sequence[Finding]


async def verify_audit(
    unit: UnitOfWork,
    keys: AuditKeys,
    anchors: Sequence[Anchor],
    progress: Callable[[int], None] = lambda _: None,
    heads: Sequence[Anchor] = (),
) -> Verification:
    """Read everything once; `progress` is told how many entries have been read."""
    chain = AuditChain(unit)
    check = ChainCheck(keys=keys, anchors=anchors, heads=heads)
    found = [check.bad_anchor(), await _walk(chain, check, progress), await _loose(chain)]
    count, wrong = await _signatures(chain)
    found.append(wrong)
    return Verification(
        entries=check.position,
        head=check.head,
        anchors=len(anchors) + len(heads),
        anchored_entries=max((one.entries for one in (*anchors, *heads)), default=0),
        last_anchor_at=max((one.at for one in anchors), default=None),
        unproven=check.unproven,
        signatures=count,
        clock_steps=tuple(check.steps),
        findings=tuple(one for one in found if one is not None),
    )


async def _walk(
    chain: AuditChain, check: ChainCheck, progress: Callable[[int], None]
) -> Finding | None:
    async for place in chain.places():
        finding = check.take(place)
        if finding is not None:
            return finding
        if check.position % _TOLD_EVERY == 0:
            progress(check.position)
    return check.end()


async def _loose(chain: AuditChain) -> Finding | None:
    entry_id = await chain.loose()
    if entry_id is None:
        return None
    return Finding(
        fault=Fault.INSERTED, entry_id=entry_id, detail="the entry has no place in the chain"
    )


async def _signatures(chain: AuditChain) -> tuple[int, Finding | None]:
    count = 0
    async for row in chain.signatures():
        count += 1
        wrong = _wrong_signature(row)
        if wrong is not None:
            what = f"signature {row['signature_id']} of {row['entity']} {row['entity_id']}: {wrong}"
            return count, Finding(fault=Fault.SIGNATURE, entry_id=row["audit_id"], detail=what)
    missing = await chain.entry_without_signature()
    if missing is None:
        return count, None
    detail = "the signature that the entry tells of is missing"
    return count, Finding(fault=Fault.SIGNATURE, entry_id=missing, detail=detail)


def _wrong_signature(row: Mapping[str, Any]) -> str | None:
    record = row["record"]
    if record is None or hashlib.sha256(bytes(record)).digest() != bytes(row["sha256"]):
        return "the record is not what was signed"
    if row["audit_id"] is None:
        return "no audit entry tells of it"
    if row["audited"] != told_of(row):
        return "it is not what its audit entry says"
    return None


def told_of(signed: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit entry of a signature says of it."""
    return {
        "entity": signed["entity"],
        "entity_id": signed["entity_id"],
        "meaning": signed["meaning"],
        "principal_id": signed["principal_id"],
        "signed_at": as_instant(signed["signed_at"]),
        "sha256": bytes(signed["sha256"]).hex(),
        "reason": signed["reason"],
    }
