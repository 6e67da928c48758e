"""Recording what a box was given to prove itself with, and ending it."""

from __future__ import annotations

from services.api.dependencies import Act
from services.api.schemas.certificates import NewCertificate
from services.core.domain.errors import Invalid
from services.core.domain.identifiers import parse_box_id
from services.core.runtime.certificates import read_certificate
from services.core.storage.boxes import BoxRepository
from services.core.storage.certificates import CertificateRecord, CertificateRepository


async def record_certificate(box_id: str, body: NewCertificate, act: Act) -> CertificateRecord:
    """Keep what stands in it; raises Invalid when it names another box, or has ended."""
    box = await BoxRepository(act.unit).get(parse_box_id(box_id))
    facts = read_certificate(body.certificate.encode())
    if facts.name != box.box_id:
        raise Invalid(
            f"the certificate does not name {box.box_id}",
            field="certificate",
            remedy="record it with the box that it was issued to",
        )
    if facts.not_after <= act.now:
        raise Invalid("the certificate has ended", field="certificate", remedy="issue another")
    record = CertificateRecord(
        fingerprint_sha256=facts.fingerprint_sha256,
        box_no=box.box_no,
        serial=facts.serial,
        issuer=facts.issuer,
        not_before=facts.not_before,
        not_after=facts.not_after,
        recorded_at=act.now,
        recorded_by=act.principal.principal_id,
        revoked_at=None,
        revoke_reason=None,
    )
    values = {name: getattr(record, name) for name in record.__slots__}
    await CertificateRepository(act.unit).add(values)
    await act.audit("enrol", ("box", box.box_id), after=_told(record))
    return record


async def revoke_certificate(
    box_id: str, fingerprint: str, reason: str, act: Act
) -> CertificateRecord:
    """Say that it holds no more; the broker is told by `coldlane box revoke`."""
    box = await BoxRepository(act.unit).get(parse_box_id(box_id))
    ended = await CertificateRepository(act.unit).revoke(
        box.box_no, bytes.fromhex(fingerprint), act.now, reason
    )
    await act.audit("revoke", ("box", box.box_id), before=_told(ended), reason=reason)
    return ended


def _told(record: CertificateRecord) -> dict[str, object]:
    return {
        "fingerprint": record.fingerprint_sha256.hex(),
        "serial": record.serial,
        "issuer": record.issuer,
        "not_after": record.not_after.isoformat(),
    }
