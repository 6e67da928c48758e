"""Rules under which readings may be removed, written by the API; what was removed, by ingest."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import UUID

from services.core.storage.schema.base import instant, metadata, of_shipment, owner, revision

retention_rule = Table(
    "retention_rule",
    metadata,
    Column("rule_id", UUID(as_uuid=True), primary_key=True),
    # As the shipper is written in shipments.
    Column("sponsor", Text, nullable=False, index=True),
    Column("keep_days", Integer, nullable=False),
    instant("effective_from", nullable=False),
    Column("reference", Text, nullable=False),
    Column("reason", Text, nullable=False),
    instant("entered_at", nullable=False),
    Column("entered_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    instant("withdrawn_at"),
    Column("withdrawn_by", Text, ForeignKey("principal.principal_id")),
    Column("withdrawn_reason", Text),
    revision(),
    owner(),
    CheckConstraint("keep_days BETWEEN 1 AND 36500", name="keep_days"),
)

reading_removal = Table(
    "reading_removal",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("rule_id", UUID(as_uuid=True), ForeignKey("retention_rule.rule_id"), nullable=False),
    of_shipment(),
    Column("box_no", Integer, ForeignKey("box.box_no"), nullable=False),
    Column("boot_no", Integer, ForeignKey("watermark.boot_no"), nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    instant("first_at", nullable=False),
    instant("last_at", nullable=False),
    Column("readings", BigInteger, nullable=False),
    # Of the rows' texts; says later whether a copy elsewhere is the same.
    Column("hash_sum", Numeric, nullable=False),
    instant("removed_at", nullable=False),
    Index(None, "boot_no", "first_seq"),
)
