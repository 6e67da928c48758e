"""The work list, verdicts, alarms and notices. Written by alerts; acknowledgements by the API."""

from __future__ import annotations

from sqlalchemy import (
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
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, UUID

from services.core.storage.schema.base import instant, metadata, revision

worklist = Table(
    "worklist",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("box_no", Integer),
    Column("payload_id", UUID(as_uuid=True)),
    instant("earliest", nullable=False),
    Column("reason", Text, nullable=False),
    instant("put_at", nullable=False),
    CheckConstraint("(box_no IS NULL) <> (payload_id IS NULL)", name="one_subject"),
)

assessment_state = Table(
    "assessment_state",
    metadata,
    Column("payload_id", UUID(as_uuid=True), ForeignKey("payload.payload_id"), primary_key=True),
    Column("shipment_id", UUID(as_uuid=True), nullable=False, index=True),
    Column("checkpoint", JSONB),
    Column("model_version", Text, nullable=False, server_default=""),
    instant("evaluated_through"),
    instant("next_change_at"),
    instant("as_of"),
    Column("condition", Text, nullable=False, server_default="NOT_STARTED"),
    Column("evidence", Text, nullable=False, server_default="COMPLETE"),
    Column("qa_hold", Boolean, nullable=False, server_default=text("false")),
    instant("in_label_until"),
    instant("viable_until_p10"),
    instant("viable_until_p50"),
    Column("binding_constraint", Text),
    Column("binding_deadline", Text),
    instant("deadline"),
    instant("latest_inspection_start"),
    instant("ready_at"),
    Column("last_reading", JSONB),
    Column("summary", JSONB, nullable=False, server_default=text("'{}'")),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("last_error", Text),
    instant("retry_at"),
    revision(),
    # The latest start that the queue goes by: it follows the other when that moves enough.
    instant("ranked_start"),
    Index(None, "next_change_at"),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("payload_id", UUID(as_uuid=True), ForeignKey("payload.payload_id"), primary_key=True),
    Column("through", TIMESTAMP(timezone=True), primary_key=True),
    Column("model_version", Text, nullable=False),
    Column("state", JSONB, nullable=False),
)

assessment = Table(
    "assessment",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("payload_id", UUID(as_uuid=True), ForeignKey("payload.payload_id"), nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("supersedes", BigInteger),
    Column("reason", Text, nullable=False),
    instant("as_of", nullable=False),
    instant("recorded_at", nullable=False),
    Column("model_version", Text, nullable=False),
    Column("inputs_hash", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    UniqueConstraint("payload_id", "revision"),
)

alarm = Table(
    "alarm",
    metadata,
    Column("alarm_id", UUID(as_uuid=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("shipment_id", UUID(as_uuid=True), index=True),
    Column("payload_id", UUID(as_uuid=True)),
    Column("box_no", Integer),
    Column("condition_key", Text, nullable=False),
    instant("began_at", nullable=False),
    instant("raised_at", nullable=False),
    instant("returned_at"),
    instant("closed_at"),
    Column("facts", JSONB, nullable=False, server_default=text("'{}'")),
    Column("config", JSONB, nullable=False),
    revision(),
    # What was acknowledged, or shelved, at an earlier revision than these holds no longer.
    instant("sounded_at"),
    Column("sounded_revision", BigInteger, nullable=False, server_default=text("0")),
    Column("worsened_revision", BigInteger, nullable=False, server_default=text("0")),
    # How far up it was called, and since when it has been sounding when that was counted.
    Column("called_level", SmallInteger, nullable=False, server_default=text("0")),
    instant("called_since"),
    instant("called_at"),
    CheckConstraint("priority BETWEEN 1 AND 3", name="priority"),
    # One alarm per condition: the same excursion, however often it is judged again.
    UniqueConstraint("condition_key"),
    Index("alarm_open_idx", "shipment_id", postgresql_where=text("closed_at IS NULL")),
    Index(
        "alarm_sounding_idx",
        "raised_at",
        postgresql_where=text("closed_at IS NULL AND returned_at IS NULL"),
    ),
)

alarm_transition = Table(
    "alarm_transition",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "alarm_id", UUID(as_uuid=True), ForeignKey("alarm.alarm_id"), nullable=False, index=True
    ),
    Column("move", Text, nullable=False),
    instant("at", nullable=False),
    instant("recorded_at", nullable=False),
    Column("facts", JSONB, nullable=False, server_default=text("'{}'")),
)


def _seen() -> tuple[Column[str], Column[str], Column[int]]:
    """From which page somebody acted on an alarm, and what it said there then."""
    return Column("screen", Text), Column("state_seen", Text), Column("revision_seen", BigInteger)


acknowledgement = Table(
    "acknowledgement",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column(
        "alarm_id", UUID(as_uuid=True), ForeignKey("alarm.alarm_id"), nullable=False, index=True
    ),
    Column("principal_id", Text, ForeignKey("principal.principal_id"), nullable=False),
    instant("at", nullable=False),
    instant("lapses_at"),
    instant("withdrawn_at"),
    Column("reason", Text),
    Column("alarm_revision", BigInteger, nullable=False),
    Column("kind", Text, nullable=False, server_default="taken"),
    *_seen(),
    CheckConstraint("kind IN ('taken', 'waiting', 'taken_over')", name="kind"),
    comment="written by the API; an acknowledgement shows even while alerts is down",
)

shelving = Table(
    "shelving",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column(
        "alarm_id", UUID(as_uuid=True), ForeignKey("alarm.alarm_id"), nullable=False, index=True
    ),
    Column("principal_id", Text, ForeignKey("principal.principal_id"), nullable=False),
    instant("at", nullable=False),
    instant("ends_at", nullable=False),
    instant("ended_at"),
    Column("reason", Text, nullable=False),
    Column("alarm_revision", BigInteger, nullable=False),
    *_seen(),
    CheckConstraint("ends_at > at AND ends_at <= at + INTERVAL '4 hours'", name="at_most_4_h"),
    comment="written by the API; ends by itself, also while alerts is down",
)

alarm_assignment = Table(
    "alarm_assignment",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column(
        "alarm_id", UUID(as_uuid=True), ForeignKey("alarm.alarm_id"), nullable=False, index=True
    ),
    # Nobody: the one before was taken back.
    Column("assigned_to", Text, ForeignKey("principal.principal_id")),
    Column("assigned_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    instant("at", nullable=False),
    instant("ended_at"),
    Column("reason", Text),
    *_seen(),
    CheckConstraint("assigned_to IS NOT NULL OR ended_at IS NOT NULL", name="nobody"),
    Index(
        "alarm_assignment_open_idx",
        "alarm_id",
        unique=True,
        postgresql_where=text("ended_at IS NULL"),
    ),
)

notification_outbox = Table(
    "notification_outbox",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_key", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    instant("created_at", nullable=False),
    instant("due_at", nullable=False),
    # Used until migration 0012; they go when no version that writes them is left.
    instant("leased_until"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    instant("delivered_at"),
    Column("last_error", Text),
    # Whom this is for, by what they are; level 0 are the first to be told.
    Column("audience", Text, nullable=False, server_default="operator"),
    Column("level", SmallInteger, nullable=False, server_default=text("0")),
    instant("handed_out_at"),
    Index("notification_outbox_due_idx", "due_at", postgresql_where=text("delivered_at IS NULL")),
    Index(
        "notification_outbox_waiting_idx",
        "due_at",
        postgresql_where=text("handed_out_at IS NULL"),
    ),
)

notice_delivery = Table(
    "notice_delivery",
    metadata,
    Column("notice_id", UUID(as_uuid=True), ForeignKey("notification_outbox.id"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="pending"),
    instant("due_at", nullable=False),
    instant("leased_until"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    instant("delivered_at"),
    Column("last_error", Text),
    PrimaryKeyConstraint("notice_id", "channel"),
    CheckConstraint("state IN ('pending', 'delivered', 'given_up')", name="state"),
    Index("notice_delivery_due_idx", "due_at", postgresql_where=text("state = 'pending'")),
)

courier_link = Table(
    "courier_link",
    metadata,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("notice_id", UUID(as_uuid=True), ForeignKey("notification_outbox.id"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("language", Text, nullable=False),
    instant("created_at", nullable=False),
    instant("expires_at", nullable=False),
    comment="the token itself is in the message only",
)

courier_answer = Table(
    "courier_answer",
    metadata,
    Column("token_sha256", LargeBinary, ForeignKey("courier_link.token_sha256"), primary_key=True),
    instant("at", nullable=False),
    Column("source", Text, nullable=False),
    comment="written by the API: the courier has pressed the button",
)

box_contact = Table(
    "box_contact",
    metadata,
    Column("box_no", Integer, ForeignKey("box.box_no"), primary_key=True),
    instant("last_received_at"),
    instant("next_due_at", nullable=False),
    Column("battery_pct", Double),
    revision(),
)
