"""Signatures as they are shown beside what was signed."""

from __future__ import annotations

from collections.abc import Iterable

from services.api.schemas.signatures import Signature
from services.core.storage.signatures import SignatureRecord


def signatures_out(found: Iterable[SignatureRecord]) -> list[Signature]:
    """In the order in which they were given."""
    return [
        Signature(
            signature_id=one.signature_id,
            entity=one.entity,
            entity_id=one.entity_id,
            meaning=one.meaning,
            signed_by=one.principal_id,
            signed_at=one.signed_at,
            sha256=one.sha256.hex(),
        )
        for one in found
    ]
