"""The cases of the study: loads with exact deadlines, wrong deadlines, other mixes, half heeded."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.study.arrivals import WIDE_LOG_SD, Mix, Season

DEADLINE_ERROR = 0.4
"""Log-sd of the time left as the queue knows it (domain paper 3.5)."""

EXACT = "deadline known exactly"
LIKELY = "deadline known ±40 %, the queue goes by the likely end (P50)"
SAFE = "deadline known ±40 %, the queue goes by the safe end (P10), as the product does"
OTHER = "other cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A set of seasons that share a column of the table."""

    group: str
    label: str
    season: Season


def cases() -> list[Case]:
    """In the order in which they are printed."""
    return [
        *(_at(EXACT, load) for load in (0.70, 0.85, 0.95, 1.05, 1.20)),
        *(_at(LIKELY, load, error=DEADLINE_ERROR) for load in (0.95, 1.05, 1.20)),
        *(_at(SAFE, load, error=DEADLINE_ERROR, cautious=True) for load in (0.95, 1.05, 1.20)),
        Case(
            group=OTHER,
            label="0.95 all fresh",
            season=Season(load=0.95, mix=Mix(fresh=1.0, day=0.0, cryo=0.0)),
        ),
        *(
            Case(
                group=OTHER,
                label=f"{load:.2f} uneven inspections",
                season=Season(load=load, log_sd=WIDE_LOG_SD),
            )
            for load in (0.95, 1.05, 1.20)
        ),
        *(
            Case(group=OTHER, label=f"{load:.2f} half heeded", season=Season(load=load, heeded=0.5))
            for load in (1.05, 1.20)
        ),
    ]


def _at(group: str, load: float, error: float = 0.0, cautious: bool = False) -> Case:
    season = Season(load=load, error=error, cautious=cautious)
    return Case(group=group, label=f"{load:.2f}", season=season)
