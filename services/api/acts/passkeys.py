"""Passkeys as second factor: taken, and proven at the sign-in and at a signature."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.api.acts.factors import complete, count, require_proof, taken
from services.api.acts.myself import note_wrong, session_id_of
from services.api.acts.sign_in import Entered
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.parts import Parts
from services.api.proofs import passkeys
from services.api.proofs.passkeys import Place
from services.api.refusals import HttpRefusal
from services.core.domain.errors import Conflict, Invalid
from services.core.domain.governance.people import Level
from services.core.storage.attempts import AttemptRepository
from services.core.storage.factors import FactorRecord, FactorRepository
from services.core.storage.sessions import SessionRepository

_CHALLENGE_LASTS = timedelta(minutes=5)
_NO_PROOF = HttpRefusal(
    401, "the passkey does not prove you", field="credential", remedy="try again, or use a code"
)


async def start_registration(act: Act, place: Place) -> dict[str, Any]:
    """What the browser needs to make a passkey."""
    await require_proof(act)
    name = act.principal.principal_id
    known = [one.credential_id for one in await _of(act) if one.credential_id]
    challenge, options = passkeys.creation_options(place, name, act.principal.name, known)
    await _keep(challenge, act)
    return options


async def finish_registration(
    name: str, credential: dict[str, Any], act: Act, parts: Parts, place: Place
) -> tuple[Entered | None, list[str]]:
    """Take the passkey that the browser made; what `factors.taken` returns."""
    made = passkeys.registered(place, await _challenge(act), credential)
    factor_id = new_id(act.now)
    await FactorRepository(act.unit).add(
        {
            "factor_id": factor_id,
            "principal_id": act.principal.principal_id,
            "kind": "passkey",
            "name": name,
            "credential_id": made.credential_id,
            "public_key": made.public_key,
            "sign_count": made.sign_count,
            "created_at": act.now,
            "confirmed_at": act.now,
        }
    )
    return await taken(factor_id, "passkey", act, parts)


async def start_proof(act: Act, place: Place) -> dict[str, Any]:
    """What the browser needs to prove one of the person's passkeys."""
    known = [one.credential_id for one in await _of(act) if one.credential_id]
    if not known:
        raise Conflict("you have no passkey", field="credential", remedy="use a code")
    challenge, options = passkeys.request_options(place, known)
    await _keep(challenge, act)
    return options


async def by_passkey(credential: dict[str, Any], act: Act, parts: Parts, place: Place) -> Entered:
    """Complete a sign-in with a passkey."""
    if act.principal.level is not Level.SECOND:
        raise Conflict("this session owes no second factor", field="credential")
    await prove(credential, act, parts, place)
    session_id = session_id_of(act)
    await act.audit("second_factor", ("session", session_id), after={"method": "passkey"})
    return await complete(act, parts)


async def prove(credential: dict[str, Any], act: Act, parts: Parts, place: Place) -> None:
    """Check a passkey's answer; raises 401, whatever was wrong with it."""
    await count(act, parts)
    challenge = await _challenge(act)
    try:
        factor = await _named(credential, act)
        kept = (factor.public_key or b"", factor.sign_count or 0)
        counter = passkeys.proven(place, challenge, credential, kept)
        right = await FactorRepository(act.unit).use_count(factor.factor_id, counter, act.now)
    except Invalid:
        right = False
    if not right:
        await note_wrong(parts, act, "passkey")
        raise _NO_PROOF
    subject = f"second factor {act.principal.principal_id}"
    await AttemptRepository(act.unit).clear(subject)


async def _named(credential: dict[str, Any], act: Act) -> FactorRecord:
    wanted = passkeys.credential_id_of(credential)
    for factor in await _of(act):
        if factor.credential_id == wanted:
            return factor
    raise Invalid("this passkey is not yours", field="credential")


async def _of(act: Act) -> list[FactorRecord]:
    return await FactorRepository(act.unit).of_person(act.principal.principal_id, "passkey")


async def _keep(challenge: bytes, act: Act) -> None:
    await SessionRepository(act.unit).change(
        session_id_of(act), challenge=challenge, challenge_ends_at=act.now + _CHALLENGE_LASTS
    )


async def _challenge(act: Act) -> bytes:
    """The challenge of this session, used up by asking; raises Conflict."""
    found = await SessionRepository(act.unit).take_challenge(session_id_of(act), act.now)
    if found is None:
        raise Conflict("there is no challenge to answer", field="credential", remedy="begin anew")
    return found
