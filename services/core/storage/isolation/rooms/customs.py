"""Sites, their bays, and inspections."""

from __future__ import annotations

from collections.abc import Mapping

from services.core.storage.isolation.conditions import (
    OWN,
    Rows,
    either,
    of_shipment,
    open_to_all,
    through,
    visible,
)
from services.core.storage.isolation.rights import (
    ADD,
    ALL,
    TableRule,
    of_api,
)


def _of_bay(table: str) -> Rows:
    """Published to everybody, written by whoever owns the site."""
    return Rows(
        seen="true",
        written=either(
            "EXISTS (SELECT FROM bay JOIN site USING (site_id)"
            f" WHERE bay.bay_id = {table}.bay_id AND site.{OWN})"
        ),
    )


CUSTOMS: Mapping[str, TableRule] = {
    "site": of_api(Rows(seen="true", written=either(f"site.{OWN}"), held="true")),
    "bay": of_api(
        Rows(
            seen="true",
            written=either(
                f"EXISTS (SELECT FROM site WHERE site.site_id = bay.site_id AND site.{OWN})"
            ),
            held="true",
        )
    ),
    "bay_opening": of_api(_of_bay("bay_opening"), ALL),
    "bay_closure": of_api(_of_bay("bay_closure")),
    "site_route": of_api(
        Rows(
            seen="true",
            written=either(
                f"EXISTS (SELECT FROM site WHERE site.site_id = from_site_id AND site.{OWN})"
            ),
        ),
        ALL,
    ),
    "appointment": of_api(of_shipment("appointment")),
    "slot_decision": of_api(of_shipment("slot_decision"), ADD),
}
INSPECTIONS: Mapping[str, TableRule] = {
    "checklist_template": of_api(
        open_to_all("what officers are asked is the same for everybody, and no secret"), ADD
    ),
    "inspection": of_api(of_shipment("inspection")),
    "inspection_entry": of_api(through("inspection", "inspection_entry", "inspection_id"), ADD),
    "inspection_record": of_api(through("inspection", "inspection_record", "inspection_id"), ADD),
    "inspection_photo": of_api(through("inspection", "inspection_photo", "inspection_id")),
    # Sealed, and named by its digest alone: it comes before the row that says whose it is.
    "photo_blob": of_api(
        Rows(
            seen=either(visible("inspection_photo", "photo_blob.sha256", "sha256")),
            written=either("true"),
        ),
        ADD,
    ),
    "identity_mark": of_api(of_shipment("identity_mark")),
    "identity_scan": of_api(of_shipment("identity_scan"), ADD),
    "bay_logger": of_api(
        Rows(
            seen=either(
                "EXISTS (SELECT FROM bay JOIN site USING (site_id)"
                f" WHERE bay.bay_id = bay_logger.bay_id AND site.{OWN})",
                visible("box", "bay_logger.box_no", "box_no"),
            )
        )
    ),
}
