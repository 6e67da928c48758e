"""Shipments, with whom they are shared, and by which limits they are judged."""

from __future__ import annotations

from collections.abc import Mapping

from services.core.storage.isolation.conditions import (
    ORGANISATION,
    OWN,
    PRINCIPAL,
    Rows,
    either,
    of_shipment,
    owned,
    shared,
)
from services.core.storage.isolation.rights import (
    ADD,
    ALL,
    TableRule,
    of_api,
)

_PROFILE = either(
    "profile.organisation_id IS NULL",
    f"profile.{OWN}",
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
# Whoever gives names the owner truly: else a firm would grant itself what is another's.
_OWNERS = (
    "EXISTS (SELECT FROM shipment WHERE shipment.shipment_id = shipment_grant.shipment_id"
    " AND shipment.organisation_id IS NOT DISTINCT FROM shipment_grant.owner_id)"
)
_GRANTED = either(f"(owner_id = {ORGANISATION} OR party = 'customs_site') AND {_OWNERS}")

SHIPMENTS: Mapping[str, TableRule] = {
    # Nobody gives a shipment away, or takes one that was only shared.
    "shipment": of_api(
        Rows(
            seen=either(f"shipment.{OWN}", shared("shipment.shipment_id")),
            written=either(f"shipment.{OWN}"),
            held=either(f"shipment.{OWN}", shared("shipment.shipment_id")),
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
    "shared_link": of_api(
        of_shipment("shared_link"),
        "SELECT, INSERT, UPDATE (revoked_at, revoked_by, revoke_reason)",
    ),
    "payload": of_api(of_shipment("payload")),
    "assignment": of_api(of_shipment("assignment"), ALL),
    "leg": of_api(of_shipment("leg")),
    "milestone": of_api(of_shipment("milestone"), ADD),
    # Read by whoever sees the shipment; nobody writes in another's name.
    "shipment_note": of_api(
        Rows(
            seen=either(shared("shipment_note.shipment_id")),
            written=either(
                f"shipment_note.{OWN} AND shipment_note.written_by = {PRINCIPAL}"
                f" AND {shared('shipment_note.shipment_id')}"
            ),
        ),
        ADD,
    ),
    "contact": of_api(
        Rows(seen=either("contact.site_id IS NOT NULL", shared("contact.shipment_id")))
    ),
    "profile": of_api(
        Rows(seen=_PROFILE, written=either(f"profile.{OWN}"), held=_PROFILE, changed=_PROFILE),
        "SELECT, INSERT, UPDATE (frozen_at, revision)",
    ),
    "profile_move": of_api(of_shipment("profile_move")),
    "profile_proposal": of_api(
        owned(),
        "SELECT, INSERT, UPDATE (decision, decided_by, decided_at, decision_reason)",
    ),
    "retention_rule": of_api(owned()),
}
