"""Earlier states of folds: where to begin again when something late arrives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.dialects.postgresql import UUID as SQL_UUID

from services.core.storage.database import UnitOfWork
from services.core.storage.documents import rows_as_json

_PAYLOADS = bindparam("payloads", type_=ARRAY(SQL_UUID(as_uuid=True)))
_INSTANTS = bindparam("instants", type_=ARRAY(TIMESTAMP(timezone=True)))

_BEFORE = text("""
SELECT given.payload_id, found.state
FROM unnest(:payloads, :instants) AS given (payload_id, earliest)
CROSS JOIN LATERAL (
  SELECT c.state FROM checkpoint AS c
  WHERE c.payload_id = given.payload_id AND c.through < given.earliest
    AND c.model_version = :model_version
  ORDER BY c.through DESC LIMIT 1
) AS found
""").bindparams(_PAYLOADS, _INSTANTS)

_DROP = text("""
DELETE FROM checkpoint USING unnest(:payloads, :instants) AS given (payload_id, earliest)
WHERE checkpoint.payload_id = given.payload_id AND checkpoint.through >= given.earliest
""").bindparams(_PAYLOADS, _INSTANTS)

_KEEP = text("""
INSERT INTO checkpoint (payload_id, through, model_version, state)
SELECT payload_id, through, model_version, state
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
  AS given (payload_id uuid, through timestamptz, model_version text, state jsonb)
ON CONFLICT (payload_id, through) DO UPDATE
SET model_version = excluded.model_version, state = excluded.state
""")


class Checkpoints:
    """Checkpoints of payloads whose states this transaction has locked."""

    def __init__(self, uow: UnitOfWork):
        self._uow = uow

    async def before(
        self, earliest: Mapping[UUID, datetime], model_version: str
    ) -> dict[UUID, dict[str, Any]]:
        """The newest state of each payload that nothing from its instant on has gone into."""
        if not earliest:
            return {}
        rows = await self._uow.execute(
            _BEFORE, {**_columns(earliest.items()), "model_version": model_version}
        )
        return {row.payload_id: row.state for row in rows}

    async def drop(self, earliest: Iterable[tuple[UUID, datetime]]) -> None:
        """Forget those that something from the instant on has gone into."""
        given = list(earliest)
        if given:
            await self._uow.execute(_DROP, _columns(given))

    async def keep(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add checkpoints: `payload_id`, `through`, `model_version` and `state` of each."""
        if rows:
            await self._uow.execute(_KEEP, {"rows": rows_as_json(rows)})


def _columns(given: Iterable[tuple[UUID, datetime]]) -> dict[str, list[Any]]:
    pairs = list(given)
    return {"payloads": [one for one, _ in pairs], "instants": [at for _, at in pairs]}
