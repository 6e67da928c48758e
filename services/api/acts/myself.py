"""What a signed-in person does about their own sign-in: password, sessions, fresh proofs."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from services.api.dependencies import Act
from services.api.parts import Parts
from services.api.refusals import HttpRefusal, TooOften
from services.core.domain.errors import Conflict, NotFound
from services.core.domain.governance.people import check_password
from services.core.domain.governance.reach import installation
from services.core.domain.governance.throttle import ACCOUNT
from services.core.storage.attempts import AttemptRepository
from services.core.storage.audit import AuditEntry, AuditRepository
from services.core.storage.people import PeopleRepository
from services.core.storage.sessions import SessionRepository

PROOF_LASTS = timedelta(minutes=2)
"""A fresh proof is good for one signature within this time; our own choice."""

logger = logging.getLogger(__name__)


def session_id_of(act: Act) -> UUID:
    """The session that acts; raises Conflict for keys and for the person at this machine."""
    if act.principal.session_id is None:
        raise Conflict("only somebody who has signed in has this", remedy="sign in")
    return act.principal.session_id


async def prove_password(password: str, act: Act, parts: Parts) -> None:
    """Check the password once more, as guarded as at the sign-in; raises 401 or 429."""
    name = act.principal.principal_id
    async with parts.database.unit_of_work(installation(act.now)) as unit:
        pause = await AttemptRepository(unit).count(f"account {name}", ACCOUNT, act.now)
    if pause:
        raise TooOften(pause)
    person = await PeopleRepository(act.unit).get(name)
    if not await parts.passwords.proves(person.password_hash, password):
        await note_wrong(parts, act, "password")
        raise HttpRefusal(401, "this is not your password", field="password")
    await AttemptRepository(act.unit).clear(f"account {name}")


async def note_wrong(parts: Parts, act: Act, method: str) -> None:
    """A failed proof, kept although the request fails."""
    async with parts.database.unit_of_work(installation(act.now)) as unit:
        await AuditRepository(unit).add(
            AuditEntry(
                at=act.now,
                principal_id=act.principal.principal_id,
                source=act.principal.source,
                action="proof_failed",
                entity="person",
                entity_id=act.principal.principal_id,
                after={"method": method},
            )
        )
    logger.warning(
        "A proof of identity failed.", extra={"event": "proof_refused", "method": method}
    )


async def confirm(method: str, act: Act) -> None:
    """Keep that the person has just proven themselves, for one signature."""
    session_id = session_id_of(act)
    await SessionRepository(act.unit).change(session_id, confirmed_at=act.now)
    await act.audit("confirm", ("session", session_id), after={"method": method})


async def change_password(password: str, act: Act, parts: Parts) -> None:
    """Another password; every other session of the person ends."""
    session_id = session_id_of(act)
    name = act.principal.principal_id
    check_password(password, about=(name, act.principal.name))
    kept = await parts.passwords.hash(password)
    await PeopleRepository(act.unit).change(name, password_hash=kept, password_changed_at=act.now)
    ended = await SessionRepository(act.unit).end_all(
        name, act.now, "another password", but=session_id
    )
    await act.audit("change_password", ("person", name), after={"sessions_ended": ended})
    logger.info("A password was changed.", extra={"event": "password_changed", "person": name})


async def sign_out(act: Act, session_id: UUID, reason: str) -> None:
    """End one session of the person who asks; raises NotFound."""
    name = act.principal.principal_id
    if not await SessionRepository(act.unit).end(session_id, name, act.now, reason):
        raise NotFound("there is no such session", field="session_id")
    await act.audit("sign_out", ("session", session_id), reason=reason)
    logger.info("Somebody signed out.", extra={"event": "signed_out", "person": name})


async def sign_out_elsewhere(act: Act) -> int:
    """End every other session of the person who asks; how many there were."""
    session_id = session_id_of(act)
    name = act.principal.principal_id
    ended = await SessionRepository(act.unit).end_all(
        name, act.now, "signed out everywhere", but=session_id
    )
    await act.audit("sign_out_everywhere", ("person", name), after={"sessions_ended": ended})
    logger.info("Somebody signed out.", extra={"event": "signed_out", "person": name})
    return ended
