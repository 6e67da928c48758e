"""The whole comparison: ask of every box and payload, compare, and give late rows a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from simulators.client import ApiClient
from simulators.truth.document import BoxTruth, PayloadTruth, Truth
from simulators.truth.limits import Tolerances, read_tolerances
from simulators.verify.answers import Answers, Row, ask_box, ask_payload, ask_register, text_ms
from simulators.verify.excursions import LATE_S, compare_alarms, compare_excursions, grounds_of
from simulators.verify.forecasts import compare_forecasts
from simulators.verify.loudness import Loudness, measure_loudness
from simulators.verify.readings import compare_readings
from simulators.verify.scores import Score, add_up

_AT_ONCE = 4
_PAUSE_S = 2.0


@dataclass(slots=True)
class Found:
    """What was found of each box and each payload, by their names, and of them all."""

    boxes: dict[str, Score] = field(default_factory=dict)
    payloads: dict[str, Score] = field(default_factory=dict)
    loudness: Loudness = field(default_factory=Loudness)

    def in_doubt(self, truth: Truth) -> set[str]:
        """Boxes where something is broken, and those of the payloads where something is."""
        boxes = {name for name, score in self.boxes.items() if score.broken()}
        for payload in truth.payloads:
            if self.payloads[payload.payload].broken():
                boxes |= {inside.box_id for inside in payload.truly}
        return boxes

    def by_box(self, truth: Truth) -> Iterator[Score]:
        """A box with the payloads that were in it last."""
        for box in truth.boxes:
            inside = [p.payload for p in truth.payloads if p.last_box == box.box_id]
            parts = [self.boxes[box.box_id], *(self.payloads[name] for name in inside)]
            yield add_up(box.box_id, parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A truth and the service that is held against it; `on_box` is told of every box done."""

    api_url: str
    truth: Truth
    patience_s: float
    on_box: Callable[[], None]

    async def run(self) -> Found:
        """Every score; raises Unavailable when the service does not answer."""
        client = ApiClient(self.api_url)
        try:
            return await self._run(client)
        finally:
            await client.close()

    async def _run(self, client: ApiClient) -> Found:
        deadline_s = asyncio.get_running_loop().time() + self.patience_s
        found, rows = Found(), dict[str, list[Row]]()
        wanted: Collection[str] = {box.box_id for box in self.truth.boxes}
        await self._score(client, wanted, rows, found)
        for _ in wanted:
            self.on_box()
        while asyncio.get_running_loop().time() < deadline_s:
            wanted = found.in_doubt(self.truth)
            if not wanted:
                break
            await asyncio.sleep(_PAUSE_S)
            await self._score(client, wanted, rows, found)
        return found

    async def _score(
        self, client: ApiClient, wanted: Collection[str], rows: dict[str, list[Row]], found: Found
    ) -> None:
        """Look at these boxes, and at the payloads that were in them."""
        gate = asyncio.Semaphore(_AT_ONCE)
        ended_ms = text_ms(self.truth.header.ended_at)
        documents = self.truth.header.profiles
        tolerances = {name: read_tolerances(document) for name, document in documents.items()}
        boxes = {box.box_id: box for box in self.truth.boxes}
        register = await ask_register(client)
        found.loudness = measure_loudness(self.truth, register)

        async def look_at_box(box: BoxTruth) -> None:
            async with gate:
                rows[box.box_id] = await ask_box(client, box.box_id)
            readings = compare_readings(box, rows[box.box_id], ended_ms)
            found.boxes[box.box_id] = Score(name=box.box_id, readings=readings)

        async def look_at_payload(payload: PayloadTruth) -> None:
            async with gate:
                answers = await ask_payload(client, register, payload, rows)
            late_s = LATE_S * self.truth.header.clock_rate
            score = score_payload(payload, boxes, tolerances[payload.profile], answers, late_s)
            found.payloads[payload.payload] = score

        await asyncio.gather(*(look_at_box(boxes[box_id]) for box_id in wanted))
        await asyncio.gather(
            *(
                look_at_payload(payload)
                for payload in self.truth.payloads
                if any(inside.box_id in wanted for inside in payload.truly)
            )
        )


def score_payload(
    truth: PayloadTruth,
    boxes: Mapping[str, BoxTruth],
    tolerances: Tolerances,
    answers: Answers,
    late_s: float = LATE_S,
) -> Score:
    """One payload, compared in every respect."""
    grounds = grounds_of(truth, boxes, tolerances)
    return Score(
        name=truth.payload,
        excursions=compare_excursions(grounds, tolerances, answers.verdicts),
        alarms=compare_alarms(truth, grounds, tolerances, answers, late_s),
        forecasts=compare_forecasts(truth, answers.verdicts),
    )
