"""Sign-off by departments, risk assessments with their checks, emergency releases. By the API."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from services.core.storage.schema.base import instant, metadata, of_shipment, revision

sign_off = Table(
    "sign_off",
    metadata,
    Column("sign_off_id", UUID(as_uuid=True), primary_key=True),
    Column("shipment_id", UUID(as_uuid=True), ForeignKey("shipment.shipment_id"), nullable=False),
    Column("department", Text, nullable=False),
    Column("rule_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("lead", Boolean, nullable=False),
    instant("asked_at", nullable=False),
    instant("since", nullable=False),
    instant("due_at", nullable=False),
    Column("remind_min", Integer, nullable=False),
    revision(),
    UniqueConstraint("shipment_id", "department"),
    CheckConstraint("state IN ('WAITING', 'RETURNED', 'GIVEN', 'REFUSED')", name="state"),
)

sign_off_step = Table(
    "sign_off_step",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "sign_off_id",
        UUID(as_uuid=True),
        ForeignKey("sign_off.sign_off_id"),
        nullable=False,
        index=True,
    ),
    Column("move", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("principal_id", Text, ForeignKey("principal.principal_id"), nullable=False),
    instant("at", nullable=False),
    Column("reason", Text, nullable=False),
)

risk_assessment = Table(
    "risk_assessment",
    metadata,
    Column("assessment_id", UUID(as_uuid=True), primary_key=True),
    Column("shipment_id", UUID(as_uuid=True), ForeignKey("shipment.shipment_id"), index=True),
    Column("paper_id", UUID(as_uuid=True), ForeignKey("paper.paper_id"), index=True),
    Column("assessor", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("conditions", JSONB, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    instant("assessed_at", nullable=False),
    Column("entered_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    CheckConstraint("(shipment_id IS NULL) <> (paper_id IS NULL)", name="one_subject"),
    CheckConstraint("result IN ('accepted', 'accepted_with_conditions', 'refused')", name="result"),
    comment="of a shipment, or of a plan and of what draws from it",
)

condition_check = Table(
    "condition_check",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    of_shipment(),
    Column(
        "assessment_id",
        UUID(as_uuid=True),
        ForeignKey("risk_assessment.assessment_id"),
        nullable=False,
    ),
    Column("condition", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("note", Text),
    instant("at", nullable=False),
    Column("principal_id", Text, ForeignKey("principal.principal_id"), nullable=False),
    CheckConstraint("outcome IN ('kept', 'breached', 'waived')", name="outcome"),
)

emergency_release = Table(
    "emergency_release",
    metadata,
    Column("release_id", UUID(as_uuid=True), primary_key=True),
    of_shipment(),
    Column("basis_id", Text, nullable=False),
    Column("papers", JSONB, nullable=False),
    Column("granted_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    Column("officer_grade", SmallInteger, nullable=False),
    instant("granted_at", nullable=False),
    Column("due_on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    instant("ended_at"),
    Column("ended_by", Text, ForeignKey("principal.principal_id")),
    Column("ended_reason", Text),
    revision(),
    CheckConstraint("state IN ('GRANTED', 'MADE_UP', 'REVOKED')", name="state"),
    Index(
        "emergency_release_one_open",
        "shipment_id",
        unique=True,
        postgresql_where=text("state = 'GRANTED'"),
    ),
    comment="OVERDUE is not stored: it follows from the day",
)

official = Table(
    "official",
    metadata,
    Column("principal_id", Text, ForeignKey("principal.principal_id"), primary_key=True),
    Column("grade", SmallInteger),
    Column("department", Text),
    instant("entered_at", nullable=False),
    Column("entered_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    CheckConstraint("grade BETWEEN 1 AND 9", name="grade"),
)
