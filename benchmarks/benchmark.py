"""What a benchmark is: an id, a measurement, and the figures it is held against."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One figure: `bar` must be met, `aim` is where we go. Without a bar it is only reported.

    `measure` gives None where this machine has not what is to be measured.
    """

    id: str
    unit: str
    better: Literal["higher", "lower"]
    bar: float | None
    aim: float
    measure: Callable[[], float | None]

    def meets(self, value: float) -> bool:
        """Whether the value is at least as good as the bar."""
        if self.bar is None:
            return True
        return value >= self.bar if self.better == "higher" else value <= self.bar

    def row(self, value: float | None) -> dict[str, object]:
        """One entry of build/bench.json."""
        return {
            "id": self.id,
            "value": "not measured here" if value is None else round(value, 4),
            "unit": self.unit,
            "better": self.better,
            "bar": self.bar,
            "aim": self.aim,
        }
