"""What one shift tells the next: notes with or without an hour, and each taking over."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from services.core.storage.schema.base import instant, metadata

shift_note = Table(
    "shift_note",
    metadata,
    Column("note_id", UUID(as_uuid=True), primary_key=True),
    instant("written_at", nullable=False),
    Column("written_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    Column("words", Text, nullable=False),
    # A promise has an hour; a note has none.
    instant("due_at"),
    Column("shipment_id", UUID(as_uuid=True), ForeignKey("shipment.shipment_id")),
    instant("done_at"),
    Column("done_by", Text, ForeignKey("principal.principal_id")),
)
Index(
    "shift_note_open_idx",
    shift_note.c.written_at,
    postgresql_where=shift_note.c.done_at.is_(None),
)

handover = Table(
    "handover",
    metadata,
    Column("handover_id", UUID(as_uuid=True), primary_key=True),
    instant("taken_at", nullable=False),
    Column("taken_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    # What lay on the table: alarms with their owners, notes and promises.
    Column("seen", JSONB, nullable=False),
)
Index("handover_taken_at_idx", handover.c.taken_at)
