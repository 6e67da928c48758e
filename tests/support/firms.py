"""Organisations of several kinds over one API, each with keys of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from services.core.domain.governance.access import Role
from services.core.domain.governance.organisation import ROLES_OF, OrganisationKind
from tests.support.api import made, shipment, site


async def firm(client: httpx.AsyncClient, name: str, kind: str) -> None:
    """Enter an organisation."""
    body = {"organisation_id": name, "name": name.title(), "country": "CN", "kind": kind}
    await made(client, "/organisations", body)


async def key_of(client: httpx.AsyncClient, name: str, role: str) -> dict[str, str]:
    """Headers of somebody of this organisation in this role."""
    body = {"organisation": name, "role": role, "name": f"{role} of {name}"}
    created = await made(client, "/keys", body)
    return {"authorization": f"Bearer {created['key']}"}


def kind_with(role: Role) -> OrganisationKind:
    """A kind of organisation that has this role and does not see everything."""
    return next(
        kind
        for kind, roles in ROLES_OF.items()
        if role in roles and kind is not OrganisationKind.PLATFORM
    )


async def enter_shipment(
    client: httpx.AsyncClient, headers: Mapping[str, str], number: int, **changes: Any
) -> dict[str, Any]:
    """A shipment in a box of its own, both of the firm whose headers these are."""
    name = f"CB-{number:04d}"
    wanted = {
        "/boxes": {"box_id": name, "simulated": True, "probes": [{"probe_id": f"SN-{number}"}]},
        "/shipments": shipment(
            f"CT-{number:04d}",
            payloads=[
                {
                    "reference": f"COI-{number}",
                    "box_id": name,
                    "collection_end": "2026-11-22T06:00:00Z",
                    "pack_closed_at": "2026-11-22T08:00:00Z",
                }
            ],
            contacts=[{"role": "courier", "name": "Kim Canary", "phone": "+86 21 5555 0000"}],
            **changes,
        ),
    }
    created: dict[str, Any] = {}
    for path, body in wanted.items():
        answer = await client.post(path, json=body, headers=dict(headers))
        assert answer.status_code == 201, answer.text
        created = answer.json()
    return created


async def customs_site(client: httpx.AsyncClient, owner: str) -> None:
    """The site PVG, owned by a customs organisation."""
    await made(client, "/sites", site(owner=owner))
