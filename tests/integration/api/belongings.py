"""What else firm A has: papers signed, people, notices, photos, certificates, rules of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from services.core.storage.database import Database
from services.core.storage.outbox import Notice, Outbox
from services.core.storage.schema import (
    box_certificate,
    data_entry,
    inspection_photo,
    notice_delivery,
    photo_blob,
)
from tests.integration.api.sharing import House
from tests.support.api import NOW, at, made, rows
from tests.support.papers import declaration, done

SHA256 = bytes(range(32))
PERSON = {"person_id": "ann", "name": "Ann", "organisation": "firm-a", "roles": ["operator"]}
BASIS = {"basis_id": "transplant-2015", "due_on": "2026-12-04", "reason": "conditioned"}
RULE = {
    "sponsor": "Firm-A",
    "keep_days": 5475,
    "effective_from": at(7 * 24),
    "reference": "QAA-1",
    "reason": "duty ends",
}
VERSION = {"profile_id": "acme", "base_profile_id": "cart_cryo_150", "reason": "study 7"}
ABSENT = {
    "person_id": "nobody",
    "principal_id": "nobody",
    "organisation_id": "nowhere",
    "prefix": "aaaaaaaa",
    "fingerprint": "0" * 64,
}
"""Names that stand for nothing, where an identifier is no random one."""


async def belongings(house: House, database: Database) -> dict[str, str]:
    """One of each, by the name in a path; `house.objects` has been asked before."""
    client, path = house.client, house.path
    await made(client, "/people", PERSON)
    member = {"firm": "Acme", "valid_from": "2025-01-01", "reference": "list 1"}
    await made(client, "/memberships", {"regime": "joint_supervision", **member})
    await house.own("declaration", declaration(regime="joint_supervision"))
    asked = await house.own("sign-offs", {})
    await done(client, "/officials/local-operator", {"grade": 5})
    released = await made(client, f"{path}/emergency-releases", BASIS)
    rule = await made(client, "/retention-rules", RULE)
    proposal = await made(client, "/profile-proposals", VERSION)
    found = {
        "person_id": "ann",
        "principal_id": "ann",
        "organisation_id": "firm-a",
        "prefix": house.a["authorization"].split("_")[1],
        "sign_off_id": asked["sign_offs"][0]["id"],
        "release_id": released["emergency"]["id"],
        "rule_id": rule["rule_id"],
        "proposal_id": proposal["proposal_id"],
    }
    return {**found, **await _written(house, database)}


async def _written(house: House, database: Database) -> dict[str, str]:
    """What other services, a camera or an authority would bring."""
    (inspection,) = await rows(database, "SELECT inspection_id FROM inspection")
    (box,) = await rows(database, "SELECT box_no FROM box WHERE box_id = 'CB-0001'")
    notice = Notice(kind="alarm", subject_key="x", body={"box_id": "CB-0001"})
    photo, entry = uuid4(), uuid4()
    wrote: list[tuple[Any, dict[str, Any]]] = [
        (notice_delivery, {"notice_id": notice.id, "channel": "log", "due_at": NOW}),
        (photo_blob, _blob()),
        (inspection_photo, _photo(photo, inspection.inspection_id)),
        (box_certificate, _certificate(box.box_no)),
        (data_entry, _entry(entry)),
    ]
    async with database.unit_of_work() as unit:
        await Outbox(unit).put([notice], NOW)
        for table, values in wrote:
            await unit.execute(insert(table).values(**values))
    return {
        "notice_id": str(notice.id),
        "photo_id": str(photo),
        "fingerprint": SHA256.hex(),
        "entry_id": str(entry),
    }


def _blob() -> dict[str, Any]:
    kept = {"key_id": "1", "nonce": bytes(12), "sealed": b"sealed"}
    return {"sha256": SHA256, "media_type": "image/jpeg", "size_bytes": 6, **kept}


def _photo(photo_id: UUID, inspection_id: UUID) -> dict[str, Any]:
    who = {"uploaded_at": NOW, "uploaded_by": "local-operator"}
    return {"photo_id": photo_id, "inspection_id": inspection_id, "sha256": SHA256, **who}


def _certificate(box_no: int) -> dict[str, Any]:
    return {
        "fingerprint_sha256": SHA256,
        "box_no": box_no,
        "serial": "1",
        "issuer": "CN=Firm A",
        "not_before": NOW,
        "not_after": NOW + timedelta(days=90),
        "recorded_at": NOW,
        "recorded_by": "local-operator",
    }


def _entry(entry_id: UUID) -> dict[str, Any]:
    """An emergency of the data policy that is about firm A."""
    return {
        "entry_id": entry_id,
        "kind": "emergency",
        "document": {"classes": ["personal"], "begins_at": at(0), "ends_at": at(4)},
        "organisation_id": "firm-a",
        "reason": "life in danger",
        "due_on": NOW.date() + timedelta(days=5),
        "entered_at": NOW,
        "entered_by": "local-operator",
    }
