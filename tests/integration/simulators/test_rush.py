"""A rush at the bays on a whole system whose clock runs fast: from boxes to cleared goods."""

from importlib import resources
from pathlib import Path

import pytest

from tests.integration.local.running import up
from tests.integration.simulators.held import Held

pytestmark = pytest.mark.timeout(300)

RATE = 60
BOXES = 6  # of the thirty, one of every group
LIVE_S = 6000  # of the system's clock: a hundred real ones at most
CLEARED = "SELECT count(*) FROM inspection WHERE state = 'CUSTOMS_CLEARED'"
RUSH = resources.files("simulators").joinpath("scenarios/customs-rush.toml").read_text("utf-8")


def test_a_rush_goes_from_boxes_to_cleared_goods_and_the_truth_holds(tmp_path: Path) -> None:
    """Simulate, ingest, judge, rank, book, inspect, clear, verify: nothing is put in by hand."""
    shorter = tmp_path / "shorter.toml"
    shorter.write_text(
        RUSH.replace("duration_s = 900.0", f"duration_s = {LIVE_S}.0").replace(
            "history_s = 60", "history_s = 300"
        )
    )
    system = up(tmp_path / "data", "--clock-rate", str(RATE))
    try:
        system.await_ready()
        boxes = ("--boxes", str(BOXES))
        held = Held(system, tmp_path, str(shorter), *boxes, enough=lambda run: run.one(CLEARED) > 0)
        _shipments_went_their_way(held)
    finally:
        system.end()
    assert (held.exit_code, held.found["broken"]) == (0, [])
    readings = held.found["total"]["readings"]
    assert readings["expected"] == readings["stored"] > 1000
    assert len(held.found["boxes"]) == BOXES


def _shipments_went_their_way(held: Held) -> None:
    by_officers, *orders = held.totals["orders"]
    assert {row["came"] for row in orders} == {by_officers["came"]}
    assert by_officers["came"] >= by_officers["served"] >= 1
    assert by_officers["lost"] == 0
    judged = "SELECT count(*) FROM assessment_state WHERE latest_inspection_start IS NOT NULL"
    assert held.one(judged) == BOXES
    assert held.one("SELECT count(*) FROM slot_decision WHERE answer = 'confirm'") >= 1
    assert held.one("SELECT count(*) FROM inspection WHERE begun_at > latest_start_at_begin") == 0
    assert held.one(CLEARED) >= 1
    passed = "SELECT count(*) FROM appointment WHERE state = 'PASSED'"
    assert held.one(passed) == held.one(CLEARED)
    signed = "SELECT count(*) FROM signature WHERE meaning = 'customs_cleared'"
    assert held.one(signed) == held.one(CLEARED)
