"""Who a payload is of: the only table that leads from a pseudonym to a person."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from services.core.storage.schema.base import instant, metadata

patient_identity = Table(
    "patient_identity",
    metadata,
    Column("payload_id", UUID(as_uuid=True), ForeignKey("payload.payload_id"), primary_key=True),
    Column("key_id", Text),
    Column("nonce", LargeBinary),
    Column("sealed", LargeBinary),
    instant("entered_at", nullable=False),
    Column("entered_by", Text, nullable=False),
    instant("forgotten_at"),
    Column("forgotten_by", Text),
    CheckConstraint("(forgotten_at IS NULL) = (sealed IS NOT NULL)", name="forgotten"),
    comment="sealed with a key that is in no database; only the role …_identity reads it",
)
