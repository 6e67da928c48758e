"""Who sees a shipment beside its owner. Written by the API."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

from services.core.storage.schema.base import instant, metadata, of_shipment

shipment_grant = Table(
    "shipment_grant",
    metadata,
    Column("grant_id", UUID(as_uuid=True), primary_key=True),
    of_shipment(),
    Column("organisation_id", Text, ForeignKey("organisation.organisation_id"), nullable=False),
    # The shipment's own organisation; not there when it is the installation's.
    Column("owner_id", Text, ForeignKey("organisation.organisation_id"), index=True),
    Column("party", Text, nullable=False),
    instant("starts_at"),
    instant("ends_at"),
    Column("granted_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    instant("granted_at", nullable=False),
    Column("reason", Text, nullable=False),
    # Made by the booking of a place, and ended with it.
    Column("appointment_id", UUID(as_uuid=True), ForeignKey("appointment.appointment_id")),
    instant("revoked_at"),
    Column("revoked_by", Text),
    Column("revoke_reason", Text),
    CheckConstraint(
        "party IN ('owner', 'applicant', 'shipper', 'carrier', 'customs_site', 'consignee',"
        " 'authority', 'sponsor', 'auditor')",
        name="party",
    ),
    CheckConstraint("starts_at < ends_at", name="period"),
    # Looked into for nearly every row that anybody asks for.
    Index(
        "shipment_grant_in_force_idx",
        "organisation_id",
        "shipment_id",
        postgresql_where=text("revoked_at IS NULL"),
    ),
    comment="a row with party owner stands for the shipment's own organisation",
)

shared_link = Table(
    "shared_link",
    metadata,
    Column("link_id", UUID(as_uuid=True), primary_key=True),
    of_shipment(),
    Column("token_sha256", LargeBinary, nullable=False, unique=True),
    Column("made_for", Text, nullable=False),
    Column("created_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    instant("created_at", nullable=False),
    instant("ends_at", nullable=False),
    instant("revoked_at"),
    Column("revoked_by", Text),
    Column("revoke_reason", Text),
    CheckConstraint("created_at < ends_at", name="period"),
    comment="where a link leads is known to its holder alone: its digest is kept",
)
