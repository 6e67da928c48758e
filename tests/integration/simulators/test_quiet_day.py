"""Boxes without trouble on a system whose clock runs fast: hardly anything may ring."""

from importlib import resources
from pathlib import Path

import httpx
import pytest

from tests.integration.local.running import up
from tests.integration.simulators.held import Held

pytestmark = pytest.mark.timeout(240)

RATE = 20
BOXES = 16  # of the forty, one of every group
LIVE_S = 300  # of the system's clock: fifteen real ones
QUIET_DAY = resources.files("simulators").joinpath("scenarios/quiet-day.toml").read_text("utf-8")


def test_a_quiet_day_rings_hardly_and_every_page_tells_the_pace_of_its_clock(
    tmp_path: Path,
) -> None:
    shorter = tmp_path / "shorter.toml"
    shorter.write_text(QUIET_DAY.replace("duration_s = 3600.0", f"duration_s = {LIVE_S}.0"))
    system = up(tmp_path / "data", "--clock-rate", str(RATE))
    try:
        system.await_ready()
        held = Held(system, tmp_path, str(shorter), "--boxes", str(BOXES))
        pages = [_page(system.run["api_url"], path) for path in ("/live", "/shipments/new")]
    finally:
        system.end()
    assert (held.exit_code, held.found["broken"]) == (0, [])
    loudness = held.found["loudness"]
    assert loudness["priority_1"] == 0
    assert loudness["per_hour"] <= 6
    assert loudness["hours"] >= LIVE_S / 3600
    assert len(held.found["boxes"]) == BOXES
    assert all(f">simulated time × {RATE}<" in page for page in pages)


def _page(api_url: str, path: str) -> str:
    return (
        httpx.get(f"{api_url}{path}?lang=en", trust_env=False, timeout=60).raise_for_status().text
    )
