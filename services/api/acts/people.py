"""Letting people in, changing what they may do, and ending it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from services.api.acts.keys import check_roles
from services.api.dependencies import Act
from services.api.proofs.codes import digest, new_secret
from services.api.schemas.people import (
    ChangePerson,
    DisablePerson,
    EndSessions,
    NewPerson,
    ResetPerson,
)
from services.core.domain.errors import Conflict, NotFound
from services.core.domain.governance.people import PersonState
from services.core.storage.alarm_assignments import AlarmAssignments
from services.core.storage.factors import FactorRepository
from services.core.storage.keys import KeyRepository
from services.core.storage.people import PeopleRepository, PersonRecord
from services.core.storage.sessions import SessionRepository

LINK_LASTS = timedelta(hours=72)
"""A one-time link waits so long; our own choice."""

logger = logging.getLogger(__name__)


async def invite(body: NewPerson, act: Act) -> tuple[PersonRecord, str, datetime]:
    """Enter a person; returns them, the token of their link, and its end."""
    await check_roles(body.organisation, body.roles, act)
    await KeyRepository(act.unit).enrol(
        {
            "principal_id": body.person_id,
            "kind": "person",
            "name": body.name,
            "organisation_id": body.organisation,
            "country": body.country,
            "created_at": act.now,
        }
    )
    repository = PeopleRepository(act.unit)
    await repository.add(
        {
            "principal_id": body.person_id,
            "roles": sorted(set(body.roles)),
            "state": PersonState.INVITED,
            "created_at": act.now,
            "created_by": act.principal.principal_id,
        }
    )
    token, link_ends_at = await _link(body.person_id, act)
    await act.audit("create", ("person", body.person_id), after=body.model_dump(mode="json"))
    logger.info("A person was let in.", extra={"event": "person_invited"})
    return await repository.get(body.person_id), token, link_ends_at


async def change(person_id: str, body: ChangePerson, act: Act) -> PersonRecord:
    """Give other roles or another name; with other roles, sessions begin anew."""
    repository = PeopleRepository(act.unit)
    before = await repository.get(person_id, lock=True)
    if body.roles is not None and before.organisation_id is not None:
        await check_roles(before.organisation_id, body.roles, act)
    if body.name is not None:
        await repository.rename(person_id, body.name)
    if body.roles is not None and sorted(set(body.roles)) != before.roles:
        await repository.change(person_id, roles=sorted(set(body.roles)))
        await SessionRepository(act.unit).end_all(person_id, act.now, "other roles")
    after = await repository.get(person_id)
    await act.audit(
        "change",
        ("person", person_id),
        before={"name": before.name, "roles": before.roles},
        after={"name": after.name, "roles": after.roles},
        reason=body.reason,
    )
    logger.info("A person has other roles or another name.", extra={"event": "person_changed"})
    return after


async def reset(person_id: str, body: ResetPerson, act: Act) -> tuple[PersonRecord, str, datetime]:
    """A new link; what the person proved themselves with before opens nothing any more."""
    repository = PeopleRepository(act.unit)
    before = await repository.get(person_id, lock=True)
    await repository.change(person_id, state=PersonState.INVITED, password_hash=None)
    await repository.set_active(person_id, True)
    await SessionRepository(act.unit).end_all(person_id, act.now, "reset")
    if body.second_factors:
        await FactorRepository(act.unit).remove_all(person_id, act.now)
    token, link_ends_at = await _link(person_id, act)
    await act.audit(
        "reset",
        ("person", person_id),
        before={"state": before.state},
        after={"state": PersonState.INVITED, "second_factors_removed": body.second_factors},
        reason=body.reason,
    )
    logger.info("A person got a new link.", extra={"event": "person_reset"})
    return await repository.get(person_id), token, link_ends_at


async def disable(person_id: str, body: DisablePerson, act: Act) -> PersonRecord:
    """End a person's access now: sessions, links, the keys in their name; no alarm is theirs."""
    if person_id == act.principal.principal_id:
        raise Conflict("nobody ends their own access", remedy="another administrator must do it")
    repository = PeopleRepository(act.unit)
    before = await repository.get(person_id, lock=True)
    await repository.change(person_id, state=PersonState.DISABLED, password_hash=None)
    await repository.set_active(person_id, False)
    await repository.end_links(person_id, act.now)
    ended = await SessionRepository(act.unit).end_all(person_id, act.now, "disabled")
    alarms = await AlarmAssignments(act.unit).end_all(person_id, act.now)
    await act.audit(
        "disable",
        ("person", person_id),
        before={"state": before.state},
        after={"state": PersonState.DISABLED, "sessions_ended": ended, "alarms_ended": alarms},
        reason=body.reason,
    )
    logger.info("A person's access was ended.", extra={"event": "person_disabled"})
    return await repository.get(person_id)


async def end_sessions(person_id: str, body: EndSessions, act: Act) -> None:
    """Sign somebody out, of one session or of all; raises NotFound. They may sign in again."""
    await PeopleRepository(act.unit).get(person_id)
    repository, reason = SessionRepository(act.unit), "ended by an administrator"
    if body.session_id is None:
        ended = await repository.end_all(person_id, act.now, reason)
    else:
        ended = int(await repository.end(body.session_id, person_id, act.now, reason))
        if not ended:
            raise NotFound("there is no such session", field="session_id")
    session_id = None if body.session_id is None else str(body.session_id)
    await act.audit(
        "end_sessions",
        ("person", person_id),
        after={"session_id": session_id, "sessions_ended": ended},
        reason=body.reason,
    )
    logger.info("Sessions of a person were ended.", extra={"event": "sessions_ended"})


async def _link(person_id: str, act: Act) -> tuple[str, datetime]:
    token, expires_at = new_secret(), act.now + LINK_LASTS
    await PeopleRepository(act.unit).add_link(
        {
            "token_sha256": digest(token),
            "principal_id": person_id,
            "created_at": act.now,
            "created_by": act.principal.principal_id,
            "expires_at": expires_at,
        }
    )
    return token, expires_at
