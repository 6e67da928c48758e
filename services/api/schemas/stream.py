"""The events of the stream that are not objects of their own."""

from __future__ import annotations

from pydantic import Field

from services.api.schemas.base import Answer, Instant


class SnapshotHead(Answer):
    """The beginning of a snapshot; the lists of objects follow."""

    server_time: Instant = Field(description="The server's clock.")
    clock_rate: float = Field(description="Seconds on it per real second; 1 unless simulated.")
    build: str = Field(description="The build of the pages; another one means: load anew.")


class Pulse(SnapshotHead):
    """A heartbeat: the link is alive, and so far behind is what stands behind it."""

    ingest_lag_s: float | None = Field(description="Delay of stored readings; null if unknown.")
    rules_last_pass: Instant | None = Field(description="When alerts last looked.")


class Gone(Answer):
    """An object has left the board."""

    type: str = Field(description="shipment, alarm, appointment or site.")
    id: str = Field(description="Its identifier.")
