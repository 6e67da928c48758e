"""Keeping a photo of an inspection, sealed from its first byte, and looking at it, audited."""

from __future__ import annotations

import hashlib
from uuid import UUID

from services.api.acts.inspect import add_entry, check_writable
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.refusals import HttpRefusal
from services.core.domain.clearance.photo import photo_type
from services.core.runtime.sealing import Sealed, SealKeys
from services.core.storage.inspections import InspectionRepository, InspectionView
from services.core.storage.photos import PhotoRepository


async def keep_photo(
    view: InspectionView,
    content: bytes,
    declared: str,
    caption: str | None,
    keys: SealKeys | None,
    act: Act,
) -> UUID:
    """Seal it and keep it under its SHA-256; its bytes are in no log, notice or export."""
    check_writable(view, act)
    media_type = photo_type(content, declared)
    sha256 = hashlib.sha256(content).digest()
    sealed = _needed(keys).seal(content, _about(sha256, media_type))
    photo_id = new_id(act.now)
    await PhotoRepository(act.unit).add(
        {
            "photo_id": photo_id,
            "inspection_id": view.inspection_id,
            "sha256": sha256,
            "caption": caption,
            "uploaded_at": act.now,
            "uploaded_by": act.principal.principal_id,
        },
        {
            "sha256": sha256,
            "media_type": media_type,
            "size_bytes": len(content),
            "key_id": sealed.key_id,
            "nonce": sealed.nonce,
            "sealed": sealed.content,
        },
    )
    told = {"photo_id": str(photo_id), "sha256": sha256.hex(), "caption": caption}
    await add_entry(view, "photo", told, act)
    await InspectionRepository(act.unit).change(view.inspection_id)
    return photo_id


async def look_at_photo(
    inspection_id: UUID, photo_id: UUID, keys: SealKeys | None, act: Act
) -> tuple[bytes, str]:
    """Its bytes and kind. That somebody looked is written down before they leave."""
    found = await PhotoRepository(act.unit).sealed(inspection_id, photo_id)
    sealed = Sealed(key_id=found.key_id, nonce=bytes(found.nonce), content=bytes(found.sealed))
    content = _needed(keys).open(sealed, _about(bytes(found.sha256), found.media_type))
    await act.audit("look", ("photo", photo_id), after={"inspection_id": str(inspection_id)})
    return content, found.media_type


def _about(sha256: bytes, media_type: str) -> bytes:
    return sha256 + media_type.encode()


def _needed(keys: SealKeys | None) -> SealKeys:
    if keys is None:
        raise HttpRefusal(
            503,
            "this installation keeps no photos: it has no key to seal them with",
            remedy="coldlane photo-key FILE, then set COLDLANE_PHOTO_KEY_FILE",
        )
    return keys
