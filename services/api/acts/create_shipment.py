"""Entering a shipment with its payloads, boxes, way and contacts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.schemas.requests import NewLeg, NewPayload, NewShipment
from services.core.domain.errors import Invalid
from services.core.storage.assignments import AssignmentRepository, NewStay
from services.core.storage.boxes import BoxRecord, BoxRepository
from services.core.storage.journeys import JourneyRepository
from services.core.storage.profiles import ProfileRecord, ProfileRepository
from services.core.storage.shipments import ShipmentRepository
from services.core.storage.sites import SiteRepository
from services.core.storage.worklist import Worklist


async def create_shipment(body: NewShipment, act: Act) -> UUID:
    """Everything in one transaction; returns the new identifier."""
    profile = await ProfileRepository(act.unit).find(body.profile_id, body.profile_version)
    boxes = await BoxRepository(act.unit).by_name(one.box_id for one in body.payloads)
    _check_simulated(body, boxes)
    await _check_site(body, act)
    shipment_id = new_id(act.now)
    payload_ids = [new_id(act.now) for _ in body.payloads]
    payloads = [
        _payload_values(payload_id, one, profile, act)
        for payload_id, one in zip(payload_ids, body.payloads, strict=True)
    ]
    await ShipmentRepository(act.unit).add(
        _shipment_values(shipment_id, body, act),
        [{**one, "shipment_id": shipment_id} for one in payloads],
        [
            {**one.model_dump(), "contact_id": new_id(act.now), "shipment_id": shipment_id}
            for one in body.contacts
        ],
        act.principal.principal_id,
    )
    await JourneyRepository(act.unit).add_legs(
        [_leg_values(shipment_id, number, one, act) for number, one in enumerate(body.legs, 1)]
    )
    await _pack(shipment_id, dict(zip(payload_ids, body.payloads, strict=True)), boxes, act)
    await ProfileRepository(act.unit).freeze(profile.profile_id, profile.version, act.now)
    await act.audit(
        "create",
        ("shipment", shipment_id),
        after=body.model_dump(mode="json", exclude={"contacts"}),
    )
    return shipment_id


def _check_simulated(body: NewShipment, boxes: Mapping[str, BoxRecord]) -> None:
    if body.simulated:
        return
    for box in boxes.values():
        if box.simulated:
            raise Invalid(
                f"box {box.box_id} is simulated, so the shipment must be marked simulated too",
                field="simulated",
                remedy="set simulated to true, or take a real box",
            )


async def _check_site(body: NewShipment, act: Act) -> None:
    """A real shipment has nothing to do at a site that does not exist."""
    if body.simulated or body.site_id is None:
        return
    sites = {site.site_id: site for site in await SiteRepository(act.unit).all()}
    if body.site_id in sites and sites[body.site_id].simulated:
        raise Invalid(
            f"site {body.site_id} is simulated, so only a simulated shipment is inspected there",
            field="site_id",
            remedy="take a real site, or set simulated to true",
        )


def _shipment_values(shipment_id: UUID, body: NewShipment, act: Act) -> dict[str, Any]:
    packed = all(one.pack_closed_at is not None for one in body.payloads)
    return {
        "shipment_id": shipment_id,
        "state": "packed" if packed else "draft",
        "created_at": act.now,
        "organisation_id": act.owner(body.owner),
        **body.model_dump(
            include={
                "reference",
                "product",
                "site_id",
                "shipper",
                "consignee",
                "needed_by",
                "needed_by_attested_by",
                "cut_off",
                "inspection_mode",
                "no_open",
                "no_xray",
                "simulated",
                "needs_equipment",
            }
        ),
    }


def _payload_values(
    payload_id: UUID, one: NewPayload, profile: ProfileRecord, act: Act
) -> dict[str, Any]:
    if one.collection_end and one.pack_closed_at and one.pack_closed_at < one.collection_end:
        raise Invalid(
            "a payload was packed before its collection ended",
            field="payloads",
            remedy="check collection_end and pack_closed_at, and their offsets",
        )
    return {
        "payload_id": payload_id,
        "reference": one.reference,
        "profile_id": profile.profile_id,
        "profile_version": profile.version,
        "collection_end": one.collection_end,
        "pack_closed_at": one.pack_closed_at,
        "container_charged_at": one.container_charged_at,
        "clocks_entered_by": act.principal.principal_id,
    }


def _leg_values(shipment_id: UUID, ordinal: int, one: NewLeg, act: Act) -> dict[str, Any]:
    if one.planned_arrival <= one.planned_departure:
        raise Invalid(
            f"leg {ordinal} arrives before it departs",
            field=f"#/legs/{ordinal - 1}/planned_arrival",
            remedy="check both instants and their offsets",
        )
    return {
        **one.model_dump(),
        "leg_id": new_id(act.now),
        "shipment_id": shipment_id,
        "ordinal": ordinal,
    }


async def _pack(
    shipment_id: UUID,
    payloads: Mapping[UUID, NewPayload],
    boxes: Mapping[str, BoxRecord],
    act: Act,
) -> None:
    """Put each payload in its box, and have it judged from its first clock on."""
    stays = [
        NewStay(
            id=new_id(act.now),
            payload_id=payload_id,
            shipment_id=shipment_id,
            box_no=boxes[one.box_id].box_no,
            start=_packed_from(one, act),
            end=None,
            reason=None,
        )
        for payload_id, one in payloads.items()
    ]
    await AssignmentRepository(act.unit).add(stays, act.principal.principal_id, act.now)
    earliest = {stay.payload_id: stay.start for stay in stays}
    await Worklist(act.unit).put_payloads(earliest, "shipment_created", act.now)


def _packed_from(one: NewPayload, act: Act) -> datetime:
    return one.assigned_from or one.pack_closed_at or act.now
