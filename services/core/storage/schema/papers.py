"""Papers, their draws, and the rules of sponsors and sites about them. Written by the API."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from services.core.storage.schema.base import instant, metadata, of_shipment, owner, revision

paper = Table(
    "paper",
    metadata,
    Column("paper_id", UUID(as_uuid=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("risk_class", Text),
    Column("write_off", Text, nullable=False),
    Column("quantity", Numeric),
    Column("unit", Text),
    Column("balance", Numeric),
    Column("valid_from", Date),
    Column("valid_until", Date),
    Column("re_export_by", Date),
    instant("entered_at", nullable=False),
    Column("entered_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    instant("withdrawn_at"),
    Column("withdrawn_by", Text, ForeignKey("principal.principal_id")),
    Column("withdrawn_reason", Text),
    revision(),
    owner(),
    UniqueConstraint("kind", "number"),
    CheckConstraint("write_off IN ('single', 'batch')", name="write_off"),
    CheckConstraint("valid_from <= valid_until", name="days"),
    CheckConstraint("(quantity IS NULL) = (balance IS NULL)", name="counted"),
    # Whoever draws and however many at once: what is left is never below nothing.
    CheckConstraint("balance >= 0", name="balance"),
    CheckConstraint("balance <= quantity", name="not_more_than_there_was"),
)

paper_use = Table(
    "paper_use",
    metadata,
    Column("use_id", UUID(as_uuid=True), primary_key=True),
    Column("paper_id", UUID(as_uuid=True), ForeignKey("paper.paper_id"), nullable=False),
    of_shipment(),
    Column("subject", Text, nullable=False),
    Column("single", Boolean, nullable=False),
    Column("quantity", Numeric),
    instant("attached_at", nullable=False),
    Column("attached_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    instant("given_back_at"),
    Column("given_back_by", Text, ForeignKey("principal.principal_id")),
    Column("given_back_reason", Text),
    instant("re_exported_at"),
    Column("re_exported_by", Text, ForeignKey("principal.principal_id")),
    CheckConstraint("subject IN ('goods', 'boxes')", name="subject"),
    CheckConstraint("quantity > 0", name="quantity"),
    Index(
        "paper_use_single_once",
        "paper_id",
        unique=True,
        postgresql_where=text("single AND given_back_at IS NULL"),
    ),
    Index(
        "paper_use_attached_once",
        "paper_id",
        "shipment_id",
        "subject",
        unique=True,
        postgresql_where=text("given_back_at IS NULL"),
    ),
)

declaration = Table(
    "declaration",
    metadata,
    Column("shipment_id", UUID(as_uuid=True), ForeignKey("shipment.shipment_id"), primary_key=True),
    Column("applicant", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("risk_class", Text),
    Column("regime", Text),
    Column("human_genetic", Boolean, nullable=False),
    Column("temporary", Boolean, nullable=False),
    Column("boxes", Boolean, nullable=False),
    Column("first_entry", Boolean, nullable=False),
    Column("origin", Text),
    Column("destination", Text),
    Column("air_waybill", Text),
    Column("donation_number", Text),
    Column("coi_id", Text),
    instant("declared_at", nullable=False),
    Column("declared_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    revision(),
    CheckConstraint("direction IN ('in', 'out')", name="direction"),
)

membership = Table(
    "membership",
    metadata,
    Column("membership_id", UUID(as_uuid=True), primary_key=True),
    Column("regime", Text, nullable=False),
    Column("firm", Text, nullable=False),
    Column("item", Text),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("reference", Text, nullable=False),
    instant("entered_at", nullable=False),
    Column("entered_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    CheckConstraint("valid_from <= valid_until", name="days"),
    Index(None, "firm", "regime"),
)

paper_rule = Table(
    "paper_rule",
    metadata,
    Column("entry_id", UUID(as_uuid=True), primary_key=True),
    Column("document", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    instant("entered_at", nullable=False),
    Column("entered_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    instant("withdrawn_at"),
    Column("withdrawn_by", Text, ForeignKey("principal.principal_id")),
)
