"""Certificates that boxes connect with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response

from services.api.acts.certificates import record_certificate, revoke_certificate
from services.api.answers import as_json
from services.api.dependencies import ActDep, ClockDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.schemas.base import Page
from services.api.schemas.certificates import (
    BoxCertificate,
    Fingerprint,
    NewCertificate,
    RevokeCertificate,
)
from services.core.domain.identifiers import parse_box_id
from services.core.storage.boxes import BoxRepository
from services.core.storage.certificates import CertificateRecord, CertificateRepository

router = APIRouter(prefix="/boxes/{box_id}/certificates", tags=["boxes"])

BoxPath = Annotated[str, Path(max_length=64, description="The box's name.", examples=["CB-0007"])]


def _out(record: CertificateRecord, box_id: str, now: datetime) -> BoxCertificate:
    values = {
        name: getattr(record, name)
        for name in record.__slots__
        if name not in {"fingerprint_sha256", "box_no"}
    }
    told = {"fingerprint": record.fingerprint_sha256.hex(), "box_id": box_id}
    return BoxCertificate.model_validate({**values, **told, "state": _state(record, now)})


def _state(record: CertificateRecord, now: datetime) -> str:
    if record.revoked_at is not None:
        return "revoked"
    if record.not_after <= now:
        return "ended"
    return "holds" if record.not_before <= now else "early"


@router.get(
    "",
    response_model=Page[BoxCertificate],
    operation_id="list_box_certificates",
    summary="List the certificates of a box",
    responses=problem_responses(404, 422),
)
async def list_box_certificates(box_id: BoxPath, unit: UnitOfWorkDep, clock: ClockDep) -> Response:
    """All of them, the one that ends last first, in one part; old ones too."""
    box = await BoxRepository(unit).get(parse_box_id(box_id))
    found, now = await CertificateRepository(unit).of_box(box.box_no), clock.now()
    items = [_out(one, box.box_id, now) for one in found]
    return as_json(Page[BoxCertificate](items=items, next_cursor=None))


@router.post(
    "",
    response_model=BoxCertificate,
    status_code=201,
    operation_id="create_box_certificate",
    summary="Record a certificate of a box",
    responses=problem_responses(404, 409, 422),
)
async def post_certificate(box_id: BoxPath, body: NewCertificate, act: ActDep) -> Response:
    """From now on its end is watched. Two may hold at once: so a box is renewed."""
    record = await record_certificate(box_id, body, act)
    return as_json(_out(record, box_id, act.now), status=201)


@router.post(
    "/{fingerprint}/revoke",
    response_model=BoxCertificate,
    operation_id="cancel_box_certificate",
    summary="Say that a certificate holds no more",
    responses=problem_responses(404, 422),
)
async def post_revocation(
    box_id: BoxPath,
    fingerprint: Annotated[Fingerprint, Path(description="SHA-256 of the certificate.")],
    body: RevokeCertificate,
    act: ActDep,
) -> Response:
    """Recorded here; the broker shuts the box out when `coldlane box revoke` tells it."""
    ended = await revoke_certificate(box_id, fingerprint, body.reason, act)
    return as_json(_out(ended, box_id, act.now))
