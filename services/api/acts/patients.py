"""The one way from a payload to a person: sealed, for a named purpose, written down."""

from __future__ import annotations

import json
from uuid import UUID

from services.api.dependencies import Act
from services.api.refusals import HttpRefusal
from services.api.schemas.patients import LookUp, NewIdentity, PatientIdentity
from services.core.runtime.sealing import Sealed, SealKeys
from services.core.storage.patients import PatientRepository, SealedIdentity

_FORGOTTEN = HttpRefusal(
    422,
    "somebody was forgotten here on purpose",
    field="reason",
    remedy="say why the person is entered anew, without a name",
)


async def enter(payload_id: UUID, body: NewIdentity, keys: SealKeys | None, act: Act) -> None:
    """Seal who it is of; the entry says that, and not who.

    Who was forgotten may be entered anew, with a reason: nothing of what was kept before comes
    back by it.
    """
    repository = PatientRepository(act.unit)
    await repository.check_payload(payload_id)
    forgotten_at = await repository.forgotten_at(payload_id)
    if forgotten_at is not None and body.reason is None:
        raise _FORGOTTEN
    said = body.model_dump(exclude={"reason"})
    content = json.dumps(said, ensure_ascii=False).encode()
    sealed = _needed(keys).seal(content, payload_id.bytes)
    identity = SealedIdentity(key_id=sealed.key_id, nonce=sealed.nonce, sealed=sealed.content)
    await repository.add(payload_id, identity, act.principal.principal_id, act.now)
    await act.audit(
        "enter" if forgotten_at is None else "enter_anew",
        ("patient_identity", payload_id),
        before=None if forgotten_at is None else {"forgotten_at": forgotten_at.isoformat()},
        reason=body.reason,
    )


async def look_up(
    payload_id: UUID, body: LookUp, keys: SealKeys | None, act: Act
) -> PatientIdentity:
    """Whose it is; who asked, and for what, is written down before it leaves."""
    repository = PatientRepository(act.unit)
    await repository.check_payload(payload_id)
    found = await repository.find(payload_id)
    sealed = Sealed(key_id=found.key_id, nonce=bytes(found.nonce), content=bytes(found.sealed))
    said = json.loads(_needed(keys).open(sealed, payload_id.bytes))
    await act.audit(
        "look",
        ("patient_identity", payload_id),
        after={"purpose": body.purpose},
        reason=body.reason,
    )
    return PatientIdentity(payload_id=payload_id, **said)


async def forget(payload_id: UUID, reason: str, act: Act) -> None:
    """What is kept of them goes; the payload and the entries stay."""
    repository = PatientRepository(act.unit)
    await repository.check_payload(payload_id)
    await repository.forget(payload_id, act.principal.principal_id, act.now)
    await act.audit("forget", ("patient_identity", payload_id), reason=reason)


def _needed(keys: SealKeys | None) -> SealKeys:
    if keys is None:
        raise HttpRefusal(
            409,
            "no identities are kept here: there is no key to seal them with",
            remedy="coldlane photo-key FILE, then COLDLANE_IDENTITY_KEY_FILE=FILE",
        )
    return keys
