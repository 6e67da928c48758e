"""What systems outside sent, with what came of it. Written by the API."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

from services.core.storage.schema.base import instant, metadata

exchange_message = Table(
    "exchange_message",
    metadata,
    Column("entry_no", BigInteger, Identity(always=True), primary_key=True),
    Column("sha256", LargeBinary, nullable=False),
    Column("message_id", Text),
    Column("kind", Text),
    Column("subject", Text),
    Column("version", Integer),
    Column("content", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("field", Text),
    Column("detail", Text),
    Column("remedy", Text),
    Column("object_id", UUID(as_uuid=True)),
    Column("repeats", Integer, nullable=False, server_default=text("0")),
    instant("received_at", nullable=False),
    instant("last_received_at", nullable=False),
    Column("received_from", Text, ForeignKey("principal.principal_id"), nullable=False),
    CheckConstraint("outcome IN ('taken', 'waiting', 'overtaken', 'refused')", name="outcome"),
    CheckConstraint("outcome <> 'refused' OR remedy IS NOT NULL", name="remedy"),
    # A sender's content is kept once, and their id stands for one content, whoever sends at once.
    UniqueConstraint("received_from", "sha256"),
    Index(
        "exchange_message_one_content",
        "received_from",
        "message_id",
        unique=True,
        postgresql_where=text("outcome <> 'refused'"),
    ),
    Index(None, "kind", "subject", "version"),
)
