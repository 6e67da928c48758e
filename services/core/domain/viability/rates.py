"""How fast a budget is used at a temperature: a table of rates, log-linear in 1/T between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, exp, log
from typing import Any

from services.core.domain.errors import Invalid
from services.core.domain.units import ZERO_C_K
from services.core.domain.viability.numbers import (
    Basis,
    Grade,
    ProfileNumber,
    check_number,
    number_in,
    number_out,
    text_in,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTable:
    """Rates relative to a reference temperature, at which the rate is 1.

    `knots` are (°C, rate) in rising order, at least two. `origin` carries source, grade and basis
    of the whole table; its value is the reference temperature.
    """

    name: str
    knots: tuple[tuple[float, float], ...]
    origin: ProfileNumber

    @property
    def binding(self) -> bool:
        """Whether a deadline may come from the age that this table counts."""
        return self.origin.binding

    def raw(self, temp_c: float) -> float:
        """The rate at a temperature; the outer slopes go on beyond the table."""
        knots = self.knots
        upper = 1
        while upper < len(knots) - 1 and temp_c > knots[upper][0]:
            upper += 1
        (c0, r0), (c1, r1) = knots[upper - 1], knots[upper]
        x, x0, x1 = (1.0 / (c + ZERO_C_K) for c in (temp_c, c0, c1))
        return exp(log(r0) + (log(r1) - log(r0)) * (x - x0) / (x1 - x0))


@dataclass(slots=True)
class Rates:
    """A table made ready for the fold: never above 1 inside the label, known values kept."""

    table: RateTable
    label_lo_c: float | None
    label_hi_c: float
    _known: dict[float, float]

    @classmethod
    def of(cls, table: RateTable, label_lo_c: float | None, label_hi_c: float) -> Rates:
        return cls(table, label_lo_c, label_hi_c, {})

    def inside(self, temp_c: float) -> bool:
        """Whether a temperature is inside the label, its edges included."""
        low = self.label_lo_c
        return temp_c <= self.label_hi_c and (low is None or temp_c >= low)

    def at(self, temp_c: float) -> float:
        """The rate at a temperature: inside the label time never counts faster than the clock."""
        rate = self._known.get(temp_c)
        if rate is None:
            rate = self.table.raw(temp_c)
            if rate > 1.0 and self.inside(temp_c):
                rate = 1.0
            if len(self._known) < _MOST_KEPT:
                self._known[temp_c] = rate
        return rate

    def mean(self, from_c: float, to_c: float) -> float:
        """The mean rate along a straight line: by trapezoids of at most a kelvin, cut at the label.

        A kelvin's trapezoid is too high by less than 0.3 % at 128 kJ/mol, the steepest slope of
        the shipped table.
        """
        if -1.0 <= to_c - from_c <= 1.0 and self.inside(from_c) and self.inside(to_c):
            return (self.at(from_c) + self.at(to_c)) / 2.0
        if from_c == to_c:
            return self.at(from_c)
        low, high = min(from_c, to_c), max(from_c, to_c)
        edges = [e for e in (self.label_lo_c, self.label_hi_c) if e is not None and low < e < high]
        cuts = [low, *edges, high]
        return sum(self._area(c0, c1) for c0, c1 in pairwise(cuts)) / (high - low)

    def _area(self, from_c: float, to_c: float) -> float:
        """The rate's integral over a range that lies inside the label, or outside, as a whole."""
        inside = self.inside((from_c + to_c) / 2.0)
        steps = max(1, ceil(to_c - from_c))
        width = (to_c - from_c) / steps
        rates = [self.table.raw(from_c + width * step) for step in range(steps + 1)]
        if inside:
            rates = [min(1.0, rate) for rate in rates]
        return width * (sum(rates) - (rates[0] + rates[-1]) / 2.0)


_MOST_KEPT = 20_000


def table_out(table: RateTable) -> dict[str, Any]:
    """A rate table as JSON."""
    return {
        "name": table.name,
        "knots": [list(knot) for knot in table.knots],
        "reference": number_out(table.origin),
    }


def table_in(raw: Any) -> RateTable | None:
    """Read the rate table of a document; raises Invalid naming the field."""
    if raw is None:
        return None
    if not isinstance(raw, Mapping):
        raise Invalid("rate_table is no object", field="rate_table")
    origin = number_in(raw.get("reference"), "rate_table.reference")
    check_number(origin, "rate_table.reference", "°C", "rate_table.reference")
    table = RateTable(
        name=text_in(raw.get("name"), "rate_table.name"),
        knots=_knots_in(raw.get("knots")),
        origin=origin,
    )
    if abs(table.raw(origin.value) - 1.0) > 1e-6:
        raise Invalid(
            "the rate at the reference temperature is not 1",
            field="rate_table.reference.value",
            remedy="divide all rates by the one at the reference temperature",
        )
    return table


def _knots_in(raw: Any) -> tuple[tuple[float, float], ...]:
    try:
        knots = tuple((float(temp_c), float(rate)) for temp_c, rate in raw)
    except (TypeError, ValueError):
        knots = ()
    temps = [temp_c for temp_c, _ in knots]
    if len(knots) < 2 or temps != sorted(set(temps)) or any(r <= 0 for _, r in knots):
        raise Invalid(
            "the rate table has no two rising knots",
            field="rate_table.knots",
            remedy="give at least two pairs [°C, rate], rising in °C, each rate greater than 0",
        )
    return knots


ANTONENAS_URL = (
    "https://biosci.alljournals.cn/view_abstract.aspx?aid=F561DE453A1EEEBF0E7B8B657B98EF71"
)

PROXY_CD34_2006 = RateTable(
    name="proxy_cd34_2006",
    knots=((5.0, 1.0), (21.0, 1.9), (37.0, 28.6)),
    origin=ProfileNumber(
        value=5.0,
        unit="°C",
        source="own calculation from the loss of viable CD34+ cells of 46 harvests at 24, 48 and"
        " 72 h (Antonenas 2006), relative to 5 °C; other cells than T cells, absolute speed"
        " uncertain by a factor of 4",
        grade=Grade.SOURCE_READ,
        basis=Basis.LITERATURE_PROXY,
        url=ANTONENAS_URL,
    ),
)
"""Relative rates between 5 and 37 °C from literature; advisory until a sponsor switches it on."""
