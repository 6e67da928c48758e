"""Who acts, what they did, what they may repeat, and which services are alive."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from services.core.storage.schema.base import instant, metadata, revision

organisation = Table(
    "organisation",
    metadata,
    Column("organisation_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("country", Text, nullable=False),
    instant("created_at", nullable=False),
    revision(),
    Column("kind", Text, nullable=False),
    # Of free-trade zones, whose lists on data that leaves it stands under.
    Column("data_lists", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
    CheckConstraint(
        "kind IN ('applicant', 'shipper', 'consignee', 'operator', 'customs_site',"
        " 'supervising_authority', 'sponsor', 'auditor', 'platform')",
        name="kind",
    ),
)

principal = Table(
    "principal",
    metadata,
    Column("principal_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    instant("created_at", nullable=False),
    Column("organisation_id", Text, ForeignKey("organisation.organisation_id")),
    # Where somebody works who does not where their organisation is.
    Column("country", Text),
    CheckConstraint("kind IN ('person', 'machine', 'service')", name="kind"),
    CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
)

api_key = Table(
    "api_key",
    metadata,
    Column("key_id", UUID(as_uuid=True), primary_key=True),
    Column("prefix", Text, nullable=False),
    Column("secret_sha256", LargeBinary, nullable=False),
    Column("principal_id", Text, ForeignKey("principal.principal_id"), nullable=False, index=True),
    Column("role", Text, nullable=False),
    instant("created_at", nullable=False),
    Column("created_by", Text, nullable=False),
    instant("expires_at"),
    instant("last_used_at"),
    instant("revoked_at"),
    Column("revoke_reason", Text),
    UniqueConstraint("prefix"),
    comment="the key itself is shown once and kept nowhere",
)

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    instant("at", nullable=False),
    Column("principal_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("reason", Text),
    Column("source", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("key_id", Text),
    Index(None, "entity", "entity_id"),
    Index(None, "principal_id"),
    comment="append-only, also for its owner; digest: of the bytes in docs/reference/audit.md",
)

audit_seal = Table(
    "audit_seal",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_id", BigInteger, ForeignKey("audit_entry.id"), nullable=False),
    instant("sealed_at", nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("entry_id"),
    comment="the chain of audit entries, written by their trigger at the end of each transaction",
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("principal_id", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_sha256", LargeBinary, nullable=False),
    Column("status", SmallInteger),
    Column("response", JSONB),
    instant("created_at", nullable=False),
)

service_heartbeat = Table(
    "service_heartbeat",
    metadata,
    Column("service", Text, primary_key=True),
    Column("instance", Text, primary_key=True),
    instant("started_at", nullable=False),
    instant("at", nullable=False),
    Column("detail", JSONB, nullable=False, server_default=text("'{}'")),
)

# Written at an upgrade, by whoever owns the database: which rules of access it holds.
applied_rule = Table(
    "applied_rule",
    metadata,
    Column("table_name", Text, primary_key=True),
    Column("digest", Text, nullable=False),
)
