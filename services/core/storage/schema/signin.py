"""People who sign in, what they prove themselves with, and their sessions."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from services.core.storage.schema.base import instant, metadata, revision

person = Table(
    "person",
    metadata,
    Column("principal_id", Text, ForeignKey("principal.principal_id"), primary_key=True),
    Column("roles", ARRAY(Text), nullable=False),
    Column("state", Text, nullable=False, server_default=text("'invited'")),
    Column("password_hash", Text),
    instant("password_changed_at"),
    Column("issuer", Text),
    Column("subject", Text),
    Column("language", Text),
    Column("zone", Text),
    instant("created_at", nullable=False),
    Column("created_by", Text, nullable=False),
    revision(),
    UniqueConstraint("issuer", "subject"),
    CheckConstraint("state IN ('invited', 'active', 'disabled')", name="state"),
    comment="of a password only its argon2id hash is kept",
)

sign_in_link = Table(
    "sign_in_link",
    metadata,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("principal_id", Text, ForeignKey("principal.principal_id"), nullable=False, index=True),
    instant("created_at", nullable=False),
    Column("created_by", Text, nullable=False),
    instant("expires_at", nullable=False),
    instant("used_at"),
    comment="the token itself is shown once and kept nowhere",
)

second_factor = Table(
    "second_factor",
    metadata,
    Column("factor_id", UUID(as_uuid=True), primary_key=True),
    Column("principal_id", Text, ForeignKey("principal.principal_id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("secret", LargeBinary),
    Column("last_step", BigInteger),
    Column("credential_id", LargeBinary),
    Column("public_key", LargeBinary),
    Column("sign_count", BigInteger),
    instant("created_at", nullable=False),
    instant("confirmed_at"),
    instant("last_used_at"),
    instant("removed_at"),
    UniqueConstraint("credential_id"),
    CheckConstraint("kind IN ('totp', 'passkey')", name="kind"),
    comment="the secret of a code generator must be known to check a code",
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("code_sha256", LargeBinary, primary_key=True),
    Column("principal_id", Text, ForeignKey("principal.principal_id"), nullable=False, index=True),
    instant("created_at", nullable=False),
    instant("used_at"),
)

session = Table(
    "session",
    metadata,
    Column("session_id", UUID(as_uuid=True), primary_key=True),
    Column("secret_sha256", LargeBinary, nullable=False),
    Column("principal_id", Text, ForeignKey("principal.principal_id"), nullable=False),
    Column("level", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("agent", Text, nullable=False),
    instant("created_at", nullable=False),
    instant("active_at", nullable=False),
    instant("idle_ends_at", nullable=False),
    instant("ends_at", nullable=False),
    instant("confirmed_at"),
    Column("challenge", LargeBinary),
    instant("challenge_ends_at"),
    instant("ended_at"),
    Column("end_reason", Text),
    UniqueConstraint("secret_sha256"),
    CheckConstraint("level IN ('second', 'enrol', 'full')", name="level"),
    Index(None, "principal_id", "ended_at"),
    comment="the cookie holds the secret, the table its digest",
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("subject_sha256", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    instant("at", nullable=False),
    instant("blocked_until", nullable=False),
    comment="a typed name may be a password: only its digest is kept",
)

oidc_attempt = Table(
    "oidc_attempt",
    metadata,
    Column("state_sha256", LargeBinary, primary_key=True),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("goes_to", Text, nullable=False),
    instant("expires_at", nullable=False),
)
