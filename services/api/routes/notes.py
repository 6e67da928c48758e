"""Notes on a shipment, for whoever follows it: added, never changed."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Response

from services.api import paging
from services.api.answers import as_json
from services.api.dependencies import ActDep, CursorText, Limit, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.identifiers import new_id
from services.api.schemas.base import Identifier, Page
from services.api.schemas.notes import NewShipmentNote, ShipmentNote
from services.core.storage import shipmentnotes
from services.core.storage.shipmentnotes import ShipmentNotes
from services.core.storage.shipments import ShipmentRepository

router = APIRouter(prefix="/shipments/{shipment_id}/notes", tags=["shipments"])


def _note(note: shipmentnotes.ShipmentNote) -> ShipmentNote:
    return ShipmentNote.model_validate(asdict(note))


@router.get(
    "",
    response_model=Page[ShipmentNote],
    operation_id="list_shipment_notes",
    summary="Read the notes on a shipment, oldest first",
    responses=problem_responses(400, 404, 422),
)
async def list_notes(
    shipment_id: Identifier, unit: UnitOfWorkDep, limit: Limit = 100, cursor: CursorText = None
) -> Response:
    """Those of every organisation that it is shared with; customs and carriers see none."""
    await ShipmentRepository(unit).require(shipment_id)
    notes = await ShipmentNotes(unit).page(shipment_id, paging.identifier(cursor), limit + 1)
    shown = notes[:limit]
    page = Page[ShipmentNote](
        items=[_note(note) for note in shown],
        next_cursor=paging.cursor_for(shown[-1].note_id) if len(notes) > limit else None,
    )
    return as_json(page)


@router.post(
    "",
    status_code=201,
    response_model=ShipmentNote,
    operation_id="create_shipment_note",
    summary="Write a note on a shipment",
    responses=problem_responses(403, 404, 409, 422),
)
async def post_note(
    shipment_id: Identifier, body: NewShipmentNote, act: ActDep, once: OnceDep
) -> Response:
    """Whoever the shipment is shared with reads it; what is wrong in it another note corrects."""
    await ShipmentRepository(act.unit).require(shipment_id)
    values = {
        "note_id": new_id(act.now),
        "shipment_id": shipment_id,
        "written_at": act.now,
        "written_by": act.principal.principal_id,
        "organisation_id": act.principal.organisation_id,
        **body.model_dump(),
    }
    note = _note(await ShipmentNotes(act.unit).add(values))
    told = {"shipment_id": str(shipment_id), **body.model_dump()}
    await act.audit("write", ("shipment_note", note.note_id), after=told)
    await once.keep(201, note)
    return as_json(note, status=201)
