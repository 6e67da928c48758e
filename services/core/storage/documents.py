"""Rows handed to PostgreSQL as one JSON document: many rows, many columns, one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec


def rows_as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as jsonb_to_recordset reads them; instants and UUIDs become text."""
    return msgspec.json.encode(rows).decode()
