"""The metadata of all tables, and the column kinds they share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import TIMESTAMP, BigInteger, Column, ForeignKey, MetaData, Text, text
from sqlalchemy.dialects.postgresql import UUID

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

Instant = TIMESTAMP(timezone=True)


def instant(name: str, *, nullable: bool = True) -> Column[Any]:
    """An aware instant, kept in UTC."""
    return Column(name, Instant, nullable=nullable)


def revision() -> Column[Any]:
    """Grows by one with every change to the row; the HTTP entity tag comes from it."""
    return Column("revision", BigInteger, nullable=False, server_default=text("1"))


def owner() -> Column[Any]:
    """Whose the row is; without one it is the installation's."""
    return Column("organisation_id", Text, ForeignKey("organisation.organisation_id"), index=True)


def of_shipment() -> Column[Any]:
    """The one shipment that the row is of."""
    name = "shipment_id"
    key = ForeignKey("shipment.shipment_id")
    return Column(name, UUID(as_uuid=True), key, nullable=False, index=True)
