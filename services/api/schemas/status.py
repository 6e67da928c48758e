"""What the API says about the state of the installation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from services.api.schemas.base import Answer, Count, Instant

PartName = Literal["database", "broker", "ingest", "judging", "notices", "api"]
PartState = Literal["ok", "behind", "down", "unknown"]


class StatusPart(Answer):
    """One part of the way from a box to a person."""

    name: PartName = Field(description="Which part.")
    state: PartState = Field(description="How it stands; `behind`: it works, and is late.")
    since: Instant | None = Field(default=None, description="Since when, where that is known.")
    lag_s: float | None = Field(default=None, description="How late it is, seconds.")
    waiting: Count | None = Field(default=None, description="How much waits for it.")
    error: str | None = Field(default=None, description="What went wrong last.")


class StatusProcess(Answer):
    """A process of ours, by its last sign of life."""

    service: str = Field(description="Which service.", examples=["ingest"])
    instance: str = Field(description="Which process of it.")
    started_at: Instant = Field(description="When it began.")
    at: Instant = Field(description="When it last beat.")
    live: bool = Field(description="Whether that was a moment ago.")


class Status(Answer):
    """The installation at a glance."""

    server_time: Instant = Field(description="The server's clock.")
    database_time: Instant = Field(description="The clock of the database's machine.")
    clock_rate: float = Field(description="How fast the server's clock runs; 1 is real time.")
    build: str = Field(description="Version of the product, and fingerprint of its pages.")
    database_version: str = Field(description="Version of the database.")
    worst: PartState = Field(description="The worst state of a part.")
    parts: list[StatusPart] = Field(description="In the order in which a reading takes them.")
    processes: list[StatusProcess] = Field(description="By service.")
    last_received_at: Instant | None = Field(description="When the last message was stored.")
    boxes_under_way: Count = Field(description="Boxes that carry a shipment now.")
    rejected: Count = Field(description="Messages that could not be stored, and are kept.")
    streams: Count = Field(description="Open streams of this process.")
