"""Shipments, what is in them, the boxes they travel in, and how they travel. Written by the API."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE, UUID, ExcludeConstraint

from services.core.storage.schema.base import instant, metadata, of_shipment, owner, revision

profile = Table(
    "profile",
    metadata,
    Column("profile_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("document", JSONB, nullable=False),
    instant("created_at", nullable=False),
    instant("frozen_at"),
    revision(),
    owner(),
)

shipment = Table(
    "shipment",
    metadata,
    Column("shipment_id", UUID(as_uuid=True), primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False, server_default="draft"),
    Column("product", Text, nullable=False),
    Column("shipper", Text),
    Column("consignee", Text),
    Column("site_id", Text, ForeignKey("site.site_id")),
    Column("inspection_mode", Text, nullable=False, server_default="in_cold_store"),
    Column("no_open", Boolean, nullable=False, server_default=text("false")),
    Column("no_xray", Boolean, nullable=False, server_default=text("true")),
    instant("needed_by"),
    Column("needed_by_attested_by", Text),
    instant("cut_off"),
    Column("cut_off_attested_by", Text),
    Column("simulated", Boolean, nullable=False, server_default=text("false")),
    instant("created_at", nullable=False),
    instant("received_at"),
    revision(),
    Column("inspection_ordered", Text, nullable=False, server_default="not_yet"),
    Column("needs_equipment", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    owner(),
    CheckConstraint("inspection_ordered IN ('not_yet', 'yes', 'no')", name="inspection_ordered"),
    CheckConstraint(
        "state IN ('draft','packed','moving','received','closed','cancelled','returned',"
        "'destroyed')",
        name="state",
    ),
)

profile_move = Table(
    "profile_move",
    metadata,
    Column("move_id", UUID(as_uuid=True), primary_key=True),
    of_shipment(),
    Column("profile_id", Text, nullable=False),
    Column("profile_version", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("requested_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    instant("requested_at", nullable=False),
    Column("confirmed_by", Text, ForeignKey("principal.principal_id")),
    instant("confirmed_at"),
    CheckConstraint("confirmed_by <> requested_by", name="two_people"),
    ForeignKeyConstraint(
        ["profile_id", "profile_version"],
        ["profile.profile_id", "profile.version"],
        name="profile_move_profile_id_profile_version_fkey",
    ),
    Index(
        "profile_move_one_open",
        "shipment_id",
        unique=True,
        postgresql_where=text("confirmed_at IS NULL"),
    ),
)

profile_proposal = Table(
    "profile_proposal",
    metadata,
    Column("proposal_id", UUID(as_uuid=True), primary_key=True),
    Column("profile_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("over_profile_id", Text),
    Column("over_version", Integer),
    Column("document", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("proposed_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    instant("proposed_at", nullable=False),
    Column("decision", Text),
    Column("decided_by", Text, ForeignKey("principal.principal_id")),
    instant("decided_at"),
    Column("decision_reason", Text),
    owner(),
    CheckConstraint("decision IN ('approved', 'refused', 'withdrawn')", name="decision"),
    CheckConstraint("(decision = 'withdrawn') = (decided_by = proposed_by)", name="two_people"),
    CheckConstraint(
        "num_nonnulls(decision, decided_by, decided_at, decision_reason) IN (0, 4)", name="decided"
    ),
    ForeignKeyConstraint(
        ["over_profile_id", "over_version"],
        ["profile.profile_id", "profile.version"],
        name="profile_proposal_over_fkey",
    ),
    Index(
        "profile_proposal_one_open",
        "profile_id",
        text("coalesce(organisation_id, '')"),
        unique=True,
        postgresql_where=text("decision IS NULL"),
    ),
)

payload = Table(
    "payload",
    metadata,
    Column("payload_id", UUID(as_uuid=True), primary_key=True),
    of_shipment(),
    Column("reference", Text, nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("profile_version", Integer, nullable=False),
    instant("collection_end"),
    instant("pack_closed_at"),
    instant("container_charged_at"),
    Column("clocks_entered_by", Text, nullable=False),
    revision(),
    ForeignKeyConstraint(
        ["profile_id", "profile_version"], ["profile.profile_id", "profile.version"]
    ),
    UniqueConstraint("shipment_id", "reference"),
)

assignment = Table(
    "assignment",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("payload_id", UUID(as_uuid=True), ForeignKey("payload.payload_id"), nullable=False),
    Column("shipment_id", UUID(as_uuid=True), ForeignKey("shipment.shipment_id"), nullable=False),
    Column("box_no", Integer, ForeignKey("box.box_no"), nullable=False, index=True),
    Column("during", TSTZRANGE, nullable=False),
    Column("reason", Text),
    instant("recorded_at", nullable=False),
    Column("recorded_by", Text, nullable=False),
    revision(),
    ExcludeConstraint(
        ("payload_id", "="), ("during", "&&"), using="gist", name="payload_in_one_box"
    ),
    ExcludeConstraint(
        ("box_no", "="),
        ("shipment_id", "<>"),
        ("during", "&&"),
        using="gist",
        name="box_carries_one_shipment",
    ),
)

leg = Table(
    "leg",
    metadata,
    Column("leg_id", UUID(as_uuid=True), primary_key=True),
    Column("shipment_id", UUID(as_uuid=True), ForeignKey("shipment.shipment_id"), nullable=False),
    Column("ordinal", SmallInteger, nullable=False),
    Column("mode", Text, nullable=False),
    Column("carrier_number", Text),
    Column("from_code", Text, nullable=False),
    Column("from_lat", Double, nullable=False),
    Column("from_lon", Double, nullable=False),
    Column("to_code", Text, nullable=False),
    Column("to_lat", Double, nullable=False),
    Column("to_lon", Double, nullable=False),
    Column("radio_off", Boolean, nullable=False, server_default=text("false")),
    Column("status", Text, nullable=False, server_default="planned"),
    instant("planned_departure", nullable=False),
    instant("estimated_departure"),
    instant("actual_departure"),
    instant("planned_arrival", nullable=False),
    instant("estimated_arrival"),
    instant("actual_arrival"),
    instant("arrival_told_at"),
    revision(),
    UniqueConstraint("shipment_id", "ordinal"),
    CheckConstraint("mode IN ('road', 'air', 'rail', 'sea', 'handover')", name="mode"),
    CheckConstraint(
        "status IN ('planned','departed','landed','offloaded','diverted','cancelled')",
        name="status",
    ),
)

milestone = Table(
    "milestone",
    metadata,
    Column("milestone_id", UUID(as_uuid=True), primary_key=True),
    of_shipment(),
    Column("leg_id", UUID(as_uuid=True), ForeignKey("leg.leg_id")),
    Column("kind", Text, nullable=False),
    instant("occurred_at", nullable=False),
    instant("recorded_at", nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("note", Text),
    CheckConstraint(
        "kind IN ('packed','departed','landed','offloaded','diverted','leg_cancelled','picked',"
        "'handed_over','received','cancelled','returned','destroyed','closed')",
        name="kind",
    ),
)

shipment_note = Table(
    "shipment_note",
    metadata,
    Column("note_id", UUID(as_uuid=True), primary_key=True),
    of_shipment(),
    instant("written_at", nullable=False),
    Column("written_by", Text, ForeignKey("principal.principal_id"), nullable=False),
    # The author's, as it was then; not there when it is the installation's.
    owner(),
    Column("words", Text, nullable=False),
)

contact = Table(
    "contact",
    metadata,
    Column("contact_id", UUID(as_uuid=True), primary_key=True),
    Column("shipment_id", UUID(as_uuid=True), ForeignKey("shipment.shipment_id"), index=True),
    Column("leg_id", UUID(as_uuid=True), ForeignKey("leg.leg_id")),
    Column("site_id", Text, ForeignKey("site.site_id"), index=True),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("hours", Text),
    revision(),
)
