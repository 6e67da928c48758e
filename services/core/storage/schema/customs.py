"""Inspection sites, their bays and the appointments in them. Written by the API."""

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
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE, UUID, ExcludeConstraint

from services.core.storage.schema.base import instant, metadata, of_shipment, owner, revision

site = Table(
    "site",
    metadata,
    Column("site_id", Text, primary_key=True),
    Column("name_en", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("lat", Double, nullable=False),
    Column("lon", Double, nullable=False),
    Column("picking_min", SmallInteger, nullable=False, server_default=text("30")),
    Column("inspection_min", SmallInteger, nullable=False, server_default=text("15")),
    Column("receiving_min", SmallInteger, nullable=False, server_default=text("30")),
    Column("onward_min", SmallInteger, nullable=False, server_default=text("60")),
    Column("simulated", Boolean, nullable=False, server_default=text("false")),
    instant("created_at", nullable=False),
    revision(),
    # Hours of the week in the site's zone; none: round the clock.
    Column("hours", JSONB),
    Column("reserve_share", Double, nullable=False, server_default=text("0.3")),
    Column("reserve_until_min", SmallInteger, nullable=False, server_default=text("180")),
    Column("freeze_min", SmallInteger, nullable=False, server_default=text("60")),
    Column("grace_min", SmallInteger, nullable=False, server_default=text("30")),
    Column("answer_min", SmallInteger, nullable=False, server_default=text("15")),
    Column("book_ahead_h", SmallInteger, nullable=False, server_default=text("72")),
    owner(),
    # Ways of facilitation whose members may use the reserve; none: whoever is urgent.
    Column("quota_regimes", ARRAY(Text)),
    CheckConstraint("reserve_share BETWEEN 0 AND 1", name="reserve_share"),
)

site_route = Table(
    "site_route",
    metadata,
    Column("from_site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column("to_site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column("transfer_min", SmallInteger, nullable=False),
    Column("direct_distribution", Boolean, nullable=False, server_default=text("true")),
    PrimaryKeyConstraint("from_site_id", "to_site_id"),
    CheckConstraint("from_site_id <> to_site_id", name="two_sites"),
    CheckConstraint("transfer_min BETWEEN 1 AND 1440", name="transfer_min"),
)

bay = Table(
    "bay",
    metadata,
    Column("bay_id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False, index=True),
    Column("name_en", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("bay_class", Text, nullable=False),
    Column("places", SmallInteger, nullable=False, server_default=text("1")),
    Column("slot_min", SmallInteger, nullable=False, server_default=text("15")),
    instant("published_from", nullable=False),
    instant("published_until", nullable=False),
    Column("simulated", Boolean, nullable=False, server_default=text("false")),
    revision(),
    Column("equipment", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    instant("unfit_since"),
    Column("unfit_reason", Text),
    # Minutes of its own; none: the site's.
    Column("inspection_min", SmallInteger),
    Column("transfer_min", SmallInteger, nullable=False, server_default=text("0")),
    CheckConstraint("inspection_min BETWEEN 1 AND 1440", name="inspection_min"),
    CheckConstraint("transfer_min BETWEEN 0 AND 1440", name="transfer_min"),
    CheckConstraint(
        "bay_class IN ('cold_2_8', 'cryogenic', 'ambient', 'apron', 'remote')", name="bay_class"
    ),
    CheckConstraint("places BETWEEN 1 AND 64", name="places"),
    CheckConstraint("published_from < published_until", name="published"),
)

bay_opening = Table(
    "bay_opening",
    metadata,
    Column("opening_id", UUID(as_uuid=True), primary_key=True),
    Column("bay_id", Text, ForeignKey("bay.bay_id"), nullable=False),
    Column("during", TSTZRANGE, nullable=False),
    instant("entered_at", nullable=False),
    Column("entered_by", Text, nullable=False),
    ExcludeConstraint(("bay_id", "="), ("during", "&&"), using="gist", name="opened_once"),
)

bay_closure = Table(
    "bay_closure",
    metadata,
    Column("closure_id", UUID(as_uuid=True), primary_key=True),
    Column("bay_id", Text, ForeignKey("bay.bay_id"), nullable=False, index=True),
    Column("during", TSTZRANGE, nullable=False),
    Column("reason", Text, nullable=False),
    instant("entered_at", nullable=False),
    Column("entered_by", Text, nullable=False),
    instant("withdrawn_at"),
    Column("withdrawn_by", Text),
)

appointment = Table(
    "appointment",
    metadata,
    Column("appointment_id", UUID(as_uuid=True), primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    of_shipment(),
    Column("bay_id", Text, ForeignKey("bay.bay_id"), nullable=False),
    Column("place", SmallInteger, nullable=False),
    Column("during", TSTZRANGE, nullable=False),
    Column("state", Text, nullable=False, server_default="CONFIRMED"),
    instant("latest_start_at_booking"),
    Column("cancel_reason", Text),
    instant("booked_at", nullable=False),
    Column("booked_by", Text, nullable=False),
    revision(),
    # The one it took the place of, and why it did: rule and minutes, or a person's reason.
    Column("follows", UUID(as_uuid=True), ForeignKey("appointment.appointment_id"), unique=True),
    Column("move_code", Text),
    Column("move_minutes", JSONB),
    Column("move_reason", Text),
    Column("moved_by_people", SmallInteger, nullable=False, server_default=text("0")),
    Column("bumps", SmallInteger, nullable=False, server_default=text("0")),
    Column("off_grid", Boolean, nullable=False, server_default=text("false")),
    # Why no rule could confirm it, until when an officer answers, and how many let that pass.
    Column("asked_because", Text),
    instant("answer_by"),
    Column("answer_level", SmallInteger, nullable=False, server_default=text("0")),
    instant("checked_in_at"),
    instant("begun_at"),
    instant("ended_at"),
    CheckConstraint(
        "follows IS NULL OR (move_code IS NOT NULL AND move_minutes IS NOT NULL)",
        name="move_disclosed",
    ),
    CheckConstraint("bumps BETWEEN 0 AND 1", name="bumped_once"),
    CheckConstraint("state <> 'REQUESTED' OR answer_by IS NOT NULL", name="clock"),
    CheckConstraint(
        "state IN ('REQUESTED','TENTATIVE','CONFIRMED','CHECKED_IN','IN_INSPECTION','PASSED',"
        "'HELD','REFUSED','CANCELLED','NO_SHOW_RELEASED','RESCHEDULED')",
        name="state",
    ),
    # A place is held once at a time, whoever asks and however many ask at once.
    ExcludeConstraint(
        ("bay_id", "="),
        ("place", "="),
        ("during", "&&"),
        using="gist",
        name="place_held_once",
        where=text("state NOT IN ('CANCELLED', 'NO_SHOW_RELEASED', 'RESCHEDULED')"),
    ),
    Index(
        "appointment_one_open_per_shipment",
        "shipment_id",
        unique=True,
        postgresql_where=text(
            "state IN ('REQUESTED','TENTATIVE','CONFIRMED','CHECKED_IN','IN_INSPECTION')"
        ),
    ),
)

slot_decision = Table(
    "slot_decision",
    metadata,
    Column("decision_id", UUID(as_uuid=True), primary_key=True),
    Column("shipment_id", UUID(as_uuid=True), ForeignKey("shipment.shipment_id"), nullable=False),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    instant("at", nullable=False),
    Column("principal_id", Text, ForeignKey("principal.principal_id"), nullable=False),
    Column("answer", Text, nullable=False),
    Column("proposed", JSONB, nullable=False),
    Column("decided", JSONB),
    Column("reason", Text),
    CheckConstraint("answer IN ('confirm', 'move', 'override')", name="answer"),
    CheckConstraint("answer = 'confirm' OR reason IS NOT NULL", name="reasoned"),
    Index(None, "site_id", "at"),
)
