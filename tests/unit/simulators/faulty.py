"""Boxes of the demo with faults planned in, and what they log and send."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from services.core.domain.identifiers import BoxId
from services.core.wire.payload import (
    TelemetryReading,
)
from simulators.devicelog import DeviceLog, Record
from simulators.factory import make_box
from simulators.faultplan import faults_of
from simulators.faults.kinds import FaultKind
from simulators.faults.wire import Outgoing, Wire
from simulators.plan import BoxPlan, Run, plan_boxes
from simulators.scenario import load_scenario
from simulators.simulated import SimulatedBox
from simulators.tables import FaultTable

START = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
RUN = Run(scenario=load_scenario("demo"), seed=7, start=START)
NEIGHBOUR = BoxId("SIM-OTHER-001")
WINDOW = {"from_s": -600.0, "to_s": -300.0}


@cache
def plan() -> BoxPlan:
    """A fresh product in a passive box at customs."""
    return next(p for p in plan_boxes(RUN, 40) if p.group.step == "customs" and p.index)


def broken(*tables: FaultTable, of: BoxPlan | None = None) -> SimulatedBox:
    """The box with these faults, a minute after the present."""
    whole = of or plan()
    faults = faults_of(tables, 0, whole.journey, RUN.present, "test")
    box = make_box(RUN, replace(whole, faults=faults))
    box.advance(RUN.present + timedelta(seconds=60))
    return box


@cache
def healthy() -> SimulatedBox:
    return broken()


def records(box: SimulatedBox) -> list[Record]:
    return [record for log in box.logs for record in log.since(0)]


def true_at(log: DeviceLog, record: Record) -> float:
    """Seconds from the present."""
    at = log.booted_at + timedelta(milliseconds=record.mono_ms or 0)
    return (at - RUN.present).total_seconds()


def readings(box: SimulatedBox, since_s: float, until_s: float) -> list[TelemetryReading]:
    return [
        record
        for log in box.logs
        for record in log.since(0)
        if isinstance(record, TelemetryReading) and since_s <= true_at(log, record) < until_s
    ]


def temps(box: SimulatedBox, since_s: float = -600, until_s: float = -300) -> list[float]:
    return [reading.temp_c for reading in readings(box, since_s, until_s)]


def sent(box: SimulatedBox) -> list[Outgoing]:
    """Everything that goes out when the whole log does; extras before what they were made of."""
    wire = Wire(box.box_id, NEIGHBOUR, box.faults)
    bundles = wire.bundles(box.log, box.log.since(0))
    return [out for bundle in bundles for out in (*bundle.extras, *bundle.messages)]


def seqs_in(message: Outgoing) -> list[int]:
    document = json.loads(message.raw)
    return [one["seq"] for one in document.get("readings", [document])]


def seqs_sent(messages: list[Outgoing]) -> list[int]:
    return [seq for message in messages for seq in seqs_in(message)]


def fault(kind: FaultKind, **more: object) -> FaultTable:
    return FaultTable(kind=kind, **{**WINDOW, **more})  # type: ignore[arg-type]
