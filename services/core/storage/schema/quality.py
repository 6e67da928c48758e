"""Deviations, what people decided on them and signed, and what they saw. Written by the API."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from services.core.storage.schema.base import instant, metadata, of_shipment, revision

_DISPOSITIONS = "('RELEASED', 'RELEASED_WITH_COMMENT', 'OUT_OF_SPEC_MEDICAL', 'REJECTED')"

deviation = Table(
    "deviation",
    metadata,
    Column("deviation_id", UUID(as_uuid=True), primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    Column("payload_id", UUID(as_uuid=True), ForeignKey("payload.payload_id"), nullable=False),
    of_shipment(),
    Column("state", Text, nullable=False),
    Column("description", Text, nullable=False),
    instant("detected_at", nullable=False),
    instant("opened_at", nullable=False),
    Column("opened_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    Column("proposal", Text),
    Column("assessed_by", Text, ForeignKey("principal.principal_id")),
    instant("assessed_at"),
    Column("evidence_sha256", LargeBinary),
    Column("facts_sha256", LargeBinary),
    Column("decided_by", Text, ForeignKey("principal.principal_id")),
    instant("decided_at"),
    revision(),
    UniqueConstraint("number"),
    CheckConstraint(
        "state IN ('ACKNOWLEDGED', 'UNDER_ASSESSMENT', 'DISPOSITIONED', 'CLOSED')", name="state"
    ),
    CheckConstraint(f"proposal IN {_DISPOSITIONS}", name="proposal"),
    CheckConstraint("decided_by <> assessed_by", name="two_people"),
    Index(
        "deviation_one_open_per_payload",
        "payload_id",
        unique=True,
        postgresql_where=text("state <> 'CLOSED'"),
    ),
)

deviation_step = Table(
    "deviation_step",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "deviation_id",
        UUID(as_uuid=True),
        ForeignKey("deviation.deviation_id"),
        nullable=False,
        index=True,
    ),
    Column("move", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("principal_id", Text, ForeignKey("principal.principal_id"), nullable=False),
    instant("at", nullable=False),
    Column("reason", Text, nullable=False),
    Column("facts", JSONB, nullable=False, server_default=text("'{}'")),
)

evidence_pack = Table(
    "evidence_pack",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column(
        "deviation_id", UUID(as_uuid=True), ForeignKey("deviation.deviation_id"), nullable=False
    ),
    instant("created_at", nullable=False),
    Column("pack", LargeBinary, nullable=False),
)

signature = Table(
    "signature",
    metadata,
    Column("signature_id", UUID(as_uuid=True), primary_key=True),
    Column("entity", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
    Column("meaning", Text, nullable=False),
    Column("principal_id", Text, ForeignKey("principal.principal_id"), nullable=False),
    instant("signed_at", nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    # What was signed; null where the bytes stand in a table of their own.
    Column("record", LargeBinary),
    Index(None, "entity", "entity_id"),
)

disposition = Table(
    "disposition",
    metadata,
    Column("disposition_id", UUID(as_uuid=True), primary_key=True),
    Column("payload_id", UUID(as_uuid=True), ForeignKey("payload.payload_id"), nullable=False),
    Column(
        "deviation_id", UUID(as_uuid=True), ForeignKey("deviation.deviation_id"), nullable=False
    ),
    Column("value", Text, nullable=False),
    Column("assessed_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    Column("decided_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    instant("decided_at", nullable=False),
    Column("reason", Text, nullable=False),
    instant("decided_through", nullable=False),
    Column("evidence_sha256", LargeBinary, ForeignKey("evidence_pack.sha256"), nullable=False),
    Column("facts_sha256", LargeBinary, nullable=False),
    Column("seen", JSONB, nullable=False),
    instant("superseded_at"),
    CheckConstraint(f"value IN {_DISPOSITIONS}", name="value"),
    CheckConstraint("decided_by <> assessed_by", name="two_people"),
    Index(
        "disposition_one_in_force_per_payload",
        "payload_id",
        unique=True,
        postgresql_where=text("superseded_at IS NULL"),
    ),
    comment="`seen`: excursions and broken limits that were decided on; others than these now"
    " overtake the decision (view payload_disposition)",
)
