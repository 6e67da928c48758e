"""Bytes of every shipped scenario: a function of scenario, seed and start, and of nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.core.domain.identifiers import BoxId
from simulators.factory import make_box
from simulators.faults.kinds import NATURES
from simulators.faults.wire import Wire
from simulators.plan import Run, plan_boxes
from simulators.scenario import load_scenario, shipped_scenarios

START = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
BOXES = 3


def wire_of(name: str, *, seed: int = 7, step_s: int = 600) -> list[tuple[str, bytes, bool]]:
    """Everything that the first boxes publish until a minute after the present."""
    scenario = load_scenario(name)
    run = Run(scenario=scenario, seed=seed, start=START)
    sent = []
    for plan in plan_boxes(run, min(BOXES, scenario.boxes)):
        box = make_box(run, plan)
        end = run.present + timedelta(seconds=60)
        while box.world.at < end - timedelta(seconds=10) and not box.finished:
            box.advance(min(end, box.world.at + timedelta(seconds=step_s)))
        wire = Wire(box.box_id, BoxId("SIM-OTHER-001"), box.faults)
        for log in box.logs:
            for bundle in wire.bundles(log, log.since(0)):
                sent += [(m.topic, m.raw, m.retain) for m in (*bundle.extras, *bundle.messages)]
    return sent


@pytest.mark.parametrize("name", shipped_scenarios())
def test_one_seed_gives_one_run_and_another_seed_another(name: str) -> None:
    once = wire_of(name)
    assert wire_of(name, step_s=3700) == once
    assert wire_of(name, seed=8) != once


def test_the_broken_fleet_has_every_fault_on_a_box() -> None:
    groups = load_scenario("broken-fleet").groups
    assert {fault.kind for group in groups for fault in group.faults} == set(NATURES)
    assert sum(group.count for group in groups) == 12


def test_a_quiet_day_has_forty_boxes_and_no_fault() -> None:
    scenario = load_scenario("quiet-day")
    assert scenario.boxes == 40
    assert not any(group.faults or group.failure or group.story for group in scenario.groups)
    assert not scenario.power_cuts


def test_the_backlog_has_ten_thousand_boxes() -> None:
    assert load_scenario("backlog-10k").boxes == 10_000


def test_the_reference_names_every_fault_and_every_scenario() -> None:
    page = Path("docs/reference/scenarios.md").read_text("utf-8")
    rows = {line.split("|")[1].strip(" `"): line for line in page.splitlines() if "|" in line}
    for kind, nature in NATURES.items():
        assert nature.what in rows[kind]
        assert f"| {nature.acts_on} |" in rows[kind]
    assert set(shipped_scenarios()) <= set(rows)
