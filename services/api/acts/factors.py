"""Second factors: taken, used, and given up by the person; each step proven."""

from __future__ import annotations

import logging
from uuid import UUID

from services.api.acts.myself import PROOF_LASTS, note_wrong, session_id_of
from services.api.acts.sign_in import Entered, ends
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.parts import Parts
from services.api.proofs import totp
from services.api.proofs.codes import digest, new_recovery_codes, new_secret, recovery_digest
from services.api.proofs.kept_secrets import keep, secret_of
from services.api.refusals import HttpRefusal, TooOften
from services.core.domain.errors import Conflict
from services.core.domain.governance.people import Level, needs_second_factor
from services.core.domain.governance.reach import installation
from services.core.domain.governance.throttle import SECOND_FACTOR
from services.core.runtime.sealing import SealKeys
from services.core.storage.attempts import AttemptRepository
from services.core.storage.database import UnitOfWork
from services.core.storage.factors import FactorRepository
from services.core.storage.people import PeopleRepository
from services.core.storage.sessions import SessionRepository

_WRONG_CODE = HttpRefusal(
    401, "the code is wrong or was used", field="code", remedy="wait for the next one"
)

logger = logging.getLogger(__name__)


async def require_proof(act: Act) -> None:
    """Use up a fresh proof of identity; only a session that began with one just now needs none."""
    if act.principal.level is Level.ENROL:
        return
    session_id = session_id_of(act)
    since = act.now - PROOF_LASTS
    if not await SessionRepository(act.unit).use_confirmation(session_id, since):
        raise HttpRefusal(
            403,
            "prove once more who you are",
            field="confirmation",
            remedy="POST /me/confirmation, then this again within two minutes",
        )


async def require_second_factor(act: Act) -> None:
    """Whatever the role is called: who signs has more than a password. Raises 403."""
    if not await FactorRepository(act.unit).of_person(act.principal.principal_id):
        raise HttpRefusal(
            403,
            "a signature needs a second factor",
            field="second_factor",
            remedy="take one on the page /me, then sign",
        )


async def start_totp(name: str, act: Act, parts: Parts) -> tuple[UUID, bytes]:
    """A secret for an authenticator app; it proves nothing before a code of it came back."""
    await require_proof(act)
    factor_id, secret = new_id(act.now), totp.new_secret()
    await FactorRepository(act.unit).add(
        {
            "factor_id": factor_id,
            "principal_id": act.principal.principal_id,
            "kind": "totp",
            "name": name,
            "secret": keep(secret, factor_id, parts.factor_keys),
            "created_at": act.now,
        }
    )
    return factor_id, secret


async def confirm_totp(
    factor_id: UUID, code: str, act: Act, parts: Parts
) -> tuple[Entered | None, list[str]]:
    """Take the app once it has shown a right code; what `taken` returns."""
    await count(act, parts)
    repository = FactorRepository(act.unit)
    factor = await repository.get(factor_id, act.principal.principal_id)
    if factor.kind != "totp" or factor.confirmed_at is not None or factor.secret is None:
        raise Conflict("this app is confirmed already", field="factor_id")
    secret = secret_of(factor.secret, factor_id, parts.factor_keys)
    step = totp.step_of(secret, code, act.now)
    if step is None:
        await note_wrong(parts, act, "totp")
        raise _WRONG_CODE
    await repository.use_step(factor_id, step, act.now)
    await repository.change(factor_id, confirmed_at=act.now)
    return await taken(factor_id, "totp", act, parts)


async def taken(
    factor_id: UUID, kind: str, act: Act, parts: Parts
) -> tuple[Entered | None, list[str]]:
    """A factor stands: the session that waited for it is complete, and the first brings codes."""
    await AttemptRepository(act.unit).clear(_subject(act))
    await act.audit("add_factor", ("second_factor", factor_id), after={"kind": kind})
    logger.info("A second factor was taken.", extra={"event": "factor_added", "kind": kind})
    await _end_weaker(act)
    codes: list[str] = []
    if not await FactorRepository(act.unit).codes_left(act.principal.principal_id):
        codes = await new_codes(act)
    entered = await complete(act, parts) if act.principal.level is Level.ENROL else None
    return entered, codes


async def _end_weaker(act: Act) -> None:
    """With the first factor every other session ends: a password alone has opened it."""
    name = act.principal.principal_id
    if len(await FactorRepository(act.unit).of_person(name)) == 1:
        await SessionRepository(act.unit).end_all(
            name, act.now, "a second factor was taken", but=session_id_of(act)
        )


async def by_code(code: str, act: Act, parts: Parts) -> Entered:
    """Complete a sign-in with a code of an app, or one from paper."""
    if act.principal.level is not Level.SECOND:
        raise Conflict("this session owes no second factor", field="code")
    method = await prove_code(code, act, parts)
    await act.audit("second_factor", ("session", session_id_of(act)), after={"method": method})
    return await complete(act, parts)


async def prove_code(code: str, act: Act, parts: Parts) -> str:
    """Check a code and use it up; returns which kind it was. Raises 401 or 429."""
    await count(act, parts)
    method = await _method_of(code.strip(), act, parts.factor_keys)
    if method is None:
        await note_wrong(parts, act, "code")
        raise _WRONG_CODE
    await AttemptRepository(act.unit).clear(_subject(act))
    return method


async def _method_of(code: str, act: Act, keys: SealKeys | None) -> str | None:
    repository, name, now = FactorRepository(act.unit), act.principal.principal_id, act.now
    for factor in await repository.of_person(name, "totp"):
        step = totp.step_of(secret_of(factor.secret or b"", factor.factor_id, keys), code, now)
        if step is not None and await repository.use_step(factor.factor_id, step, now):
            return "totp"
    if await repository.use_code(name, recovery_digest(name, code), now):
        logger.warning("A recovery code was used.", extra={"event": "recovery_code_used"})
        return "recovery code"
    return None


async def complete(act: Act, parts: Parts) -> Entered:
    """The session is whole from now on, under another secret."""
    secret = new_secret()
    await SessionRepository(act.unit).change(
        session_id_of(act),
        secret_sha256=digest(secret),
        level=Level.FULL,
        active_at=act.now,
        challenge=None,
        **ends(parts, Level.FULL, act.now),
    )
    person = await PeopleRepository(act.unit).get(act.principal.principal_id)
    return Entered(secret=secret, level=Level.FULL, language=person.language)


async def remove(factor_id: UUID, act: Act) -> None:
    """Give a factor up; the last one of a person who signs stays."""
    await require_proof(act)
    repository = FactorRepository(act.unit)
    factor = await repository.get(factor_id, act.principal.principal_id)
    others = [
        one
        for one in await repository.of_person(act.principal.principal_id)
        if one.factor_id != factor_id
    ]
    if not others and needs_second_factor(act.principal.roles):
        raise Conflict(
            "your role needs a second factor", field="factor_id", remedy="add another one first"
        )
    await repository.remove(factor_id, act.now)
    await act.audit("remove_factor", ("second_factor", factor_id), before={"kind": factor.kind})
    logger.info("A second factor was given up.", extra={"event": "factor_removed"})


async def new_codes(act: Act) -> list[str]:
    """Ten recovery codes; older ones open nothing any more."""
    name = act.principal.principal_id
    codes = new_recovery_codes()
    digests = [recovery_digest(name, code) for code in codes]
    await FactorRepository(act.unit).replace_codes(name, digests, act.now)
    await act.audit("new_recovery_codes", ("person", name))
    return codes


async def count(act: Act, parts: Parts) -> None:
    """Count an attempt before it is looked at; raises TooOften."""
    async with parts.database.unit_of_work(installation(act.now)) as unit:
        pause = await _counted(unit, act)
    if pause is not None:
        raise pause


async def _counted(unit: UnitOfWork, act: Act) -> TooOften | None:
    pause = await AttemptRepository(unit).count(_subject(act), SECOND_FACTOR, act.now)
    return TooOften(pause) if pause else None


def _subject(act: Act) -> str:
    return f"second factor {act.principal.principal_id}"
