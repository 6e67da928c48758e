"""What may leave the country: what people entered, whose data left, and what was decided."""

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
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from services.core.storage.schema.base import instant, metadata

data_entry = Table(
    "data_entry",
    metadata,
    Column("entry_id", UUID(as_uuid=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("document", JSONB, nullable=False),
    # The recipient; a rule is about everybody.
    Column("organisation_id", Text, ForeignKey("organisation.organisation_id"), index=True),
    Column("reason", Text, nullable=False),
    instant("entered_at", nullable=False),
    Column("entered_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    # Of an emergency: when the papers are due, and when they came.
    Column("due_on", Date),
    instant("settled_at"),
    Column("settled_by", Text, ForeignKey("principal.principal_id")),
    Column("settled_reference", Text),
    instant("withdrawn_at"),
    Column("withdrawn_by", Text, ForeignKey("principal.principal_id")),
    Column("withdrawn_reason", Text),
    CheckConstraint("kind IN ('rule', 'instrument', 'emergency')", name="kind"),
    CheckConstraint("(kind = 'rule') = (organisation_id IS NULL)", name="recipient"),
    CheckConstraint("(kind = 'emergency') = (due_on IS NOT NULL)", name="due"),
    comment="own rules, contracts and assessments that stand, and emergencies",
)

data_count = Table(
    "data_count",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("data_class", Text, primary_key=True),
    Column("persons", BigInteger, nullable=False),
    CheckConstraint("persons >= 0", name="persons"),
    comment="how many rows data_person has for it; kept by a trigger of that table",
)

data_person = Table(
    "data_person",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("data_class", Text, primary_key=True),
    Column("pseudonym", Text, primary_key=True),
    instant("first_at", nullable=False),
    comment="whose data left this year, each once; append-only",
)

data_decision = Table(
    "data_decision",
    metadata,
    Column("decision_no", BigInteger, Identity(always=True), primary_key=True),
    instant("at", nullable=False),
    Column("principal_id", Text, nullable=False),
    Column("organisation_id", Text),
    Column("country", Text),
    Column("purpose", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("classes", ARRAY(Text), nullable=False),
    Column("held_back", ARRAY(Text), nullable=False),
    Column("persons", JSONB, nullable=False),
    Column("rule_id", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("words", Text, nullable=False),
    # What is the same again on one day is one row; what holds persons never is.
    Column("once", Text),
    UniqueConstraint("once"),
    CheckConstraint("outcome IN ('exempt', 'contract', 'assessment', 'denied')", name="outcome"),
    Index(None, "organisation_id", "decision_no"),
    comment="append-only",
)
