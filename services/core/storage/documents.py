"""Rows handed to PostgreSQL as one JSON document: many rows, many columns, one statement."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID


def rows_as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as jsonb_to_recordset reads them."""
    return json.dumps(rows, default=_spell, allow_nan=False)


def _spell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON spelling")
