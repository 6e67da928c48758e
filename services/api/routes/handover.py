"""The change of shift: what lies on the table, notes for the next one, taking it over by name."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Response

from services.api.acts.hand_over import take_shift
from services.api.acts.shifts import end_of_shift
from services.api.answers import as_json
from services.api.dependencies import ActDep, ClockDep, OnceDep, ShiftsDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.identifiers import new_id
from services.api.schemas.base import Identifier
from services.api.schemas.handover import Handover, NewShiftNote, ShiftNote, ShiftTable, TakeShift
from services.core.storage import handovers
from services.core.storage.handovers import HandoverRepository
from services.core.storage.shipments import ShipmentRepository

router = APIRouter(prefix="/handover", tags=["handover"])

_SHOWN = 10


def _note(note: handovers.ShiftNote) -> ShiftNote:
    return ShiftNote.model_validate(asdict(note))


@router.get(
    "",
    response_model=ShiftTable,
    operation_id="get_handover",
    summary="See what one shift leaves to the next",
)
async def get_handover(unit: UnitOfWorkDep, clock: ClockDep, shifts: ShiftsDep) -> Response:
    """Open notes and promises, and who took over last; alarms are read from their own list."""
    repository = HandoverRepository(unit)
    table = ShiftTable(
        notes=[_note(note) for note in await repository.open_notes()],
        handovers=[Handover.model_validate(asdict(one)) for one in await repository.latest(_SHOWN)],
        ends_at=end_of_shift(clock.now(), None, shifts),
    )
    return as_json(table)


@router.post(
    "",
    status_code=201,
    response_model=Handover,
    operation_id="take_shift",
    summary="Take the shift over",
    responses=problem_responses(409, 422),
)
async def post_handover(body: TakeShift, act: ActDep, once: OnceDep, shifts: ShiftsDep) -> Response:
    """Every alarm that somebody has taken is owned by who takes over, until this shift ends."""
    await take_shift(body.alarms, shifts, act)
    (newest,) = await HandoverRepository(act.unit).latest(1)
    taken = Handover.model_validate(asdict(newest))
    await once.keep(201, taken)
    return as_json(taken, status=201)


@router.post(
    "/notes",
    status_code=201,
    response_model=ShiftNote,
    operation_id="create_shift_note",
    summary="Leave a note to the next shift",
    responses=problem_responses(404, 409, 422),
)
async def post_note(body: NewShiftNote, act: ActDep, once: OnceDep) -> Response:
    """With an hour it is a promise, and is shown by its hour."""
    if body.shipment_id is not None:
        await ShipmentRepository(act.unit).require(body.shipment_id)
    values = {"note_id": new_id(act.now), "written_at": act.now, **body.model_dump()}
    author = {"written_by": act.principal.principal_id}
    note = _note(await HandoverRepository(act.unit).write({**values, **author}))
    await act.audit("write", ("shift_note", note.note_id), after=body.model_dump(mode="json"))
    await once.keep(201, note)
    return as_json(note, status=201)


@router.post(
    "/notes/{note_id}/done",
    response_model=ShiftNote,
    operation_id="confirm_shift_note",
    summary="Cross out a note",
    responses=problem_responses(404, 409, 422),
)
async def post_done(note_id: Identifier, act: ActDep, once: OnceDep) -> Response:
    """It stays readable in the record of the shifts."""
    by = act.principal.principal_id
    note = _note(await HandoverRepository(act.unit).cross_out(note_id, act.now, by))
    await act.audit("finish", ("shift_note", note_id))
    await once.keep(200, note)
    return as_json(note)
