"""A signature is given by the person themselves, now: 21 CFR 11.200(a), EU GMP Annex 11, 14."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.api.acts.factors import require_proof, require_second_factor
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.refusals import HttpRefusal
from services.core.domain.quality.evidence import canonical, digest
from services.core.storage.audit_verification import told_of
from services.core.storage.signatures import SignatureRepository

RECORD_VERSION = 1

_NO_KEY = HttpRefusal(
    403,
    "a key signs for what is simulated only",
    field="Authorization",
    remedy="sign in as the person that you are, with a second factor",
)


async def prove_signer(act: Act, *, simulated: bool = False) -> None:
    """Use up a fresh proof of identity; raises 403 where none can be given.

    A key is no proof: an administrator makes it, and a program holds it. It signs for what is
    `simulated` and for nothing else. Whoever sits at a machine where nobody signs in has nothing
    to prove themselves with; the entry says `loopback`.
    """
    if act.principal.key_prefix is not None and not simulated:
        raise _NO_KEY
    if act.principal.session_id is not None:
        await require_second_factor(act)
        await require_proof(act)


async def sign(signed: Mapping[str, Any], act: Act) -> None:
    """Add a signature, and the entry that says all of it: neither can change without the other."""
    await SignatureRepository(act.unit).add(signed)
    await act.audit("sign", ("signature", signed["signature_id"]), after=told_of(signed))


async def sign_facts(
    subject: tuple[str, object],
    meaning: str,
    reason: str,
    facts: Mapping[str, Any],
    act: Act,
    *,
    simulated: bool = False,
) -> None:
    """Prove who signs, and sign these facts; their bytes are kept with the signature."""
    await prove_signer(act, simulated=simulated)
    entity, entity_id = subject
    record = canonical(
        {
            "version": RECORD_VERSION,
            "as_of": act.now,
            "entity": entity,
            "entity_id": str(entity_id),
            "meaning": meaning,
            "reason": reason,
            **facts,
        }
    )
    await sign(
        {
            "signature_id": new_id(act.now),
            "entity": entity,
            "entity_id": str(entity_id),
            "meaning": meaning,
            "principal_id": act.principal.principal_id,
            "signed_at": act.now,
            "sha256": digest(record),
            "reason": reason,
            "record": record,
        },
        act,
    )
