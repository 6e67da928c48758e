"""The whole comparison: ask of every box, compare, and give late rows a moment to arrive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulators.client import ApiClient
from simulators.truth.document import BoxTruth, Header
from simulators.truth.limits import Tolerances, read_tolerances
from simulators.verify.answers import Answers, Register, ask_box, ask_register, text_ms
from simulators.verify.excursions import compare_alarms, compare_excursions, grounds_of
from simulators.verify.forecasts import compare_forecasts
from simulators.verify.readings import compare_readings
from simulators.verify.scores import Score

_AT_ONCE = 4
_PAUSE_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A truth and the service that is held against it; `on_box` is told of every box done."""

    api_url: str
    header: Header
    boxes: Sequence[BoxTruth]
    patience_s: float
    on_box: Callable[[], None]

    async def run(self) -> list[Score]:
        """The score of every box; raises Unavailable when the service does not answer."""
        client = ApiClient(self.api_url)
        try:
            return await self._run(client)
        finally:
            await client.close()

    async def _run(self, client: ApiClient) -> list[Score]:
        deadline_s = asyncio.get_running_loop().time() + self.patience_s
        register = await ask_register(client)
        scores = await self._score(client, register, self.boxes, self.on_box)
        while asyncio.get_running_loop().time() < deadline_s:
            doubtful = [i for i, score in enumerate(scores) if score.broken()]
            if not doubtful:
                break
            await asyncio.sleep(_PAUSE_S)
            register = await ask_register(client)
            wanted = [self.boxes[i] for i in doubtful]
            again = await self._score(client, register, wanted, _tell_nobody)
            for i, score in zip(doubtful, again, strict=True):
                scores[i] = score
        return scores

    async def _score(
        self,
        client: ApiClient,
        register: Register,
        boxes: Sequence[BoxTruth],
        on_box: Callable[[], None],
    ) -> list[Score]:
        gate = asyncio.Semaphore(_AT_ONCE)
        tolerances = {name: read_tolerances(doc) for name, doc in self.header.profiles.items()}
        ended_ms = text_ms(self.header.ended_at)

        async def one(truth: BoxTruth) -> Score:
            async with gate:
                answers = await ask_box(client, register, truth)
                score = score_box(truth, tolerances[truth.profile], answers, ended_ms)
                on_box()
                return score

        return list(await asyncio.gather(*(one(truth) for truth in boxes)))


def _tell_nobody() -> None:
    """For the second look: the progress bar is full."""


def score_box(truth: BoxTruth, tolerances: Tolerances, answers: Answers, ended_ms: int) -> Score:
    """One box, compared in every respect."""
    grounds = grounds_of(truth, tolerances)
    return Score(
        box_id=truth.box_id,
        readings=compare_readings(truth, answers.rows, ended_ms),
        excursions=compare_excursions(grounds, tolerances, answers.verdicts),
        alarms=compare_alarms(truth, grounds, tolerances, answers),
        forecasts=compare_forecasts(truth, answers.verdicts),
    )
