"""Inspections with all that is entered in them, codes, photos, loggers of bays. By the API."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, UUID, ExcludeConstraint

from services.core.storage.schema.base import instant, metadata, revision

_MARKS = "('box', 'seal', 'identity_code')"


def _who(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, ForeignKey("principal.principal_id"), nullable=nullable)


def _shipment() -> Column[object]:
    return Column(
        "shipment_id",
        UUID(as_uuid=True),
        ForeignKey("shipment.shipment_id"),
        nullable=False,
        index=True,
    )


def _inspection(*, nullable: bool = False) -> Column[object]:
    return Column(
        "inspection_id",
        UUID(as_uuid=True),
        ForeignKey("inspection.inspection_id"),
        nullable=nullable,
        index=True,
    )


checklist_template = Table(
    "checklist_template",
    metadata,
    Column("template_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("document", JSONB, nullable=False),
    instant("created_at", nullable=False),
    _who("created_by"),
    comment="a version never changes; a new one takes its place",
)

inspection = Table(
    "inspection",
    metadata,
    Column("inspection_id", UUID(as_uuid=True), primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    _shipment(),
    Column("appointment_id", UUID(as_uuid=True), ForeignKey("appointment.appointment_id")),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False, index=True),
    Column("bay_id", Text, ForeignKey("bay.bay_id"), index=True),
    Column("follows", UUID(as_uuid=True), ForeignKey("inspection.inspection_id")),
    Column("mode", Text, nullable=False),
    Column("no_open", Boolean, nullable=False),
    Column("no_xray", Boolean, nullable=False),
    Column("template_id", Text, nullable=False),
    Column("template_version", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="OPEN"),
    _who("claimed_by"),
    instant("claimed_at", nullable=False),
    instant("begun_at", nullable=False),
    instant("due_end_at", nullable=False),
    instant("ended_at"),
    _who("decided_by", nullable=True),
    instant("decided_at"),
    instant("latest_start_at_begin"),
    instant("leave_by_at_decision"),
    Column("record_sha256", LargeBinary),
    revision(),
    UniqueConstraint("number"),
    UniqueConstraint("follows"),
    ForeignKeyConstraint(
        ["template_id", "template_version"],
        ["checklist_template.template_id", "checklist_template.version"],
        name="inspection_template_fkey",
    ),
    CheckConstraint(
        "state IN ('OPEN', 'WAITING_FOR_PAPERS', 'CUSTOMS_CLEARED', 'RECHECK_ORDERED',"
        " 'RETURN_ORDERED', 'DESTRUCTION_ORDERED', 'VOID')",
        name="state",
    ),
    CheckConstraint(
        "mode IN ('in_cold_store', 'no_open', 'open_cold_bay', 'remote_video', 'document_only')",
        name="mode",
    ),
    CheckConstraint("(state = 'OPEN') = (ended_at IS NULL)", name="ended"),
    Index(
        "inspection_one_open_per_shipment",
        "shipment_id",
        unique=True,
        postgresql_where=text("state IN ('OPEN', 'WAITING_FOR_PAPERS')"),
    ),
)

inspection_entry = Table(
    "inspection_entry",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _inspection(),
    Column("kind", Text, nullable=False),
    Column("facts", JSONB, nullable=False, server_default=text("'{}'")),
    _who("principal_id"),
    instant("at", nullable=False),
    CheckConstraint("kind IN ('check', 'finding', 'seal', 'photo', 'move')", name="kind"),
    comment="append-only: a later answer to an item takes the place of an earlier one",
)

inspection_record = Table(
    "inspection_record",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    _inspection(),
    instant("created_at", nullable=False),
    Column("record", LargeBinary, nullable=False),
    comment="what was signed, byte for byte; append-only",
)

identity_mark = Table(
    "identity_mark",
    metadata,
    Column("mark_id", UUID(as_uuid=True), primary_key=True),
    _shipment(),
    Column("payload_id", UUID(as_uuid=True), ForeignKey("payload.payload_id")),
    Column("mark", Text, nullable=False),
    Column("code", Text, nullable=False),
    instant("entered_at", nullable=False),
    _who("entered_by"),
    instant("ended_at"),
    _who("ended_by", nullable=True),
    Column("reason", Text),
    _inspection(nullable=True),
    CheckConstraint("mark IN ('seal', 'identity_code')", name="mark"),
    Index(
        "identity_mark_one_in_force",
        "shipment_id",
        "mark",
        "code",
        unique=True,
        postgresql_where=text("ended_at IS NULL"),
    ),
    comment="what a scan is compared with; ended, never edited. No patient's name",
)

identity_scan = Table(
    "identity_scan",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _shipment(),
    _inspection(nullable=True),
    Column("place", Text, nullable=False),
    Column("mark", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("expected", JSONB, nullable=False),
    Column("matches", Boolean),
    _who("principal_id"),
    instant("at", nullable=False),
    CheckConstraint("place IN ('terminal', 'bay')", name="place"),
    CheckConstraint(f"mark IN {_MARKS}", name="mark"),
    comment="append-only",
)

photo_blob = Table(
    "photo_blob",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    comment="personal: sealed with a key that is in no database",
)

inspection_photo = Table(
    "inspection_photo",
    metadata,
    Column("photo_id", UUID(as_uuid=True), primary_key=True),
    _inspection(),
    Column("sha256", LargeBinary, ForeignKey("photo_blob.sha256"), nullable=False),
    Column("caption", Text),
    instant("uploaded_at", nullable=False),
    _who("uploaded_by"),
    UniqueConstraint("inspection_id", "sha256"),
)

bay_logger = Table(
    "bay_logger",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("bay_id", Text, ForeignKey("bay.bay_id"), nullable=False, index=True),
    Column("box_no", Integer, ForeignKey("box.box_no"), nullable=False),
    Column("low_c", Double),
    Column("high_c", Double),
    Column("during", TSTZRANGE, nullable=False),
    instant("recorded_at", nullable=False),
    _who("recorded_by"),
    Column("reason", Text),
    CheckConstraint("low_c < high_c", name="range"),
    ExcludeConstraint(("box_no", "="), ("during", "&&"), using="gist", name="logger_in_one_bay"),
)
