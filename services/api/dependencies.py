"""What routes ask for by type: one transaction per request, who acts, and when."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request

from services.api.access import principal_of
from services.api.guards import Principal
from services.api.leaving import as_kept, leave_file
from services.api.parts import Parts
from services.api.refusals import HttpRefusal, Replay
from services.api.schemas.base import Answer
from services.api.unaudited import tell_unaudited
from services.core.domain.governance.data_class import DataClass
from services.core.domain.governance.data_rules import Purpose
from services.core.domain.governance.reach import installation
from services.core.runtime.clock import Clock
from services.core.storage.audit import AuditEntry, AuditRepository
from services.core.storage.constraints import reachable
from services.core.storage.database import Channel, UnitOfWork
from services.core.storage.idempotency import IdempotencyRepository, KeptAnswer


def parts_of(request: Request) -> Parts:
    """What this API stands on."""
    parts: Parts = request.app.state.parts
    return parts


def clock_of(parts: PartsDep) -> Clock:
    """The clock of this process."""
    return parts.clock


async def unit_of_work(
    request: Request, parts: PartsDep, principal: PrincipalDep
) -> AsyncIterator[UnitOfWork]:
    """One transaction: committed before the answer leaves, rolled back on any error.

    It sees what its principal may see, whatever the statements in it ask for.
    """
    with reachable():
        async with parts.database.unit_of_work(principal.reach(parts.clock.now())) as unit:
            yield unit
            tell_unaudited(request, audited=unit.audited)


async def open_unit_of_work(parts: PartsDep) -> AsyncIterator[UnitOfWork]:
    """A transaction for somebody without a name, who proves by a secret which one row is theirs."""
    with reachable():
        async with parts.database.unit_of_work(installation(parts.clock.now())) as unit:
            yield unit


def shifts_of(parts: PartsDep) -> tuple[time, ...]:
    """When shifts change, on the clock of the place."""
    return parts.shift_ends


PartsDep = Annotated[Parts, Depends(parts_of)]
ClockDep = Annotated[Clock, Depends(clock_of)]
ShiftsDep = Annotated[tuple[time, ...], Depends(shifts_of)]
UnitOfWorkDep = Annotated[UnitOfWork, Depends(unit_of_work, scope="function")]
OpenUnitOfWorkDep = Annotated[UnitOfWork, Depends(open_unit_of_work, scope="function")]
PrincipalDep = Annotated[Principal, Depends(principal_of)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One person's act: its transaction, its author and its instant."""

    unit: UnitOfWork
    principal: Principal
    now: datetime

    def owner(self, named: str | None) -> str | None:
        """Whose the thing is that is entered; the installation alone may name somebody else."""
        own = self.principal.organisation_id
        if named is not None and named != own and not self.principal.sees_all:
            raise HttpRefusal(
                403,
                "what you enter belongs to your own organisation",
                field="owner",
                remedy="leave owner out",
            )
        return named or own

    async def audit(
        self,
        action: str,
        subject: tuple[str, object],
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        reason: str | None = None,
    ) -> None:
        """Write the entry for (entity, id), and tell the pages that something changed."""
        entity, entity_id = subject
        await AuditRepository(self.unit).add(
            AuditEntry(
                at=self.now,
                principal_id=self.principal.principal_id,
                source=self.principal.source,
                action=action,
                entity=entity,
                entity_id=str(entity_id),
                before=before,
                after=after,
                reason=reason,
            )
        )
        self.unit.ring(Channel.CHANGED)


def act_of(unit: UnitOfWorkDep, principal: PrincipalDep, clock: ClockDep) -> Act:
    """The act of this request."""
    return Act(unit=unit, principal=principal, now=clock.now())


ActDep = Annotated[Act, Depends(act_of)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """A request that may be sent again: its answer is kept in the transaction of the act."""

    act: Act
    key: str | None
    digest: bytes

    async def keep(self, status: int, answer: Answer) -> None:
        """Keep the answer for a day, if the request named a key."""
        if self.key is None:
            return
        kept = KeptAnswer(
            request_sha256=self.digest,
            status=status,
            response=as_kept(answer).model_dump(mode="json", by_alias=True),
        )
        await IdempotencyRepository(self.act.unit).keep(
            self.act.principal.principal_id, self.key, kept, self.act.now
        )


IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,128}$",
        description="Your name for this request, such as a UUID: sent again within 24 h with the"
        " same body, it gets the first answer and nothing happens twice.",
    ),
]


async def once_of(request: Request, act: ActDep, key: IdempotencyKey = None) -> Once:
    """Take the key, or answer as before; 409 while the first is under way, 422 if it differs."""
    body = await request.body()
    target = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    once = Once(act=act, key=key, digest=hashlib.sha256(target + body).digest())
    if key is not None:
        await _answer_again(once, key)
    return once


async def _answer_again(once: Once, key: str) -> None:
    repository = IdempotencyRepository(once.act.unit)
    owner = once.act.principal.principal_id
    if not await repository.claim(owner, key):
        raise HttpRefusal(
            409, "a request with this Idempotency-Key is under way", remedy="wait, then ask again"
        )
    kept = await repository.kept(owner, key, once.act.now)
    if kept is None:
        return
    if kept.request_sha256 != once.digest:
        raise HttpRefusal(
            422,
            "this Idempotency-Key was used for another request",
            field="Idempotency-Key",
            remedy="choose a new key for a new request",
        )
    leave_file([DataClass.NONE], purpose=Purpose.READING)
    raise Replay(kept.status, kept.response)


OnceDep = Annotated[Once, Depends(once_of)]


Limit = Annotated[int, Query(ge=1, le=1000, description="Most objects in one answer.")]
CursorText = Annotated[
    str | None,
    Query(max_length=200, description="`next_cursor` of the answer before; opaque."),
]
