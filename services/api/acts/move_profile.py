"""Moving a live shipment to another profile version: one person asks, another confirms."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from services.api.acts.signing import sign_facts
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.schemas.profiles import NewProfileMove
from services.core.domain.errors import Conflict
from services.core.domain.quality.signature import SignatureMeaning
from services.core.domain.shipment import JUDGED_STATES
from services.core.domain.telemetry import EPOCH
from services.core.storage.profilemoves import ProfileMoveRecord, ProfileMoves
from services.core.storage.profiles import ProfileRepository
from services.core.storage.shipments import ShipmentRecord, ShipmentRepository
from services.core.storage.worklist import Worklist


async def ask_for_move(shipment_id: UUID, body: NewProfileMove, act: Act) -> ProfileMoveRecord:
    """Nothing is judged otherwise before somebody else has confirmed it."""
    shipment = await ShipmentRepository(act.unit).lock(shipment_id)
    _check_live(shipment)
    profile = await ProfileRepository(act.unit).find(body.profile_id, body.profile_version)
    move = ProfileMoveRecord(
        move_id=new_id(act.now),
        shipment_id=shipment_id,
        profile_id=profile.profile_id,
        profile_version=profile.version,
        reason=body.reason,
        requested_by=act.principal.principal_id,
        requested_at=act.now,
    )
    await ProfileMoves(act.unit).add(move)
    after = {"profile_id": profile.profile_id, "profile_version": profile.version}
    await act.audit("ask_profile_move", ("shipment", shipment_id), after=after, reason=body.reason)
    await _sign(SignatureMeaning.REQUESTED, move, shipment, _profiles_of(shipment), act)
    return move


async def confirm_move(shipment_id: UUID, move_id: UUID, act: Act) -> ProfileMoveRecord:
    """Each payload is judged from the start by the other version; old verdicts and alarms stay."""
    shipments, moves = ShipmentRepository(act.unit), ProfileMoves(act.unit)
    shipment = await shipments.lock(shipment_id)
    move = await moves.lock(shipment_id, move_id)
    _check_live(shipment)
    _check_second(move, act)
    before = _profiles_of(shipment)
    after = {"profile_id": move.profile_id, "profile_version": move.profile_version}
    for payload in shipment.payloads:
        await shipments.change_payload(payload.payload_id, after)
    await shipments.change(shipment_id, {})
    await moves.confirm(move_id, act.principal.principal_id, act.now)
    await ProfileRepository(act.unit).freeze(move.profile_id, move.profile_version, act.now)
    starts = {one.payload_id: one.pack_closed_at or EPOCH for one in shipment.payloads}
    await Worklist(act.unit).put_payloads(starts, "profile_changed", act.now)
    await act.audit(
        "confirm_profile_move",
        ("shipment", shipment_id),
        before={"payloads": before},
        after={**after, "requested_by": move.requested_by},
        reason=move.reason,
    )
    confirmed = replace(move, confirmed_by=act.principal.principal_id, confirmed_at=act.now)
    await _sign(SignatureMeaning.APPROVED, confirmed, shipment, before, act)
    return confirmed


def _profiles_of(shipment: ShipmentRecord) -> list[dict[str, Any]]:
    """By what each payload is judged."""
    return [
        {
            "payload_id": str(one.payload_id),
            "profile_id": one.profile_id,
            "profile_version": one.profile_version,
        }
        for one in shipment.payloads
    ]


async def _sign(
    meaning: SignatureMeaning,
    move: ProfileMoveRecord,
    shipment: ShipmentRecord,
    before: list[dict[str, Any]],
    act: Act,
) -> None:
    """Sign the move as it stands, with the numbers that it brings."""
    profile = await ProfileRepository(act.unit).find(move.profile_id, move.profile_version)
    facts = {"move": asdict(move), "before": before, "document": profile.document}
    subject = ("profile_move", move.move_id)
    await sign_facts(subject, meaning, move.reason, facts, act, simulated=shipment.simulated)


def _check_live(shipment: ShipmentRecord) -> None:
    if shipment.state not in JUDGED_STATES:
        raise Conflict(
            f"the shipment is {shipment.state}, no longer or not yet on its way",
            field="shipment_id",
            remedy="move only a shipment that is packed or moving",
        )


def _check_second(move: ProfileMoveRecord, act: Act) -> None:
    if move.confirmed_at is not None:
        raise Conflict("the move was confirmed already", field="move_id")
    if move.requested_by == act.principal.principal_id:
        raise Conflict(
            "who asked for the move cannot confirm it",
            field="move_id",
            remedy="let somebody else confirm it, with a key of their own",
        )
