"""One run: the fleet sends, a hand kills by lot, the oracle counts."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.soak.boxes import Fleet
from tests.soak.oracle import Oracle
from tests.soak.plan import Kills, Outcome, Plan
from tests.soak.stack import Stack, running_stack

Say = Callable[[str], None]

LOOK_EVERY_KILLS = 50
LONGEST_DOWN_S = 0.5
OVERTIME_S = 240.0
CANARY_S = 120.0


@dataclass(slots=True, kw_only=True)
class Hand:
    """Kills what the lots say, as often as the plan says, and starts it again."""

    plan: Plan
    stack: Stack
    lots: Random
    began: float

    def work(self, look: Callable[[int], None]) -> None:
        """Until all kills are done; late ones follow at once."""
        looked = 0
        while self.stack.kills.all < self.plan.kills:
            done = self.stack.kills.all
            due = self.began + self.plan.seconds * (done + self.lots.random()) / self.plan.kills
            time.sleep(max(0.0, due - time.monotonic()))
            for part in self.lots.choice(self.plan.choices):
                self.stack.kill(part, self.lots)
                time.sleep(self.lots.uniform(0, LONGEST_DOWN_S))
            self.stack.revive()
            if self.stack.kills.all // LOOK_EVERY_KILLS > looked:
                looked = self.stack.kills.all // LOOK_EVERY_KILLS
                look(self.stack.kills.all)
            if time.monotonic() - self.began > self.plan.seconds + OVERTIME_S:
                raise TimeoutError(f"only {self.stack.kills.all} kills in time")


def run(plan: Plan, home: Path, say: Say) -> Outcome:
    """Everything is started and ended here; raises TimeoutError when it does not come to an end."""
    with running_stack(home) as stack:
        return run_on(stack, plan, say)


def run_on(stack: Stack, plan: Plan, say: Say) -> Outcome:
    """A run on parts that are there already; with boxes that were not used before."""
    outcome = Outcome(plan=plan, kills=Kills())
    stack.kills = outcome.kills
    fleet, oracle = Fleet(plan, stack.broker.port), Oracle(stack.libpq_url)
    oracle.register(fleet.boxes)
    _hear_canary(stack, oracle, plan.first_box + plan.boxes)
    began = time.monotonic()

    def look(kills: int) -> None:
        outcome.false_receipts += oracle.false_receipts(fleet.boxes) if plan.receipts else 0
        sent = sum(box.sent for box in fleet.boxes)
        say(f"{time.monotonic() - began:5.0f} s: {kills} kills, {sent} readings sent")

    fleet.start()
    try:
        Hand(plan=plan, stack=stack, lots=Random(plan.seed), began=began).work(look)
        killed = time.monotonic()
        _until_done(fleet, max(killed, began + plan.seconds) + plan.settle_s)
        _hear_canary(stack, oracle, plan.first_box + plan.boxes + 1)
    finally:
        fleet.stop()
    outcome.settled_in_s = time.monotonic() - killed
    look(stack.kills.all)
    oracle.judge(fleet.boxes, outcome)
    outcome.messages, outcome.resent = fleet.messages, fleet.resent
    outcome.took_s, outcome.load = time.monotonic() - began, os.getloadavg()[2]
    return outcome


def _until_done(fleet: Fleet, ends: float) -> None:
    """Return when all is sent and receipted, or when it has taken too long: the count tells."""
    while not fleet.is_done and time.monotonic() < ends:
        time.sleep(0.2)


def _hear_canary(stack: Stack, oracle: Oracle, number: int) -> None:
    """Return when one more box has its receipt.

    The broker's queue is in order: whatever it had before is stored then, or will never be.
    """
    plan = Plan(seed=number, readings=1, boxes=1, kills=0, seconds=0.1, first_box=number)
    canary = Fleet(plan, stack.broker.port)
    oracle.register(canary.boxes)
    canary.start()
    try:
        _until_done(canary, time.monotonic() + CANARY_S)
    finally:
        canary.stop()
    if not canary.is_done:
        raise TimeoutError("ingest does not hear the canary")
