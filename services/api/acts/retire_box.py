"""Taking a box out of service, and back: never while something needs it."""

from __future__ import annotations

from services.api.dependencies import Act
from services.api.parts import Parts
from services.core.domain.errors import Conflict
from services.core.domain.governance.reach import installation
from services.core.domain.identifiers import parse_box_id
from services.core.storage.boxes import BoxRepository
from services.core.storage.boxservice import lock_box, set_retired, use_of

_NEEDED = {
    "shipment": ("a shipment is in this box", "move what it carries, or wait for the receipt"),
    "bay": ("this box watches a bay", "end its watch on the page of capacity"),
}


async def retire_box(box_id: str, reason: str, act: Act, parts: Parts) -> None:
    """From now on what it sends is refused, and nobody packs it; raises Conflict while in use."""
    number = await _held(box_id, act)
    known = await BoxRepository(act.unit).get(box_id)
    if known.retired_at is not None:
        raise Conflict("this box is out of service already", field="box_id")
    # Of another house's shipment in the box it is said that there is one, and no more.
    async with parts.database.unit_of_work(installation(act.now)) as unit:
        use = await use_of(unit, number, act.now)
    if use is not None:
        detail, remedy = _NEEDED[use]
        raise Conflict(detail, field="box_id", remedy=remedy)
    await set_retired(act.unit, number, act.now)
    await act.audit("retire", ("box", box_id), after={"retired": True}, reason=reason)


async def return_to_service(box_id: str, reason: str, act: Act) -> None:
    """From now on its messages are stored again, and it may be packed."""
    number = await _held(box_id, act)
    known = await BoxRepository(act.unit).get(box_id)
    if known.retired_at is None:
        raise Conflict("this box is in service", field="box_id")
    await set_retired(act.unit, number, None)
    before = {"retired_at": known.retired_at.isoformat()}
    await act.audit("return_to_service", ("box", box_id), before=before, reason=reason)


async def _held(box_id: str, act: Act) -> int:
    number = await lock_box(act.unit, parse_box_id(box_id))
    if number is None:
        await BoxRepository(act.unit).get(box_id)
        raise Conflict("this box is not yours", field="box_id", remedy="ask its owner")
    return number
