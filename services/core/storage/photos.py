"""Photos of inspections: each by its SHA-256, its bytes sealed before they come here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import insert as upsert

from services.core.domain.errors import AlreadyExists, NotFound
from services.core.storage.constraints import refusals
from services.core.storage.database import UnitOfWork
from services.core.storage.schema import inspection_photo, photo_blob


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPhoto:
    """The sealed bytes of a photo, and what is needed to open them."""

    sha256: bytes
    media_type: str
    key_id: str
    nonce: bytes
    sealed: bytes


_SEALED = text("""
SELECT blob.sha256, blob.media_type, blob.key_id, blob.nonce, blob.sealed
FROM inspection_photo AS photo JOIN photo_blob AS blob USING (sha256)
WHERE photo.inspection_id = :inspection_id AND photo.photo_id = :photo_id
""")


class PhotoRepository:
    """Keeps photos, and finds them again by the inspection that they are of."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, photo: Mapping[str, Any], blob: Mapping[str, Any]) -> None:
        """Keep a photo; the same bytes are kept once. Raises AlreadyExists within an inspection."""
        refused = AlreadyExists("this photo is in the inspection already", field="content")
        await self._unit.execute(upsert(photo_blob).values(**blob).on_conflict_do_nothing())
        with refusals({"inspection_photo_inspection_id_sha256_key": refused}):
            await self._unit.execute(insert(inspection_photo).values(**photo))

    async def sealed(self, inspection_id: UUID, photo_id: UUID) -> SealedPhoto:
        """A photo of this inspection; raises NotFound."""
        found = await self._unit.execute(
            _SEALED, {"inspection_id": inspection_id, "photo_id": photo_id}
        )
        row = found.one_or_none()
        if row is None:
            raise NotFound("there is no such photo", field="photo_id")
        return SealedPhoto(**row._mapping)
