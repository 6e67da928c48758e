"""The minutes of bays that have some of their own, as statements about shipments read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from services.core.domain.clearance.bay_minutes import BayMinutes

LONGER = "coalesce(bay.inspection_min - coalesce(nullif(there.inspection_min, 0), 15), 0)"
"""SQL: by how many minutes an inspection in `bay` takes longer than one `there`, at its site."""

SITE_BAYS = f"""(
  SELECT bay.site_id, bay.simulated, sum(bay.revision) AS revision,
         CASE WHEN bool_or(bay.inspection_min IS NOT NULL OR bay.transfer_min > 0)
           THEN jsonb_agg(jsonb_build_object(
             'bay_id', bay.bay_id, 'bay_class', bay.bay_class, 'equipment', bay.equipment,
             'longer_min', {LONGER}, 'transfer_min', bay.transfer_min) ORDER BY bay.bay_id)
             FILTER (WHERE bay.unfit_since IS NULL) END AS bays
  FROM bay JOIN site AS there ON there.site_id = bay.site_id
  GROUP BY bay.site_id, bay.simulated
)"""  # noqa: S608  composed of constants
"""SQL: the fit bays of a site, and how often any changed; no list where all take the site's time.

Joined to a shipment on both columns: it is inspected in bays of its own kind, simulated or real.
"""


def bay_minutes_of(raw: Iterable[Mapping[str, Any]] | None) -> list[BayMinutes]:
    """The list as the domain knows it."""
    return [
        BayMinutes(
            bay_id=one["bay_id"],
            bay_class=one["bay_class"],
            equipment=frozenset(one["equipment"]),
            longer=timedelta(minutes=one["longer_min"]),
            transfer=timedelta(minutes=one["transfer_min"]),
        )
        for one in raw or ()
    ]
