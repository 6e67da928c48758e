"""What a comparison counts: for one box, added up for all, and held against the bounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from statistics import fmean, median
from typing import Any

BOUNDS: Mapping[tuple[str, str], str] = {
    ("readings", "lost"): "readings lost",
    ("readings", "doubled"): "readings doubled",
    ("readings", "altered"): "readings altered",
    ("readings", "invented"): "readings invented",
    ("excursions", "missed"): "excursions missed",
    ("excursions", "invented"): "excursions invented",
    ("excursions", "unjudged"): "payloads without a verdict",
}
"""What must be nought."""


@dataclass(slots=True, kw_only=True)
class Readings:
    """Records of boxes, events included. `examples` name the first faults."""

    expected: int = 0
    stored: int = 0
    lost: int = 0
    doubled: int = 0
    altered: int = 0
    invented: int = 0
    waiting: int = 0
    later: int = 0
    placed_off_s: list[float] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Excursions:
    """Stays outside the label; errors are the service's instant minus the true one.

    `true`: certain ones; `hidden`: of these, not in what the box delivered; `instrument`: told
    as the box reported it, and not true; `unjudged`: no verdict at all.
    """

    true: int = 0
    hidden: int = 0
    told: int = 0
    missed: int = 0
    invented: int = 0
    instrument: int = 0
    unjudged: int = 0
    began_error_s: list[float] = field(default_factory=list)
    ended_error_s: list[float] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Alarms:
    """Alarms about temperature and hold time; `delay_s` since the proof was stored.

    `by_papers`: right by the box that wrong papers named, before they were put right.
    """

    due: int = 0
    raised: int = 0
    missed: int = 0
    false: int = 0
    late: int = 0
    by_papers: int = 0
    delay_s: list[float] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Forecasts:
    """Predictions of `viable_until` against what truly ends it, in hours.

    By the clock: the hold time's end was predicted and is true. All others are by a limit.
    Overtaken: made before the payload came into another box, truly or on paper; not scored.
    """

    overtaken: int = 0
    by_clock: int = 0
    by_limit: int = 0
    safe: int = 0
    safe_by_limit: int = 0
    error_h: list[float] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Score:
    """The whole comparison of one box, of one payload or of all; `name` says of which."""

    name: str
    readings: Readings = field(default_factory=Readings)
    excursions: Excursions = field(default_factory=Excursions)
    alarms: Alarms = field(default_factory=Alarms)
    forecasts: Forecasts = field(default_factory=Forecasts)

    def broken(self) -> list[str]:
        """The bounds that do not hold, in words."""
        counts = {
            words: int(getattr(getattr(self, part), name)) for (part, name), words in BOUNDS.items()
        }
        return [f"{count} {words}" for words, count in counts.items() if count]

    def as_dict(self) -> dict[str, Any]:
        """For JSON; errors as their number, median and extremes."""
        parts = {
            part: {name: _plain(value) for name, value in values.items()}
            for part, values in asdict(self).items()
            if part != "name"
        }
        return {"name": self.name, **parts, "broken": self.broken()}


def _plain(value: Any) -> Any:
    errors = isinstance(value, list) and all(isinstance(one, float) for one in value)
    return spread(value) if errors and value else value


def spread(errors: list[float]) -> dict[str, float]:
    """What is said of many errors: their number, mean, median and extremes."""
    return {
        "n": len(errors),
        "mean": round(fmean(errors), 3),
        "median": round(median(errors), 3),
        "lowest": round(min(errors), 3),
        "highest": round(max(errors), 3),
    }


def add_up(name: str, scores: Iterable[Score]) -> Score:
    """Several as one."""
    total = Score(name=name)
    for score in scores:
        for part in ("readings", "excursions", "alarms", "forecasts"):
            mine, its = getattr(total, part), getattr(score, part)
            for name in its.__slots__:
                setattr(mine, name, getattr(mine, name) + getattr(its, name))
    return total
