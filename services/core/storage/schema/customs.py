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
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE, UUID, ExcludeConstraint

from services.core.storage.schema.base import instant, metadata, revision

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
    CheckConstraint(
        "bay_class IN ('cold_2_8', 'cryogenic', 'ambient', 'apron', 'remote')", name="bay_class"
    ),
    CheckConstraint("places BETWEEN 1 AND 64", name="places"),
    CheckConstraint("published_from < published_until", name="published"),
)

appointment = Table(
    "appointment",
    metadata,
    Column("appointment_id", UUID(as_uuid=True), primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column(
        "shipment_id",
        UUID(as_uuid=True),
        ForeignKey("shipment.shipment_id"),
        nullable=False,
        index=True,
    ),
    Column("bay_id", Text, ForeignKey("bay.bay_id"), nullable=False),
    Column("place", SmallInteger, nullable=False),
    Column("during", TSTZRANGE, nullable=False),
    Column("state", Text, nullable=False, server_default="CONFIRMED"),
    instant("latest_start_at_booking"),
    Column("cancel_reason", Text),
    instant("booked_at", nullable=False),
    Column("booked_by", Text, nullable=False),
    revision(),
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
