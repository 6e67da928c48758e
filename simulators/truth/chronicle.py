"""Follows a whole run and writes its truth at the end."""

from __future__ import annotations

from collections.abc import Iterator, Set
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from services.core.domain.errors import Invalid
from simulators.client import ApiClient
from simulators.clock import FleetClock
from simulators.custody import Bag, bags_of
from simulators.plan import BoxPlan, Run
from simulators.simulated import SimulatedBox
from simulators.truth.account import Watched, box_account, payload_account, to_text
from simulators.truth.document import BoxTruth, Header, PayloadTruth, write_truth
from simulators.truth.limits import read_tolerances
from simulators.truth.witness import Witness


class Chronicle:
    """The boxes of one run, each with its witness, and the profiles they are judged by."""

    def __init__(self, path: Path) -> None:
        if not path.absolute().parent.is_dir():
            raise Invalid(
                f"there is no folder {path.parent}", field="truth", remedy="make it first"
            )
        self._path = path
        self._watched: list[Watched] = []
        self._entered: Set[str] = frozenset()
        self._profiles: dict[str, dict[str, Any]] = {}

    async def learn_profiles(self, api_url: str) -> None:
        """The numbers of the profiles, as the service publishes them; raises Unavailable."""
        client = ApiClient(api_url)
        try:
            found = await client.whole_list("/profiles")
        finally:
            await client.close()
        for profile in sorted(found, key=lambda one: int(one["version"])):
            self._profiles[profile["profile_id"]] = profile["document"]

    def watch(self, run: Run, plan: BoxPlan, box: SimulatedBox) -> None:
        """From now on every step of the box is seen."""
        witness = Witness(plan.former.journey if plan.former else None)
        box.witness = witness
        self._watched.append(Watched(run=run, plan=plan, box=box, witness=witness))

    def write(self, clock: FleetClock, entered: Set[str]) -> bool:
        """Write the file; False when no box was made, so that there is nothing to tell.

        `entered`: the shipments that were; a run that was broken off may have begun no other.
        """
        self._entered = entered
        if not self._watched:
            return False
        write_truth(self._path, self._header(clock), self._accounts())
        return True

    def _header(self, clock: FleetClock) -> Header:
        run = self._watched[0].run
        used = {one.plan.group.profile for one in self._watched}
        return Header(
            scenario=run.scenario.name,
            seed=run.seed,
            start=to_text(run.start),
            ended_at=to_text(clock.now()),
            software=f"coldlane {version('coldlane')}",
            boxes=len(self._watched),
            payloads=len(self._bags()),
            clock_rate=clock.rate,
            bounds=run.scenario.bounds,
            profiles={name: self._profiles[name] for name in sorted(used)},
        )

    def _bags(self) -> list[Bag]:
        """Those whose shipments were entered, and all of whose boxes were made."""
        known = {one.plan.box_id for one in self._watched}
        return [
            bag
            for bag in bags_of([one.plan for one in self._watched])
            if bag.shipment in self._entered
            and all(inside.box_id in known for inside in (*bag.truly, *bag.on_paper))
        ]

    def _accounts(self) -> Iterator[BoxTruth | PayloadTruth]:
        tolerances = {name: read_tolerances(doc) for name, doc in self._profiles.items()}
        screen = Console(stderr=True)
        yield from map(box_account, self._watched)
        boxes: dict[str, Watched] = {one.plan.box_id: one for one in self._watched}
        ended_at = {box_id: one.box.world.at for box_id, one in boxes.items()}
        bags = track(
            self._bags(),
            description="running the physics on",
            console=screen,
            disable=not screen.is_terminal,
        )
        for bag in bags:
            ended = max(ended_at[inside.box_id] for inside in bag.truly)
            yield payload_account(bag, boxes, tolerances[bag.plan.group.profile], ended)
