"""Draws three simulated boxes for docs/explanation/simulated-boxes.md: `python -m scripts.plots`.

The picture is SVG written by hand, so that it needs no library and the same seed gives the same
bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from simulators import parameters as p
from simulators.box import DryShipper, PassiveBox, Probe, ThermalBox
from simulators.lanes import LANES
from simulators.route import Journey, draw_journey
from simulators.world import Spell, Steps, World

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
PRESENT = datetime(2026, 7, 15, 6, tzinfo=UTC)  # summer: the hardest season for coolant
STEP = timedelta(minutes=1)
POINTS = 480  # of a line, whatever the hours
WIDTH, LEFT, RIGHT, PANEL, GAP, TOP = 820, 64, 16, 130, 26, 50
BLUE, ORANGE, GREY = "#1f5fa8", "#c2570c", "#6b7280"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A box, the way it goes and what happens to it; `spell` is made from the journey."""

    name: str
    title: str
    lane: str
    box: Callable[[], ThermalBox]
    hours: float
    spell: Callable[[Journey], Spell] | None = None
    limits_c: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    hour: float
    payload_c: float
    probe_c: float
    ambient_c: float
    coolant_pct: float


@dataclass(frozen=True, slots=True)
class Line:
    """One curve of a panel."""

    name: str
    colour: str
    values: list[float]


def _lid(journey: Journey) -> Spell:
    begins = journey.step("customs").begins
    return Spell(kind="lid_open", begins=begins, ends=begins + timedelta(minutes=40))


def _lying(journey: Journey) -> Spell:
    begins = journey.step("apron").begins
    return Spell(kind="tilted", begins=begins, ends=begins + timedelta(hours=8), value=90.0)


def _passive(coolant: p.Parameter) -> Callable[[], ThermalBox]:
    return lambda: PassiveBox(payload_c=5.1, liner_c=6.8, coolant_kg=coolant.value)


CASES = (
    Case(
        name="box-short",
        title="Short passive box, Hong Kong to Zhangjiang, lid left open for 40 min at customs",
        lane="HKG-PVG",
        box=_passive(p.SHORT_HOLD_COOLANT),
        hours=48,
        spell=_lid,
        limits_c=(2.0, 8.0),
    ),
    Case(
        name="box-long",
        title="Long passive box, Frankfurt to Zhangjiang, nothing goes wrong",
        lane="FRA-PVG",
        box=_passive(p.LONG_HOLD_COOLANT),
        hours=132,
        limits_c=(2.0, 8.0),
    ),
    Case(
        name="box-dry-shipper",
        title="Dry vapour shipper, Frankfurt to Zhangjiang, on its side for 8 h from the apron on",
        lane="FRA-PVG",
        box=DryShipper,
        hours=240,
        spell=_lying,
        limits_c=(-150.0,),
    ),
)


def simulate(case: Case) -> tuple[Journey, list[Sample]]:
    """The true temperatures of a case."""
    lots = Random(f"plots:{case.name}")  # noqa: S311 - the same seed, the same picture
    lane = LANES[case.lane].inspected_at("PVG")
    journey = draw_journey(lane, lots, present=PRESENT, step_name="customs", share=0.5)
    box = case.box()
    world = World(
        journey,
        box,
        Probe(box.payload_c),
        lots=lots,
        spells=(case.spell(journey),) if case.spell else (),
        steps=Steps(fine=STEP, coarse=STEP, fine_from=journey.begins),
        cryogenic=isinstance(box, DryShipper),
    )
    samples = []
    for number in range(round(case.hours * 60)):
        world.step()
        if number % max(1, round(case.hours * 60 / POINTS)) == 0:
            hour = (world.at - journey.begins) / timedelta(hours=1)
            temperatures = (box.payload_c, world.probe.temp_c, world.ambient_c)
            samples.append(Sample(hour, *temperatures, 100 * box.coolant_left))
    return journey, samples


def draw(case: Case) -> str:
    """The whole picture."""
    journey, samples = simulate(case)
    hours = [sample.hour for sample in samples]
    payload = Line("payload °C", BLUE, [s.payload_c for s in samples])
    probe = Line("probe °C", ORANGE, [s.probe_c for s in samples])
    panels = (
        ([payload, probe], case.limits_c),
        ([Line("around the box °C", GREY, [s.ambient_c for s in samples])], ()),
        ([Line("coolant left %", BLUE, [s.coolant_pct for s in samples])], (0.0, 100.0)),
    )
    height = TOP + len(panels) * (PANEL + GAP) + 14
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="20" font-size="14" font-weight="bold">{case.title}</text>',
        *_flight(journey, case.hours, height),
    ]
    for number, (lines, marks) in enumerate(panels):
        parts += _panel(TOP + number * (PANEL + GAP), hours, lines, marks)
    parts += _hours(case.hours, height)
    return "\n".join([*parts, "</svg>", ""])


def _x(hour: float, last: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * hour / last


def _flight(journey: Journey, last: float, height: int) -> Iterable[str]:
    for segment in journey.segments:
        if segment.step.mode != "air":
            continue
        hour = timedelta(hours=1)
        first, end = ((t - journey.begins) / hour for t in (segment.begins, segment.ends))
        x, width = _x(first, last), _x(end, last) - _x(first, last)
        size = f'width="{width:.1f}" height="{height - TOP - 40}"'
        yield f'<rect x="{x:.1f}" y="{TOP}" {size} fill="#e8eef7"/>'
        yield f'<text x="{x + 3:.1f}" y="{TOP + 26}" fill="{GREY}">flight</text>'


def _panel(
    top: int, hours: Sequence[float], lines: Sequence[Line], marks: Sequence[float]
) -> Iterable[str]:
    values = [value for line in lines for value in line.values] + list(marks)
    low, high = min(values), max(values)
    room = 0.06 * (high - low) or 1.0
    low, high = low - room, high + room

    def y(value: float) -> float:
        return top + PANEL * (high - value) / (high - low)

    frame = f'width="{WIDTH - LEFT - RIGHT}" height="{PANEL}"'
    yield f'<rect x="{LEFT}" y="{top}" {frame} fill="none" stroke="#d1d5db"/>'
    told = {low + room, high - room} if len(marks) < 2 else set(marks)
    for mark in sorted(told | set(marks)):
        ends = f'x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(mark):.1f}" y2="{y(mark):.1f}"'
        if mark in marks:
            yield f'<line {ends} stroke="#b91c1c" stroke-dasharray="4 4" stroke-opacity="0.6"/>'
        yield f'<text x="{LEFT - 6}" y="{y(mark) + 4:.1f}" text-anchor="end">{mark:.3g}</text>'
    for number, line in enumerate(lines):
        points = " ".join(
            f"{_x(hour, hours[-1]):.1f},{y(value):.1f}"
            for hour, value in zip(hours, line.values, strict=True)
        )
        style = f'fill="none" stroke="{line.colour}" stroke-width="1.4"'
        yield f'<polyline points="{points}" {style}/>'
        where = f'x="{WIDTH - RIGHT - 90 * number}" y="{top - 5}"'
        yield f'<text {where} text-anchor="end" fill="{line.colour}">{line.name}</text>'


def _hours(last: float, height: int) -> Iterable[str]:
    step = 6 if last <= 60 else 24
    for hour in range(0, int(last) + 1, step):
        where = f'x="{_x(hour, last):.1f}" y="{height - 22}"'
        yield f'<text {where} text-anchor="middle">{hour} h</text>'


def main(folder: Path) -> None:
    """Write one picture per case."""
    for case in CASES:
        (folder / f"{case.name}.svg").write_text(draw(case), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
