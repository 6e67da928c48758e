"""Identifiers as types, each with the one function that validates it."""

from __future__ import annotations

import re
from typing import NewType
from uuid import UUID
from zlib import crc32

from services.core.domain.errors import Invalid

BoxId = NewType("BoxId", str)
ProbeId = NewType("ProbeId", str)
BootId = NewType("BootId", str)
ShipmentId = NewType("ShipmentId", UUID)
PayloadId = NewType("PayloadId", UUID)
AppointmentId = NewType("AppointmentId", UUID)
AlarmId = NewType("AlarmId", UUID)
SiteId = NewType("SiteId", str)
BayId = NewType("BayId", str)
ProfileId = NewType("ProfileId", str)
PrincipalId = NewType("PrincipalId", str)

SHARDS = 64

_BOX = re.compile(r"[A-Z0-9-]{4,32}", re.ASCII)
_PROBE = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)
_BOOT = re.compile(r"[0-9a-f]{8,32}", re.ASCII)
_PLACE = re.compile(r"[A-Z0-9-]{2,32}", re.ASCII)


def parse_box_id(text: str, field: str = "box_id") -> BoxId:
    """A box's name, given by its owner: 4 to 32 of A–Z, 0–9 and hyphen."""
    return BoxId(_matching(_BOX, text, field, "use 4 to 32 characters of A-Z, 0-9 and -"))


def parse_probe_id(text: str, field: str = "probe") -> ProbeId:
    """A probe's serial number."""
    return ProbeId(_matching(_PROBE, text, field, "use 1 to 64 of letters, digits and . _ : -"))


def parse_boot_id(text: str, field: str = "boot") -> BootId:
    """One life of a box's log: 8 to 32 lower-case hexadecimal digits, chosen at random."""
    return BootId(_matching(_BOOT, text, field, "use 8 to 32 lower-case hexadecimal digits"))


def parse_site_id(text: str, field: str = "site_id") -> SiteId:
    """An inspection site."""
    return SiteId(_matching(_PLACE, text, field, "use 2 to 32 characters of A-Z, 0-9 and -"))


def parse_bay_id(text: str, field: str = "bay_id") -> BayId:
    """An inspection bay; unique over all sites."""
    return BayId(_matching(_PLACE, text, field, "use 2 to 32 characters of A-Z, 0-9 and -"))


def shard_of(box_id: BoxId) -> int:
    """The shard a box publishes on: fixed by its name, 0 … 63, stored when it is provisioned."""
    return crc32(box_id.encode("ascii")) % SHARDS


def _matching(pattern: re.Pattern[str], text: str, field: str, remedy: str) -> str:
    if pattern.fullmatch(text) is None:
        raise Invalid(
            f"{field} has characters or a length it may not have", field=field, remedy=remedy
        )
    return text
