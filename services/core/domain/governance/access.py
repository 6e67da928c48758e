"""Roles, and the keys that machines and people prove theirs with."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.core.domain.errors import Invalid


class Role(StrEnum):
    """What somebody is to a shipment. A key carries exactly one."""

    APPLICANT = "applicant"
    SHIPPER = "shipper"
    CONSIGNEE = "consignee"
    OPERATOR = "operator"
    CUSTOMS_OFFICER = "customs_officer"
    SUPERVISING_AUTHORITY = "supervising_authority"
    QA_ASSESSOR = "qa_assessor"
    QA_APPROVER = "qa_approver"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SERVICE = "service"
    DEVICE = "device"


_KEY = re.compile(r"cl_(?P<prefix>[a-z2-7]{8})_(?P<secret>[A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedKey:
    """A key as somebody sends it: the prefix finds it, the secret's digest proves it."""

    prefix: str
    secret_sha256: bytes

    def proves(self, stored_sha256: bytes) -> bool:
        """Whether it is the key whose digest is stored; takes the same time either way."""
        return hmac.compare_digest(self.secret_sha256, stored_sha256)


def write_key(prefix: str, secret: str) -> str:
    """The text of a key: 8 letters that may be shown, 43 that hold 256 random bits."""
    return f"cl_{prefix}_{secret}"


def parse_key(text: str) -> PresentedKey:
    """Read a key exactly as it was printed; raises Invalid."""
    found = _KEY.fullmatch(text)
    if found is None:
        raise Invalid(
            "that is not a key of Coldlane",
            field="Authorization",
            remedy="send `Bearer ` and the key as `coldlane key create` printed it",
        )
    # The secret is 256 random bits: a plain digest cannot be searched, and is quick to compare.
    digest = hashlib.sha256(found["secret"].encode()).digest()
    return PresentedKey(prefix=found["prefix"], secret_sha256=digest)


_OF_BOX = "box:"


def principal_of_box(box_id: str) -> str:
    """Who acts with a key of a box; no person's name has a colon."""
    return f"{_OF_BOX}{box_id}"


def box_of(principal_id: str) -> str | None:
    """The box that acts, if it is one."""
    return principal_id.removeprefix(_OF_BOX) if principal_id.startswith(_OF_BOX) else None


def is_in_force(expires_at: datetime | None, revoked_at: datetime | None, now: datetime) -> bool:
    """Whether a key still opens anything."""
    return revoked_at is None and (expires_at is None or now < expires_at)
