"""Signing in: by password or one-time link, up to the second factor."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.api.identifiers import new_id
from services.api.parts import Parts
from services.api.proofs.codes import digest, new_secret
from services.api.refusals import HttpRefusal, TooOften
from services.core.domain.governance.access import Role
from services.core.domain.governance.people import (
    Level,
    PersonState,
    check_password,
    level_after_first,
)
from services.core.domain.governance.reach import installation
from services.core.domain.governance.throttle import ACCOUNT, ADDRESS
from services.core.storage.attempts import AttemptRepository
from services.core.storage.audit import AuditEntry, AuditRepository
from services.core.storage.constraints import reachable
from services.core.storage.database import UnitOfWork
from services.core.storage.factors import FactorRepository
from services.core.storage.people import PeopleRepository, PersonRecord
from services.core.storage.sessions import SessionRepository

_WRONG = HttpRefusal(
    401,
    "name and password do not fit",
    field="password",
    remedy="try again, or ask an administrator for a link: coldlane person reset",
)
_LINK_IS_DEAD = HttpRefusal(
    401,
    "the link is unknown, was used, or has ended",
    field="token",
    remedy="ask an administrator for a new one: coldlane person reset",
)
_AGENT_LENGTH = 200

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Where somebody wants in; `old_secret` is of the session that the browser came with."""

    parts: Parts
    address: str
    agent: str
    old_secret: str | None
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A session that has begun."""

    secret: str
    level: Level
    language: str | None


async def by_password(door: Entrance, name: str, password: str) -> Entered:
    """Begin a session; whether the name or the password was wrong, nobody can tell."""
    await count(door, f"account {name}")
    with reachable():
        async with door.parts.database.unit_of_work(installation(door.now)) as unit:
            person = await PeopleRepository(unit).find(name)
        kept = person.password_hash if person and person.state == PersonState.ACTIVE else None
        if not await door.parts.passwords.proves(kept, password) or person is None or kept is None:
            async with door.parts.database.unit_of_work(installation(door.now)) as unit:
                await note_failure(unit, door, person, "password")
            raise _WRONG
        fresh = await _fresh_hash(door.parts, kept, password)
        async with door.parts.database.unit_of_work(installation(door.now)) as unit:
            await AttemptRepository(unit).clear(f"account {name}")
            if fresh is not None:
                await PeopleRepository(unit).change(name, password_hash=fresh)
            return await begin(unit, door, person, "password")


async def by_link(door: Entrance, token: str, password: str) -> Entered:
    """Use a one-time link up: its holder chooses a password, and older sessions end."""
    await count(door)
    hashed = await door.parts.passwords.hash(password)
    with reachable():
        async with door.parts.database.unit_of_work(installation(door.now)) as unit:
            repository = PeopleRepository(unit)
            name = await repository.use_link(digest(token), door.now)
            person = await repository.find(name, lock=True) if name else None
            if person is not None and person.state != PersonState.DISABLED:
                check_password(password, about=(person.principal_id, person.name))
                await repository.change(
                    person.principal_id,
                    password_hash=hashed,
                    password_changed_at=door.now,
                    state=PersonState.ACTIVE,
                )
                await SessionRepository(unit).end_all(
                    person.principal_id, door.now, "another password"
                )
                await AttemptRepository(unit).clear(f"account {person.principal_id}")
                return await begin(unit, door, person, "link")
        async with door.parts.database.unit_of_work(installation(door.now)) as unit:
            await note_failure(unit, door, person, "link")
    raise _LINK_IS_DEAD


async def count(door: Entrance, account: str | None = None) -> None:
    """Count the attempt before it is looked at; raises TooOften while it must wait."""
    with reachable():
        async with door.parts.database.unit_of_work(installation(door.now)) as unit:
            attempts = AttemptRepository(unit)
            pause = await attempts.count(f"address {door.address}", ADDRESS, door.now)
            if not pause and account is not None:
                pause = await attempts.count(account, ACCOUNT, door.now)
    if pause:
        _log_failure("throttled", door)
        raise TooOften(pause)


async def begin(unit: UnitOfWork, door: Entrance, person: PersonRecord, method: str) -> Entered:
    """A session with a secret of its own; the one that the browser came with ends."""
    sessions = SessionRepository(unit)
    await _end_old(sessions, door)
    factors = await FactorRepository(unit).of_person(person.principal_id)
    level = level_after_first(map(Role, person.roles), has_factor=bool(factors))
    session_id, secret = new_id(door.now), new_secret()
    await sessions.add(
        {
            "session_id": session_id,
            "secret_sha256": digest(secret),
            "principal_id": person.principal_id,
            "level": level,
            "method": method,
            "source": door.address,
            "agent": door.agent[:_AGENT_LENGTH],
            "created_at": door.now,
            "active_at": door.now,
            **ends(door.parts, level, door.now),
        }
    )
    await AttemptRepository(unit).take_back(f"address {door.address}", door.now)
    await _audit(
        unit,
        door,
        person.principal_id,
        ("sign_in", "session", str(session_id)),
        {"method": method, "level": level},
    )
    logger.info(
        "Somebody signed in.",
        extra={"event": "signed_in", "person": person.principal_id, "method": method},
    )
    return Entered(secret=secret, level=level, language=person.language)


def ends(parts: Parts, level: Level, now: datetime) -> dict[str, datetime]:
    """When a session ends that has come so far."""
    idle, lasts = parts.gate.idle, parts.gate.lasts
    if level is not Level.FULL:
        idle = lasts = parts.gate.pending
    return {"idle_ends_at": now + min(idle, lasts), "ends_at": now + lasts}


async def note_failure(
    unit: UnitOfWork, door: Entrance, person: PersonRecord | None, method: str
) -> None:
    """An entry and a log line; what was typed as a name stays out, it may be a password."""
    known = person.principal_id if person else "unknown"
    await _audit(unit, door, "unknown", ("sign_in_failed", "person", known), {"method": method})
    _log_failure(method, door)


def _log_failure(method: str, door: Entrance) -> None:
    logger.warning(
        "A sign-in was refused.",
        extra={"event": "sign_in_refused", "method": method, "address": door.address},
    )


async def _end_old(sessions: SessionRepository, door: Entrance) -> None:
    if door.old_secret:
        old = await sessions.find(digest(door.old_secret), door.now)
        if old is not None:
            await sessions.end(old.session_id, old.principal_id, door.now, "signed in anew")


async def _fresh_hash(parts: Parts, kept: str, password: str) -> str | None:
    return await parts.passwords.hash(password) if parts.passwords.is_outdated(kept) else None


async def _audit(
    unit: UnitOfWork,
    door: Entrance,
    principal_id: str,
    what: tuple[str, str, str],
    after: dict[str, Any],
) -> None:
    action, entity, entity_id = what
    await AuditRepository(unit).add(
        AuditEntry(
            at=door.now,
            principal_id=principal_id,
            source=door.address,
            action=action,
            entity=entity,
            entity_id=entity_id,
            after=after,
        )
    )
