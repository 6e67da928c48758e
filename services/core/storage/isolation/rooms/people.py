"""Organisations, people, keys, and what they did."""

from __future__ import annotations

from collections.abc import Mapping

from services.core.storage.isolation.conditions import (
    NOBODY,
    OWN,
    PRINCIPAL,
    PROGRAM,
    Rows,
    either,
    open_to_all,
    through,
    visible,
)
from services.core.storage.isolation.rights import (
    ADD,
    ALL,
    READ,
    TableRule,
    of_api,
    of_person,
    rule,
)

_ORGANISATION = either(
    OWN,
    "kind IN ('customs_site', 'supervising_authority')",
    "EXISTS (SELECT FROM shipment_grant AS given"
    " WHERE given.organisation_id = organisation.organisation_id"
    " OR given.owner_id = organisation.organisation_id)",
)

PEOPLE: Mapping[str, TableRule] = {
    "organisation": of_api(Rows(seen=_ORGANISATION, written=either())),
    "principal": of_api(Rows(seen=either(f"principal.{OWN}")), ingest="", alerts=""),
    "person": of_person("person"),
    "sign_in_link": of_person("sign_in_link"),
    "second_factor": of_person("second_factor"),
    "recovery_code": of_person("recovery_code", ALL),
    "session": of_person("session", ALL),
    # Who asks is not known yet: the program alone looks here.
    "sign_in_attempt": of_api(Rows(seen=NOBODY), ALL, ingest="", alerts=""),
    "oidc_attempt": of_api(Rows(seen=NOBODY), ALL, ingest="", alerts=""),
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
    "service_heartbeat": rule(
        open_to_all("which services are alive is for everybody to see"),
        ingest=ALL,
        alerts=ALL,
        api=ALL,
    ),
    # Nobody's but that of the role of identities; whose payload it is was asked before.
    "patient_identity": TableRule(
        rows=Rows(seen=NOBODY), rights={}, keeper="SELECT, INSERT, UPDATE"
    ),
    "applied_rule": rule(PROGRAM),
}
