"""`make soak`: a quarter of an hour of kills; exit code 1 when one reading is lost or doubled."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.soak.plan import Outcome, Plan
from tests.soak.run import run

CONSOLE = Console()
CONTROL_PART = 8
"""The control is so much shorter: it has only to lose something."""

ROWS = (
    "readings",
    "messages",
    "resent",
    "rows",
    "lost",
    "doubled",
    "altered",
    "false_receipts",
    "conflicts",
    "rejected",
)


def main() -> int:
    """Run with receipts and without; print both counts."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--readings", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=12.0)
    given = parser.parse_args()
    CONSOLE.print(f"seed {given.seed}; {given.readings} readings, {given.kills} kills")
    full = Plan(
        seed=given.seed,
        readings=given.readings,
        kills=given.kills,
        seconds=given.minutes * 60,
    )
    control = Plan(
        seed=given.seed,
        readings=given.readings // CONTROL_PART,
        kills=given.kills // CONTROL_PART,
        seconds=full.seconds / CONTROL_PART,
        receipts=False,
    )
    outcomes = [_run("with receipts", full), _run("without receipts", control)]
    CONSOLE.print(_table(outcomes))
    held = outcomes[0].is_clean and outcomes[1].lost > 0
    CONSOLE.print("held" if held else "NOT HELD: see the count, and run the seed again")
    return 0 if held else 1


def _run(name: str, plan: Plan) -> Outcome:
    CONSOLE.print(name)
    with tempfile.TemporaryDirectory(prefix="coldlane-soak-") as folder:
        # PostgreSQL runs as an ordinary user when we are root.
        Path(folder).chmod(0o755)
        return run(plan, Path(folder), lambda line: CONSOLE.print(f"  {line}"))


def _table(outcomes: list[Outcome]) -> Table:
    table = Table("", "with receipts", "without (must lose)")
    for name in ROWS:
        table.add_row(name.replace("_", " "), *(str(_figure(one, name)) for one in outcomes))
    for part in ("ingest", "database", "broker"):
        table.add_row(f"kills of {part}", *(str(getattr(one.kills, part)) for one in outcomes))
    table.add_row("took", *(f"{one.took_s:.0f} s" for one in outcomes))
    table.add_row(
        "all stored after the last kill", *(f"{one.settled_in_s:.1f} s" for one in outcomes)
    )
    table.add_row("load of the machine (15 min)", *(f"{one.load:.1f}" for one in outcomes))
    return table


def _figure(outcome: Outcome, name: str) -> int:
    return outcome.plan.readings if name == "readings" else int(getattr(outcome, name))


if __name__ == "__main__":
    sys.exit(main())
