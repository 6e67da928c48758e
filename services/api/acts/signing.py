"""A signature is given by the person themselves, now: 21 CFR 11.200(a), EU GMP Annex 11, 14."""

from __future__ import annotations

from services.api.acts.factors import require_proof
from services.api.dependencies import Act


async def prove_signer(act: Act) -> None:
    """Use up a fresh proof of identity; raises 403 when the session has none.

    A key is the proof and comes with the act. Whoever sits at a machine where nobody signs in has
    nothing to prove themselves with; the entry says `loopback`.
    """
    if act.principal.session_id is not None:
        await require_proof(act)
