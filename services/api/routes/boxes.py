"""Boxes: register them, list them, and see what they measured."""

from __future__ import annotations

from typing import Annotated
from zlib import crc32

from fastapi import APIRouter, Path, Query, Request, Response

from services.api import paging
from services.api.answers import as_json, tag, tagged
from services.api.dependencies import (
    Act,
    ActDep,
    ClockDep,
    CursorText,
    Limit,
    OnceDep,
    UnitOfWorkDep,
)
from services.api.errors import problem_responses
from services.api.present.boxes import box_out
from services.api.schemas.base import Page, Word
from services.api.schemas.boxes import Box, BoxShow, NewBox, NewBoxes, RegisteredBoxes
from services.core.domain.errors import Invalid, NotFound
from services.core.domain.identifiers import parse_box_id
from services.core.storage.boxes import BoxRepository, NewBoxRecord
from services.core.storage.boxlist import BoxList, BoxWish

router = APIRouter(prefix="/boxes", tags=["boxes"])

BoxPath = Annotated[str, Path(max_length=64, description="The box's name.", examples=["CB-0007"])]


@router.post(
    "",
    status_code=201,
    response_model=Box,
    operation_id="create_box",
    summary="Register a box",
    responses=problem_responses(409, 422),
)
async def create_box(body: NewBox, act: ActDep, once: OnceDep) -> Response:
    """Register a box; the answer says on which topics it publishes."""
    record = await BoxRepository(act.unit).add(_new(body, act), act.principal.principal_id, act.now)
    await act.audit("create", ("box", record.box_id), after=body.model_dump(mode="json"))
    box = box_out(record)
    await once.keep(201, box)
    headers = {"location": f"/api/v1/boxes/{box.box_id}", "etag": tag(box.revision)}
    return as_json(box, status=201, headers=headers)


@router.post(
    "/batch",
    status_code=201,
    response_model=RegisteredBoxes,
    operation_id="create_boxes",
    summary="Register many boxes at once",
    responses=problem_responses(409, 422),
)
async def create_boxes(body: NewBoxes, act: ActDep, once: OnceDep) -> Response:
    """All or none: the first box that cannot be registered refuses the request."""
    new = [_new(one, act) for one in body.boxes]
    if len({one.box_id for one in new}) < len(new):
        raise Invalid("a box stands here twice", field="boxes", remedy="name each box once")
    await BoxRepository(act.unit).add_all(new, act.principal.principal_id, act.now)
    for box in body.boxes:
        await act.audit("create", ("box", box.box_id), after=box.model_dump(mode="json"))
    done = RegisteredBoxes(registered=len(new))
    await once.keep(201, done)
    return as_json(done, status=201)


@router.get(
    "",
    response_model=Page[Box],
    operation_id="list_boxes",
    summary="List the boxes by name",
    responses=problem_responses(400, 422),
)
async def list_boxes(
    unit: UnitOfWorkDep,
    clock: ClockDep,
    q: Annotated[
        Word | None, Query(description="Only those whose name, or shipment, holds this text.")
    ] = None,
    show: Annotated[BoxShow | None, Query(description="Only those of which this is true.")] = None,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """Every box, by name. `runs_out`: a certificate or calibration ends within 30 days, or is
    missing; `silent`: not heard when it was due."""
    wish = BoxWish(search=q, show=show)
    found = await BoxList(unit).page(wish, paging.word(cursor), limit + 1, clock.now())
    shown = [box_out(*one) for one in found[:limit]]
    more = paging.cursor_for(shown[-1].box_id) if len(found) > limit else None
    return as_json(Page[Box](items=shown, next_cursor=more))


@router.get(
    "/{box_id}",
    response_model=Box,
    operation_id="get_box",
    summary="Read a box",
    responses=problem_responses(404, 422),
)
async def get_box(
    request: Request, box_id: BoxPath, unit: UnitOfWorkDep, clock: ClockDep
) -> Response:
    """One box."""
    found = await BoxList(unit).one(parse_box_id(box_id), clock.now())
    if found is None:
        raise NotFound(f"there is no box {box_id}", field="box_id", remedy="register it first")
    box = box_out(*found)
    return tagged(request, box, tag(box.revision, crc32(box.model_dump_json().encode())))


def _new(body: NewBox, act: Act) -> NewBoxRecord:
    return NewBoxRecord(
        box_id=parse_box_id(body.box_id),
        kind=body.kind,
        simulated=body.simulated,
        model=body.model,
        report_interval_s=body.report_interval_s,
        probes=[(probe.probe_id, probe.kind) for probe in body.probes],
        organisation_id=act.owner(body.owner),
    )
