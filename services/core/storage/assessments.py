"""Saves verdicts: the state row of each payload, and a kept assessment when the verdict changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.core.storage.database import UnitOfWork
from services.core.storage.documents import rows_as_json

BECAUSE_LATE = "revised because of late data from "
"""So begins the reason of a verdict that late readings set right; the earliest of them follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssessment:
    """A verdict to be kept: it supersedes the payload's last one, for the reason given."""

    payload_id: UUID
    revision: int
    reason: str
    as_of: datetime
    recorded_at: datetime
    model_version: str
    inputs_hash: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAssessment:
    """A verdict as it was kept."""

    id: int
    payload_id: UUID
    revision: int
    supersedes: int | None
    reason: str
    as_of: datetime
    inputs_hash: str
    body: dict[str, Any]


_COLUMNS = {
    "checkpoint": "jsonb",
    "model_version": "text",
    "evaluated_through": "timestamptz",
    "next_change_at": "timestamptz",
    "as_of": "timestamptz",
    "condition": "text",
    "evidence": "text",
    "qa_hold": "boolean",
    "in_label_until": "timestamptz",
    "viable_until_p10": "timestamptz",
    "viable_until_p50": "timestamptz",
    "binding_constraint": "text",
    "binding_deadline": "text",
    "deadline": "timestamptz",
    "latest_inspection_start": "timestamptz",
    "ready_at": "timestamptz",
    "ranked_start": "timestamptz",
    "last_reading": "jsonb",
    "summary": "jsonb",
    "revision": "bigint",
}

_SAVE = text(f"""
UPDATE assessment_state AS state
SET {", ".join(f"{name} = given.{name}" for name in _COLUMNS)},
    attempts = 0, last_error = NULL, retry_at = NULL
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
  AS given (payload_id uuid, {", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())})
WHERE state.payload_id = given.payload_id
""")  # noqa: S608  names from the table above

_KEEP = text("""
INSERT INTO assessment (payload_id, revision, supersedes, reason, as_of, recorded_at,
                        model_version, inputs_hash, body)
SELECT given.payload_id, given.revision,
       (SELECT max(id) FROM assessment AS old WHERE old.payload_id = given.payload_id),
       given.reason, given.as_of, given.recorded_at, given.model_version, given.inputs_hash,
       given.body
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
  AS given (payload_id uuid, revision bigint, reason text, as_of timestamptz,
            recorded_at timestamptz, model_version text, inputs_hash text, body jsonb)
""")

# The checkpoint is dropped: the next try begins from the start, whatever went wrong.
_FAILED = text("""
UPDATE assessment_state
SET attempts = attempts + 1, last_error = :error, retry_at = :retry_at,
    next_change_at = :retry_at, checkpoint = NULL, evaluated_through = NULL
WHERE payload_id = :payload_id
""")

_HISTORY = text("""
SELECT id, payload_id, revision, supersedes, reason, as_of, inputs_hash, body
FROM assessment WHERE payload_id = :payload_id ORDER BY id
""")


class Assessments:
    """The verdicts of payloads whose states this transaction has locked."""

    def __init__(self, uow: UnitOfWork):
        self._uow = uow

    async def save_states(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write these state rows whole; each has `payload_id` and every column of the state."""
        if rows:
            await self._uow.execute(_SAVE, {"rows": rows_as_json(rows)})

    async def keep(self, assessments: Sequence[NewAssessment]) -> None:
        """Add verdicts to the history; nothing in it is ever changed."""
        if not assessments:
            return
        rows = [
            {name: getattr(one, name) for name in NewAssessment.__slots__} for one in assessments
        ]
        await self._uow.execute(_KEEP, {"rows": rows_as_json(rows)})

    async def record_failure(self, payload_id: UUID, error: str, retry_at: datetime) -> None:
        """Note that this payload could not be judged, and when to try again."""
        await self._uow.execute(
            _FAILED, {"payload_id": payload_id, "error": error[:500], "retry_at": retry_at}
        )

    async def history(self, payload_id: UUID) -> list[KeptAssessment]:
        """Every verdict kept of a payload, oldest first."""
        rows = await self._uow.execute(_HISTORY, {"payload_id": payload_id})
        return [KeptAssessment(**row._mapping) for row in rows]
