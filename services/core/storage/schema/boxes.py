"""Cold boxes and the probes in them. Written by the API."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, UUID, ExcludeConstraint

from services.core.storage.schema.base import instant, metadata, owner, revision

box = Table(
    "box",
    metadata,
    Column("box_no", Integer, Identity(always=True), primary_key=True),
    Column("box_id", Text, nullable=False, unique=True),
    Column("shard", SmallInteger, nullable=False),
    Column("kind", Text, nullable=False, server_default="box"),
    Column("simulated", Boolean, nullable=False, server_default=text("false")),
    Column("model", Text),
    Column("report_interval_s", Integer, nullable=False, server_default=text("60")),
    instant("registered_at", nullable=False),
    instant("retired_at"),
    revision(),
    owner(),
    CheckConstraint("kind IN ('box', 'room')", name="kind"),
    CheckConstraint("shard BETWEEN 0 AND 63", name="shard"),
    CheckConstraint("report_interval_s BETWEEN 1 AND 86400", name="report_interval_s"),
)

probe = Table(
    "probe",
    metadata,
    Column("probe_id", Text, primary_key=True),
    Column("kind", Text, nullable=False, server_default="payload"),
    Column("buffered", Boolean, nullable=False, server_default=text("true")),
    instant("registered_at", nullable=False),
    revision(),
    owner(),
    CheckConstraint("kind IN ('payload', 'lid', 'ambient', 'coolant')", name="kind"),
)

probe_assignment = Table(
    "probe_assignment",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("probe_id", Text, ForeignKey("probe.probe_id"), nullable=False),
    Column("box_no", Integer, ForeignKey("box.box_no"), nullable=False, index=True),
    Column("during", TSTZRANGE, nullable=False),
    Column("reason", Text),
    instant("recorded_at", nullable=False),
    Column("recorded_by", Text, nullable=False),
    revision(),
    ExcludeConstraint(("probe_id", "="), ("during", "&&"), using="gist", name="probe_in_one_box"),
)

calibration = Table(
    "calibration",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("probe_id", Text, ForeignKey("probe.probe_id"), nullable=False),
    # Pairs of what the probe read and what was true, ascending, in degrees Celsius.
    Column("points", JSONB, nullable=False),
    Column("certificate", Text, nullable=False),
    instant("valid_from", nullable=False),
    instant("valid_until", nullable=False),
    instant("recorded_at", nullable=False),
    Column("recorded_by", Text, nullable=False),
    CheckConstraint("valid_from < valid_until", name="valid"),
    Index(None, "probe_id", "valid_from"),
)

box_certificate = Table(
    "box_certificate",
    metadata,
    Column("fingerprint_sha256", LargeBinary, primary_key=True),
    Column("box_no", Integer, ForeignKey("box.box_no"), nullable=False),
    Column("serial", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    instant("not_before", nullable=False),
    instant("not_after", nullable=False),
    instant("recorded_at", nullable=False),
    Column("recorded_by", Text, nullable=False),
    instant("revoked_at"),
    Column("revoke_reason", Text),
    CheckConstraint("not_before < not_after", name="holds"),
    Index(None, "box_no", "not_after"),
    comment="no key is kept here",
)
