"""What a running API stands on; built once by the app and handed to the requests."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import time

from services.api.broadcaster import Broadcaster
from services.api.gate import Gate
from services.api.proofs.passwords import Passwords
from services.api.proofs.provider import ProviderClient
from services.core.domain.clearance.plan import Plan
from services.core.runtime.audit_folder import AuditFolder
from services.core.runtime.clock import Clock
from services.core.runtime.map_tiles import MapTiles
from services.core.runtime.sealing import SealKeys
from services.core.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The database, the clock, the broadcaster, the build that pages must match, the broker
    (host:port) that they name to those who set up a box, when shifts change, how people get in,
    which other service signs them in, the keys of photos, of second factors and of patients'
    identities, and the map's tiles.
    `observer_sha256` is of the token of whoever reads its figures; without it this machine does.
    `plans` are those made last, by site: what did not change is taken over from them.
    `trial` is held by the one trial of a profile that is under way here.
    `duty_phone` is called at any hour; `data_contact` is asked about data that may not leave
    the country.
    """

    database: Database
    clock: Clock
    broadcaster: Broadcaster
    build: str
    boxes_connect_to: str
    shift_ends: tuple[time, ...]
    gate: Gate = field(default_factory=Gate)
    provider: ProviderClient | None = None
    audit_folder: AuditFolder | None = None
    passwords: Passwords = field(default_factory=Passwords)
    photo_keys: SealKeys | None = None
    factor_keys: SealKeys | None = None
    identity_keys: SealKeys | None = None
    observer_sha256: bytes | None = None
    map_tiles: MapTiles | None = None
    duty_phone: str | None = None
    plans: dict[str, Plan] = field(default_factory=dict)
    trial: asyncio.Lock = field(default_factory=asyncio.Lock)
    data_contact: str = "the administrator of this installation"
