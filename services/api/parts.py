"""What a running API stands on; built once by the app and handed to the requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from services.api.broadcaster import Broadcaster
from services.core.runtime.clock import Clock
from services.core.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The database, the clock, the broadcaster, the build that pages must match, the broker
    (host:port) that they name to those who set up a box, and when shifts change.
    """

    database: Database
    clock: Clock
    broadcaster: Broadcaster
    build: str
    boxes_connect_to: str
    shift_ends: tuple[time, ...]
