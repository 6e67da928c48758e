"""The short form of `make soak`: the worst kills, with receipts and without."""

from dataclasses import replace

import pytest

from tests.soak.plan import WORST, Plan
from tests.soak.run import run_on
from tests.soak.stack import running_stack

SEED = 20261125


@pytest.mark.timeout(240)
def test_f01_f06_f30_kill_loop_loses_and_doubles_nothing_and_the_control_loses(
    tmp_path_factory: pytest.TempPathFactory, mosquitto_program: str
) -> None:
    assert mosquitto_program
    home = tmp_path_factory.mktemp("soak")
    for folder in (home, home.parent, home.parent.parent):
        folder.chmod(0o755)
    worst = Plan(seed=SEED, readings=18_000, boxes=12, kills=5, seconds=4, choices=WORST)
    with running_stack(home) as stack:
        control = run_on(stack, replace(worst, readings=6_000, receipts=False), print)
        assert control.lost > 0, "the count does not see a loss"
        outcome = run_on(stack, replace(worst, first_box=1_000), print)
    assert outcome.is_clean, outcome
    assert outcome.rows == worst.readings
