"""Every table: what each service may do with it, and who sees which of its rows.

A table that does not stand here fails a test, and is nobody's until it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.core.storage.isolation.conditions import (
    ORGANISATION,
    PRINCIPAL,
    Rows,
    either,
    of_shipment,
    open_to_all,
    owned,
    shared,
    through,
    visible,
)


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


def _rule(rows: Rows, *, ingest: str = "", alerts: str = "", api: str = "") -> TableRule:
    rights = {Service.INGEST: ingest, Service.ALERTS: alerts, Service.API: api}
    return TableRule(rows=rows, rights={one: right for one, right in rights.items() if right})


def of_api(rows: Rows, right: str = KEEP, **others: str) -> TableRule:
    """Written by the API, read by the two others."""
    return _rule(rows, **{"ingest": READ, "alerts": READ, **others}, api=right)


def of_alerts(rows: Rows, right: str = KEEP, **others: str) -> TableRule:
    """Written by alerts, read by the two others."""
    return _rule(rows, **{"ingest": READ, "api": READ, **others}, alerts=right)


def of_ingest(rows: Rows, right: str = KEEP, **others: str) -> TableRule:
    """Written by ingest, read by the two others."""
    return _rule(rows, **{"alerts": READ, "api": READ, **others}, ingest=right)


def of_person(table: str, right: str = KEEP) -> TableRule:
    """Of one person, seen within the own organisation; nothing for the other services."""
    return of_api(through("principal", table, "principal_id"), right, ingest="", alerts="")


_OWN = f"organisation_id = {ORGANISATION}"
_IN_SIGHT = visible("assignment", "box.box_no", "box_no")
_ALARM = either(
    shared("alarm.shipment_id"),
    f"alarm.shipment_id IS NULL AND {visible('box', 'alarm.box_no', 'box_no')}",
)
_PROFILE = either(
    "profile.organisation_id IS NULL",
    f"profile.{_OWN}",
    "EXISTS (SELECT FROM payload WHERE payload.profile_id = profile.profile_id"
    " AND payload.profile_version = profile.version)",
)
# Plain, without a sub-select: the conditions above look into this table, and a policy whose own
# condition does so again would never end.
_PLAIN_ORGANISATION = "nullif(current_setting('coldlane.organisation', true), '')"
_GRANT = (
    "current_setting('coldlane.reach', true) = 'installation'"
    f" OR organisation_id = {_PLAIN_ORGANISATION} OR owner_id = {_PLAIN_ORGANISATION}"
)
_GRANTED = either(
    f"owner_id = {ORGANISATION}",
    "party = 'customs_site' AND EXISTS (SELECT FROM shipment WHERE"
    " shipment.shipment_id = shipment_grant.shipment_id"
    " AND shipment.organisation_id IS NOT DISTINCT FROM shipment_grant.owner_id)",
)
_ORGANISATION = either(
    _OWN,
    "kind IN ('customs_site', 'supervising_authority')",
    "EXISTS (SELECT FROM shipment_grant AS given"
    " WHERE given.organisation_id = organisation.organisation_id"
    " OR given.owner_id = organisation.organisation_id)",
)
_NOBODY = either()
_PROGRAM = open_to_all("the program's own bookkeeping: numbers and times, shown to nobody")

_BOXES: Mapping[str, TableRule] = {
    "box": of_api(Rows(seen=either(f"box.{_OWN}", _IN_SIGHT), written=either(f"box.{_OWN}"))),
    "probe": of_api(
        Rows(
            seen=either(f"probe.{_OWN}", visible("probe_assignment", "probe.probe_id", "probe_id")),
            written=either(f"probe.{_OWN}"),
        ),
        ADD,
    ),
    "box_certificate": of_api(through("box", "box_certificate", "box_no")),
    "probe_assignment": of_api(through("box", "probe_assignment", "box_no")),
    "calibration": of_api(through("probe", "calibration", "probe_id"), ADD),
}
_READINGS: Mapping[str, TableRule] = {
    # Its owner is the role of ingest; the API reads it through views that hold it to the stays.
    "reading": of_ingest(
        open_to_all("the store's columns forbid policies; the API reads the view shown_reading"),
        "ALL",
        api="",
    ),
    "watermark": of_ingest(through("box", "watermark", "box_no")),
    "boot_clock": of_ingest(through("box", "boot_clock", "box_no"), ALL),
    "rejected_message": of_ingest(
        Rows(
            seen=either(
                "EXISTS (SELECT FROM box WHERE box.box_id = rejected_message.box_id"
                f" AND box.{_OWN})"
            )
        )
    ),
    "reprocess_request": _rule(
        through("rejected_message", "reprocess_request", "message_id", "id"),
        ingest=ALL,
        alerts=READ,
        api=ADD,
    ),
    "key_conflict": of_ingest(through("box", "key_conflict", "box_no")),
    "reading_removal": of_ingest(of_shipment("reading_removal"), ADD),
}
_JUDGEMENT: Mapping[str, TableRule] = {
    "worklist": _rule(_PROGRAM, ingest=ADD, alerts=ALL, api=ADD),
    "assessment_state": of_alerts(of_shipment("assessment_state")),
    "assessment": of_alerts(through("payload", "assessment", "payload_id"), ADD),
    "checkpoint": of_alerts(through("payload", "checkpoint", "payload_id"), ALL),
    "alarm": of_alerts(Rows(seen=_ALARM)),
    "alarm_transition": of_alerts(through("alarm", "alarm_transition", "alarm_id"), ADD),
    "box_contact": of_alerts(through("box", "box_contact", "box_no")),
    "notification_outbox": of_alerts(Rows(seen=_NOBODY, written=either("true")), api=ADD),
    "notice_delivery": of_alerts(Rows(seen=_NOBODY)),
    "courier_link": of_alerts(Rows(seen=_NOBODY), ADD),
    "courier_answer": of_api(Rows(seen=_NOBODY), ADD),
    "acknowledgement": of_api(through("alarm", "acknowledgement", "alarm_id")),
    "shelving": of_api(through("alarm", "shelving", "alarm_id")),
}
_SHIPMENTS: Mapping[str, TableRule] = {
    # Nobody gives a shipment away, or takes one that was only shared.
    "shipment": of_api(
        Rows(
            seen=either(f"shipment.{_OWN}", shared("shipment.shipment_id")),
            written=either(f"shipment.{_OWN}"),
            held=either(f"shipment.{_OWN}", shared("shipment.shipment_id")),
            changed=either(
                shared(
                    "shipment.shipment_id",
                    " AND given.owner_id IS NOT DISTINCT FROM shipment.organisation_id",
                )
            ),
        )
    ),
    "shipment_grant": of_api(
        Rows(seen=_GRANT, written=_GRANTED, held=_GRANT),
        "SELECT, INSERT, UPDATE (revoked_at, revoked_by, revoke_reason)",
    ),
    "payload": of_api(of_shipment("payload")),
    "assignment": of_api(of_shipment("assignment"), ALL),
    "leg": of_api(of_shipment("leg")),
    "milestone": of_api(of_shipment("milestone"), ADD),
    "contact": of_api(
        Rows(seen=either("contact.site_id IS NOT NULL", shared("contact.shipment_id")))
    ),
    "profile": of_api(
        Rows(seen=_PROFILE, written=either(f"profile.{_OWN}"), held=_PROFILE, changed=_PROFILE),
        "SELECT, INSERT, UPDATE (frozen_at, revision)",
    ),
    "profile_move": of_api(of_shipment("profile_move")),
    "retention_rule": of_api(owned()),
}


def _of_bay(table: str) -> Rows:
    """Published to everybody, written by whoever owns the site."""
    return Rows(
        seen="true",
        written=either(
            "EXISTS (SELECT FROM bay JOIN site USING (site_id)"
            f" WHERE bay.bay_id = {table}.bay_id AND site.{_OWN})"
        ),
    )


_CUSTOMS: Mapping[str, TableRule] = {
    "site": of_api(Rows(seen="true", written=either(f"site.{_OWN}"), held="true")),
    "bay": of_api(
        Rows(
            seen="true",
            written=either(
                f"EXISTS (SELECT FROM site WHERE site.site_id = bay.site_id AND site.{_OWN})"
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
                f"EXISTS (SELECT FROM site WHERE site.site_id = from_site_id AND site.{_OWN})"
            ),
        ),
        ALL,
    ),
    "appointment": of_api(of_shipment("appointment")),
    "slot_decision": of_api(of_shipment("slot_decision"), ADD),
}
_INSPECTIONS: Mapping[str, TableRule] = {
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
                f" WHERE bay.bay_id = bay_logger.bay_id AND site.{_OWN})",
                visible("box", "bay_logger.box_no", "box_no"),
            )
        )
    ),
}
_SHIFTS: Mapping[str, TableRule] = {
    "shift_note": of_api(through("principal", "shift_note", "written_by", "principal_id")),
    "handover": of_api(through("principal", "handover", "taken_by", "principal_id"), ADD),
}
_PAPER = visible("paper_use", "paper.paper_id", "paper_id")
_PAPERS: Mapping[str, TableRule] = {
    "paper": of_api(Rows(seen=either(f"paper.{_OWN}", _PAPER))),
    "paper_use": of_api(of_shipment("paper_use")),
    "declaration": of_api(of_shipment("declaration")),
    "membership": of_api(
        open_to_all("authorities publish which firm is in which regime, and since when")
    ),
    "paper_rule": of_api(
        open_to_all("which papers are needed follows from law, the same for everybody")
    ),
    "sign_off": of_api(of_shipment("sign_off")),
    "sign_off_step": of_api(through("sign_off", "sign_off_step", "sign_off_id"), ADD),
    "risk_assessment": of_api(
        Rows(
            seen=either(
                shared("risk_assessment.shipment_id"),
                visible("paper", "risk_assessment.paper_id", "paper_id"),
            )
        )
    ),
    "condition_check": of_api(of_shipment("condition_check"), ADD),
    "emergency_release": of_api(of_shipment("emergency_release")),
    "exchange_message": of_api(
        through("principal", "exchange_message", "received_from", "principal_id"),
        ingest="",
        alerts="",
    ),
    "official": of_api(through("principal", "official", "principal_id"), ingest="", alerts=""),
}
_QUALITY: Mapping[str, TableRule] = {
    "deviation": of_api(of_shipment("deviation")),
    "deviation_step": of_api(through("deviation", "deviation_step", "deviation_id"), ADD),
    "evidence_pack": of_api(through("deviation", "evidence_pack", "deviation_id"), ADD),
    "signature": of_api(
        Rows(
            seen=either(
                f"principal_id = {PRINCIPAL}",
                visible("principal", "signature.principal_id", "principal_id"),
                "entity = 'deviation' AND EXISTS (SELECT FROM deviation"
                " WHERE deviation.deviation_id::text = signature.entity_id)",
            )
        ),
        ADD,
    ),
    "disposition": of_api(through("payload", "disposition", "payload_id")),
}
_PEOPLE: Mapping[str, TableRule] = {
    "organisation": of_api(Rows(seen=_ORGANISATION, written=either())),
    "principal": of_api(Rows(seen=either(f"principal.{_OWN}")), ingest="", alerts=""),
    "person": of_person("person"),
    "sign_in_link": of_person("sign_in_link"),
    "second_factor": of_person("second_factor"),
    "recovery_code": of_person("recovery_code", ALL),
    "session": of_person("session", ALL),
    # Who asks is not known yet: the program alone looks here.
    "sign_in_attempt": of_api(Rows(seen=_NOBODY), ALL, ingest="", alerts=""),
    "oidc_attempt": of_api(Rows(seen=_NOBODY), ALL, ingest="", alerts=""),
    "api_key": of_api(through("principal", "api_key", "principal_id"), ingest="", alerts=""),
    "audit_entry": of_api(
        Rows(
            seen=either(visible("principal", "audit_entry.principal_id", "principal_id")),
            written=either(f"principal_id = {PRINCIPAL}"),
        ),
        ADD,
        ingest="",
        alerts="",
    ),
    # Written by the trigger of the entries alone, with the owner's rights.
    "audit_seal": of_api(
        through("audit_entry", "audit_seal", "entry_id", "id"), READ, ingest="", alerts=""
    ),
    "idempotency_key": of_api(
        Rows(seen=either(f"principal_id = {PRINCIPAL}")), ALL, ingest="", alerts=""
    ),
    "service_heartbeat": _rule(
        open_to_all("which services are alive is for everybody to see"),
        ingest=ALL,
        alerts=ALL,
        api=ALL,
    ),
    "applied_rule": _rule(_PROGRAM),
}

TABLES: Mapping[str, TableRule] = {
    **_BOXES,
    **_READINGS,
    **_JUDGEMENT,
    **_SHIPMENTS,
    **_CUSTOMS,
    **_INSPECTIONS,
    **_PAPERS,
    **_SHIFTS,
    **_QUALITY,
    **_PEOPLE,
}

VIEWS: Mapping[str, Mapping[Service, str]] = {
    "payload_disposition": dict.fromkeys(Service, READ),
    "shown_reading": {Service.API: READ},
    "held_place": {Service.API: READ, Service.ALERTS: READ},
    "alembic_version": dict.fromkeys(Service, READ),
}
"""Views, and the mark of the schema: they hold themselves to what may be seen."""
