"""The short form of `make soak`: the worst kills, with receipts and without."""

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
    with running_stack(home) as stack:
        control = Plan(seed=SEED, readings=6_000, kills=5, seconds=4, receipts=False, choices=WORST)
        assert run_on(stack, control, print).lost > 0, "the count does not see a loss"
        plan = Plan(seed=SEED, readings=20_000, kills=5, seconds=4, first_box=1_000, choices=WORST)
        outcome = run_on(stack, plan, print)
    assert outcome.is_clean, outcome
    assert outcome.rows == plan.readings
