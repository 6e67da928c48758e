"""Every table: what each service may do with it, and who sees which of its rows.

Each room has its own; a table that stands in none fails a test, and is nobody's until it does.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.core.storage.isolation.rights import READ, Service, TableRule
from services.core.storage.isolation.rooms.boxes import BOXES, READINGS
from services.core.storage.isolation.rooms.customs import CUSTOMS, INSPECTIONS
from services.core.storage.isolation.rooms.data_policy import DATA_POLICY
from services.core.storage.isolation.rooms.judgement import JUDGEMENT
from services.core.storage.isolation.rooms.papers import PAPERS
from services.core.storage.isolation.rooms.people import PEOPLE
from services.core.storage.isolation.rooms.quality import QUALITY, SHIFTS
from services.core.storage.isolation.rooms.shipments import SHIPMENTS

TABLES: Mapping[str, TableRule] = {
    **BOXES,
    **READINGS,
    **JUDGEMENT,
    **SHIPMENTS,
    **CUSTOMS,
    **INSPECTIONS,
    **PAPERS,
    **SHIFTS,
    **QUALITY,
    **PEOPLE,
    **DATA_POLICY,
}

VIEWS: Mapping[str, Mapping[Service, str]] = {
    "payload_disposition": dict.fromkeys(Service, READ),
    "shown_reading": {Service.API: READ},
    "held_place": {Service.API: READ, Service.ALERTS: READ},
    "alembic_version": dict.fromkeys(Service, READ),
}
"""Views, and the mark of the schema: they hold themselves to what may be seen."""
