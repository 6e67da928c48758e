"""Two houses on one installation, with somebody in each role of the first; the other is secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from services.core.domain.governance.access import Role
from services.core.domain.governance.organisation import ROLES_OF, OrganisationKind
from services.core.storage.database import Database
from tests.support.api import Judged, at, bay, judge, made, raise_alarm, site
from tests.support.firms import enter_shipment, firm, key_of, kind_with

OURS, THEIRS = 1, 8642
"""Numbers in the names of each house's box, shipment, bag and probe."""
CANARIES = tuple(f"{prefix}-{THEIRS}" for prefix in ("CT", "CB", "COI", "SN"))


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Headers by role, and identifiers that exist, by the name of the parameter."""

    keys: Mapping[Role, dict[str, str]]
    known: Mapping[str, list[str]]


async def built(client: httpx.AsyncClient, database: Database) -> World:
    """Everything entered by the local operator and by each house itself."""
    await firm(client, "north", "sponsor")
    await firm(client, "south", "sponsor")
    homes = {role: _home(role) for role in Role}
    for kind in sorted({kind for kind in homes.values() if kind is not OrganisationKind.SPONSOR}):
        await firm(client, _name(kind), kind)
    await made(client, "/sites", site(owner=_name(OrganisationKind.CUSTOMS_SITE)))
    await firm(client, "far-customs", "customs_site")
    far_bay = bay("SHA-C1", name_en="Far", name_zh="远")
    await made(client, "/sites", site("SHA", owner="far-customs", bays=[far_bay]))
    keys = {role: await key_of(client, _name(kind), role) for role, kind in homes.items()}
    ours = await enter_shipment(client, keys[Role.OPERATOR], OURS)
    other = await key_of(client, "north", "operator")
    theirs = await enter_shipment(client, other, THEIRS, site_id="SHA")
    known: dict[str, list[str]] = {}
    for one, place in ((ours, "PVG"), (theirs, "SHA")):
        for name, value in (await _lived(client, database, one, place)).items():
            known.setdefault(name, []).append(value)
    await _shared(client, ours, keys[Role.OPERATOR])
    return World(keys=keys, known=known)


def _home(role: Role) -> OrganisationKind:
    sponsor = OrganisationKind.SPONSOR
    return sponsor if role in ROLES_OF[sponsor] else kind_with(role)


def _name(kind: OrganisationKind) -> str:
    return "south" if kind is OrganisationKind.SPONSOR else f"our-{kind.replace('_', '-')}"


async def _lived(
    client: httpx.AsyncClient, database: Database, one: Mapping[str, Any], place: str
) -> dict[str, str]:
    """A verdict, an alarm, a place in a bay and an inspection; the identifiers of all of it."""
    await judge(database, one, Judged())
    alarm_id = await raise_alarm(database, one)
    wish = {"shipment_id": one["id"], "bay_id": f"{place}-C1", "start": at(0.25)}
    booked = await made(client, "/appointments", wish)
    inspection = await made(client, f"/shipments/{one['id']}/inspections", {})
    deviation = await _deviation(client, one)
    return {
        "shipment_id": one["id"],
        "payload_id": one["payloads"][0]["id"],
        "leg_id": one["legs"][0]["id"],
        "box_id": one["payloads"][0]["box_id"],
        "probe_id": one["payloads"][0]["reference"].replace("COI", "SN"),
        "site_id": place,
        "bay_id": f"{place}-C1",
        "appointment_id": booked["id"],
        "alarm_id": str(alarm_id),
        "inspection_id": inspection["id"],
        **deviation,
    }


async def _deviation(client: httpx.AsyncClient, one: Mapping[str, Any]) -> dict[str, str]:
    """Opened where the shipment lets it be opened."""
    body = {"payload_id": one["payloads"][0]["id"], "reason": "looked at by hand"}
    answer = await client.post(f"/shipments/{one['id']}/deviations", json=body)
    return {"deviation_id": answer.json()["id"]} if answer.status_code == 201 else {}


async def _shared(
    client: httpx.AsyncClient, one: Mapping[str, Any], owner: Mapping[str, str]
) -> None:
    """With everybody of our own side who owns nothing of it."""
    for kind, party in (("applicant", "applicant"), ("consignee", "consignee")):
        body = {"organisation": f"our-{kind}", "party": party, "reason": "takes part"}
        answer = await client.post(f"/shipments/{one['id']}/grants", json=body, headers=owner)
        assert answer.status_code == 201, answer.text
