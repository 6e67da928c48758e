"""The first way in, for whoever holds the database: a link for the administrator, or a key.

Synchronous, since it is asked before anything runs. The address of the database is the proof: who
has it could write these rows by hand.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import exists, select

from services.core.domain.governance.access import Role, parse_key, write_key
from services.core.storage.audit import AuditEntry, AuditRepository
from services.core.storage.constraints import reachable
from services.core.storage.database import Database, UnitOfWork
from services.core.storage.keys import KeyRepository
from services.core.storage.people import PeopleRepository
from services.core.storage.schema import person, principal

ADMINISTRATOR = "administrator"
FIRST_LINK_LASTS = timedelta(hours=24)
FIRST_KEY_LASTS = timedelta(hours=1)
"""Our own choice: long enough to enter people and make keys that last."""


def first_link(url: str, now: datetime, *, again: bool = False) -> str | None:
    """A one-time token for the administrator; None when one gets in already, unless `again`."""
    return asyncio.run(_first_link(url, now, again))


def first_key(url: str, now: datetime) -> str:
    """An administrator's key that ends soon."""
    return asyncio.run(_first_key(url, now))


async def _first_link(url: str, now: datetime, again: bool) -> str | None:
    database = Database(url, pool_size=1, application_name="coldlane-first")
    try:
        with reachable():
            async with database.unit_of_work() as unit:
                if not again and await _somebody_administers(unit):
                    return None
                await _enter_administrator(unit, now)
                token = secrets.token_urlsafe(32)
                await PeopleRepository(unit).add_link(
                    {
                        "token_sha256": hashlib.sha256(token.encode()).digest(),
                        "principal_id": ADMINISTRATOR,
                        "created_at": now,
                        "created_by": "database",
                        "expires_at": now + FIRST_LINK_LASTS,
                    }
                )
                await _note(unit, "first_link", ("person", ADMINISTRATOR), now)
                return token
    finally:
        await database.close()


async def _somebody_administers(unit: UnitOfWork) -> bool:
    found = await unit.execute(
        select(
            exists().where(
                person.c.state == "active", person.c.roles.contains([Role.ADMINISTRATOR.value])
            )
        )
    )
    return bool(found.scalar_one())


async def _enter_administrator(unit: UnitOfWork, now: datetime) -> None:
    """The person `administrator`, of no organisation, who may sign in again."""
    await _enrol(unit, ADMINISTRATOR, "person", "Administrator", now)
    people = PeopleRepository(unit)
    if await people.find(ADMINISTRATOR) is None:
        await people.add(
            {
                "principal_id": ADMINISTRATOR,
                "roles": [Role.ADMINISTRATOR.value],
                "state": "invited",
                "created_at": now,
                "created_by": "database",
            }
        )
        return
    await people.change(ADMINISTRATOR, state="invited")
    await people.set_active(ADMINISTRATOR, True)


async def _first_key(url: str, now: datetime) -> str:
    database = Database(url, pool_size=1, application_name="coldlane-first")
    prefix = base64.b32encode(secrets.token_bytes(5)).decode().lower()
    key = write_key(prefix, secrets.token_urlsafe(32))
    try:
        with reachable():
            async with database.unit_of_work() as unit:
                await _enrol(unit, "first-key", "machine", "First key", now)
                await KeyRepository(unit).add(
                    {
                        "key_id": uuid4(),
                        "prefix": prefix,
                        "secret_sha256": parse_key(key).secret_sha256,
                        "principal_id": "first-key",
                        "role": Role.ADMINISTRATOR.value,
                        "created_at": now,
                        "created_by": "database",
                        "expires_at": now + FIRST_KEY_LASTS,
                    }
                )
                await _note(unit, "first_key", ("key", prefix), now)
    finally:
        await database.close()
    return key


async def _enrol(unit: UnitOfWork, name: str, kind: str, shown: str, now: datetime) -> None:
    known = await unit.execute(
        select(principal.c.principal_id).where(principal.c.principal_id == name)
    )
    if known.one_or_none() is None:
        await unit.execute(
            principal.insert().values(principal_id=name, kind=kind, name=shown, created_at=now)
        )


async def _note(unit: UnitOfWork, action: str, subject: tuple[str, str], now: datetime) -> None:
    entity, entity_id = subject
    await AuditRepository(unit).add(
        AuditEntry(
            at=now,
            principal_id="database",
            source="database",
            action=action,
            entity=entity,
            entity_id=entity_id,
        )
    )
