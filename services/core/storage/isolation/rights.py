"""What a service may do with a table: the rights, and short ways to say them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.core.storage.isolation.conditions import Rows, through


class Service(StrEnum):
    """A program with a database role of its own."""

    INGEST = "ingest"
    ALERTS = "alerts"
    API = "api"


READ = "SELECT"
ADD = "SELECT, INSERT"
KEEP = "SELECT, INSERT, UPDATE"
ALL = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRule:
    """What each service may do with a table, and who sees which rows through the API."""

    rows: Rows
    rights: Mapping[Service, str]
    keeper: str = ""
    """Rights of the role of identities, which the API takes for one statement at a time."""


def rule(rows: Rows, *, ingest: str = "", alerts: str = "", api: str = "") -> TableRule:
    """The services that may something with the table; the others may nothing."""
    rights = {Service.INGEST: ingest, Service.ALERTS: alerts, Service.API: api}
    return TableRule(rows=rows, rights={one: right for one, right in rights.items() if right})


def of_api(rows: Rows, right: str = KEEP, **others: str) -> TableRule:
    """Written by the API, read by the two others."""
    return rule(rows, **{"ingest": READ, "alerts": READ, **others}, api=right)


def of_alerts(rows: Rows, right: str = KEEP, **others: str) -> TableRule:
    """Written by alerts, read by the two others."""
    return rule(rows, **{"ingest": READ, "api": READ, **others}, alerts=right)


def of_ingest(rows: Rows, right: str = KEEP, **others: str) -> TableRule:
    """Written by ingest, read by the two others."""
    return rule(rows, **{"alerts": READ, "api": READ, **others}, ingest=right)


def of_person(table: str, right: str = KEEP) -> TableRule:
    """Of one person, seen within the own organisation; nothing for the other services."""
    return of_api(through("principal", table, "principal_id"), right, ingest="", alerts="")
