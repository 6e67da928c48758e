"""Follows a whole run and writes its truth at the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from services.core.domain.errors import Invalid
from simulators.client import ApiClient
from simulators.plan import BoxPlan, Run
from simulators.simulated import SimulatedBox
from simulators.truth.account import Watched, account_of, to_text
from simulators.truth.document import BoxTruth, Header, write_truth
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
        witness = Witness()
        box.witness = witness
        self._watched.append(Watched(run=run, plan=plan, box=box, witness=witness))

    def write(self, ended_at: datetime) -> bool:
        """Write the file; False when no box was made, so that there is nothing to tell."""
        if not self._watched:
            return False
        write_truth(self._path, self._header(ended_at), self._accounts())
        return True

    def _header(self, ended_at: datetime) -> Header:
        run = self._watched[0].run
        used = {one.plan.group.profile for one in self._watched}
        return Header(
            scenario=run.scenario.name,
            seed=run.seed,
            start=to_text(run.start),
            ended_at=to_text(ended_at),
            software=f"coldlane {version('coldlane')}",
            boxes=len(self._watched),
            profiles={name: self._profiles[name] for name in sorted(used)},
        )

    def _accounts(self) -> Iterator[BoxTruth]:
        tolerances = {name: read_tolerances(doc) for name, doc in self._profiles.items()}
        screen = Console(stderr=True)
        boxes = track(
            self._watched,
            description="running the physics on",
            console=screen,
            disable=not screen.is_terminal,
        )
        for watched in boxes:
            yield account_of(watched, tolerances[watched.plan.group.profile])
