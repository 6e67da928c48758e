"""Signing in through another service: away with a question, back with an answer to it alone."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.api.acts.sign_in import Entered, Entrance, begin, count, note_failure
from services.api.proofs.codes import digest, new_secret
from services.api.proofs.oidc import UnknownKey, challenge_of, claims_of
from services.api.proofs.provider import ProviderClient
from services.core.domain.errors import Conflict, Invalid
from services.core.domain.governance.foreign import Foreigner, foreigner_of
from services.core.domain.governance.people import PersonState
from services.core.domain.governance.reach import installation
from services.core.storage.audit import AuditEntry, AuditRepository
from services.core.storage.constraints import reachable
from services.core.storage.database import UnitOfWork
from services.core.storage.keys import KeyRepository
from services.core.storage.oidc import OidcAttempt, OidcAttemptRepository
from services.core.storage.people import PeopleRepository, PersonRecord
from services.core.storage.sessions import SessionRepository

ATTEMPT_LASTS = timedelta(minutes=10)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the service sent back with the person, and the state that this browser was given."""

    state: str
    kept_state: str
    code: str
    issuer: str | None
    back: str


async def leave(door: Entrance, client: ProviderClient, goes_to: str, back: str) -> tuple[str, str]:
    """Where to send the person, and the state that their browser must bring back."""
    await count(door)
    state, nonce, verifier = new_secret(), new_secret(), new_secret()
    with reachable():
        async with door.parts.database.unit_of_work(installation(door.now)) as unit:
            await OidcAttemptRepository(unit).add(
                digest(state),
                OidcAttempt(nonce=nonce, verifier=verifier, goes_to=goes_to),
                door.now + ATTEMPT_LASTS,
            )
    address = await client.address(
        {
            "response_type": "code",
            "client_id": client.provider.client_id,
            "redirect_uri": back,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
    )
    return address, state


async def come_back(
    door: Entrance, client: ProviderClient, answered: Answered
) -> tuple[Entered, str]:
    """Begin a session for whom the service names; raises Invalid for whatever does not fit."""
    attempt = await _attempt(door, answered)
    if answered.issuer is not None and answered.issuer != client.provider.issuer:
        raise Invalid("another service answered", field="iss")
    token = await client.token(
        {
            "grant_type": "authorization_code",
            "code": answered.code,
            "redirect_uri": answered.back,
            "code_verifier": attempt.verifier,
        }
    )
    foreigner = foreigner_of(client.provider, await _claims(token, client, attempt.nonce, door))
    with reachable():
        async with door.parts.database.unit_of_work(installation(door.now)) as unit:
            person = await _person(unit, door, client, foreigner)
            return await begin(unit, door, person, "oidc"), attempt.goes_to


async def refused(door: Entrance, error: Exception) -> None:
    """Keep that it failed, and why; the reason is ours and holds nothing of the token."""
    logger.warning(
        "Another service's word was not believed.",
        extra={"event": "provider_refused", "detail": str(error), "address": door.address},
    )
    with reachable():
        async with door.parts.database.unit_of_work(installation(door.now)) as unit:
            await note_failure(unit, door, None, "oidc")


async def _attempt(door: Entrance, answered: Answered) -> OidcAttempt:
    """The question that this browser was sent away with; it can be answered once."""
    if not answered.state or not hmac.compare_digest(
        answered.state.encode(), answered.kept_state.encode()
    ):
        raise Invalid("the answer belongs to another browser", field="state")
    with reachable():
        async with door.parts.database.unit_of_work(installation(door.now)) as unit:
            found = await OidcAttemptRepository(unit).take(digest(answered.state), door.now)
    if found is None:
        raise Invalid("the question was answered or has ended", field="state")
    return found


async def _claims(
    token: str, client: ProviderClient, nonce: str, door: Entrance
) -> dict[str, object]:
    try:
        return claims_of(token, await client.keys(), client.provider, nonce, door.now)
    except UnknownKey:
        keys = await client.keys(anew=True)
        return claims_of(token, keys, client.provider, nonce, door.now)


async def _person(
    unit: UnitOfWork, door: Entrance, client: ProviderClient, foreigner: Foreigner
) -> PersonRecord:
    """The person of this subject, entered at the first time; name and roles as they are today."""
    people, issuer = PeopleRepository(unit), client.provider.issuer
    known = await people.of_subject(issuer, foreigner.subject)
    roles = sorted(foreigner.roles)
    if known is None:
        return await _enter(unit, door, client, foreigner)
    if known.state == PersonState.DISABLED:
        raise Invalid("this person has no access any more", field="sub")
    if known.roles != roles or known.name != foreigner.name:
        await people.rename(known.principal_id, foreigner.name)
        await people.change(known.principal_id, roles=roles)
        if known.roles != roles:
            await SessionRepository(unit).end_all(known.principal_id, door.now, "other roles")
        await _note(unit, door, "change", known.principal_id, {"roles": roles})
    return await people.get(known.principal_id)


async def _enter(
    unit: UnitOfWork, door: Entrance, client: ProviderClient, foreigner: Foreigner
) -> PersonRecord:
    people, provider = PeopleRepository(unit), client.provider
    if await people.find(foreigner.person_id) is not None:
        raise Conflict("there is a person of this name who signs in otherwise", field="sub")
    await KeyRepository(unit).enrol(
        {
            "principal_id": foreigner.person_id,
            "kind": "person",
            "name": foreigner.name,
            "organisation_id": provider.organisation,
            "created_at": door.now,
        }
    )
    await people.add(
        {
            "principal_id": foreigner.person_id,
            "roles": sorted(foreigner.roles),
            "state": PersonState.ACTIVE,
            "issuer": provider.issuer,
            "subject": foreigner.subject,
            "created_at": door.now,
            "created_by": provider.issuer,
        }
    )
    after = {"roles": sorted(foreigner.roles), "issuer": provider.issuer}
    await _note(unit, door, "create", foreigner.person_id, after)
    return await people.get(foreigner.person_id)


async def _note(
    unit: UnitOfWork, door: Entrance, action: str, person_id: str, after: Mapping[str, object]
) -> None:
    await AuditRepository(unit).add(
        AuditEntry(
            at=door.now,
            principal_id=person_id,
            source=door.address,
            action=action,
            entity="person",
            entity_id=person_id,
            after=after,
        )
    )
