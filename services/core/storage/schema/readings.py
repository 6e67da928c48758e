"""What boxes said, and how far each log is known. Written by ingest alone."""

from __future__ import annotations

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import INT8MULTIRANGE, JSONB

from services.core.storage.schema.base import instant, metadata, revision

reading = Table(
    "reading",
    metadata,
    Column("box_no", Integer, nullable=False),
    Column("boot_no", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    instant("bucket_at", nullable=False),
    instant("device_at"),
    instant("received_at", nullable=False),
    Column("mono_ms", BigInteger),
    Column("clock", SmallInteger, nullable=False, server_default=text("0")),
    Column("event", Text),
    Column("probe", Text),
    Column("temp_c", Double),
    Column("ambient_c", REAL),
    Column("pressure_hpa", REAL),
    Column("lat", Double),
    Column("lon", Double),
    Column("acc_m", REAL),
    Column("battery_pct", REAL),
    Column("lid_open", Boolean),
    Column("tilt_deg", REAL),
    Column("shock_g", REAL),
    Column("rh_pct", REAL),
    Column("channels", JSONB),
    Column("extra", JSONB),
    # One index serves both the uniqueness and a box's time range. Partitioned on bucket_at.
    PrimaryKeyConstraint("box_no", "bucket_at", "boot_no", "seq"),
    comment="partitioned on bucket_at by services.core.storage.partitions",
)

watermark = Table(
    "watermark",
    metadata,
    Column("boot_no", Integer, Identity(always=True), primary_key=True),
    Column("box_no", Integer, ForeignKey("box.box_no"), nullable=False),
    Column("boot", Text, nullable=False),
    Column("start_seq", BigInteger, nullable=False, server_default=text("0")),
    Column("stored", INT8MULTIRANGE, nullable=False, server_default=text("'{}'")),
    # How safely this boot's readings come: 0 receipted, 1 acknowledged, 2 best effort.
    Column("grade", SmallInteger, nullable=False, server_default=text("0")),
    # When the box's counter was zero, by the first reading that told; a later one that tells
    # otherwise shows that the clock was set within the boot.
    Column("zero_s", Double),
    instant("first_received_at", nullable=False),
    instant("last_received_at", nullable=False),
    revision(),
    UniqueConstraint("box_no", "boot"),
)

boot_clock = Table(
    "boot_clock",
    metadata,
    Column("boot_no", Integer, ForeignKey("watermark.boot_no"), primary_key=True),
    Column("box_no", Integer, nullable=False, index=True),
    Column("offset_s", Double, nullable=False),
    Column("method", Text, nullable=False),
    revision(),
)

rejected_message = Table(
    "rejected_message",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    instant("received_at", nullable=False),
    Column("topic", Text, nullable=False),
    Column("box_id", Text, index=True),
    Column("payload", LargeBinary, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("field", Text),
    Column("detail", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    instant("reprocessed_at"),
    # The rest of the message was good, and is stored.
    Column("is_part", Boolean, nullable=False, server_default=text("false")),
    # The same bytes on the same topic came again so often, last at that instant.
    Column("repeats", Integer, nullable=False, server_default=text("0")),
    instant("last_received_at"),
    Column("outcome", Text),
    Column("outcome_detail", Text),
    CheckConstraint("outcome IN ('stored', 'repeated', 'part', 'refused')", name="outcome"),
    Index(None, "received_at", "id"),
    Index(None, "sha256"),
    Index(None, "reprocessed_at", postgresql_where=text("reprocessed_at IS NOT NULL")),
)

# Put by the API, claimed and deleted by ingest: only ingest writes readings.
reprocess_request = Table(
    "reprocess_request",
    metadata,
    Column(
        "message_id",
        BigInteger,
        ForeignKey("rejected_message.id"),
        primary_key=True,
        autoincrement=False,
    ),
    instant("asked_at", nullable=False),
    Column("asked_by", Text, nullable=False),
)

key_conflict = Table(
    "key_conflict",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("box_no", Integer, ForeignKey("box.box_no"), nullable=False),
    Column("boot_no", Integer, ForeignKey("watermark.boot_no"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    instant("received_at", nullable=False),
    Column("offered", JSONB, nullable=False),
    # The same differing content again is not a second conflict; a hash, because what was offered
    # may be longer than an index entry may be.
    Column("sha256", LargeBinary, nullable=False),
    UniqueConstraint("boot_no", "seq", "sha256"),
    Index(None, "box_no", "received_at"),
)
