"""A profile made ready for the fold: each side of its label, its limits, delays and rates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from services.core.domain.units import HOUR_US, MINUTE_US, Microseconds, duration_us
from services.core.domain.viability.profile import Limit, LimitKind, MaterialProfile, Side

FASTER = 5.0
"""How much shorter the fast trend looks back, to notice a break. Own choice, grade O."""

_SIGN = {Side.HIGH: 1.0, Side.LOW: -1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class SideRule:
    """One side of the label. `sign` turns "beyond" into "greater": z = sign · (T − label)."""

    side: Side
    sign: float
    label_c: float
    label_key: str
    limits: tuple[tuple[str, float], ...]
    ladder: tuple[Limit, ...]
    deadband_k: float
    drift_k_per_us: float

    def beyond(self, temp_c: float) -> float:
        """How far the temperature lies beyond the label, in K; negative inside it."""
        return self.sign * (temp_c - self.label_c)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldRules:
    """A profile and a judged window, made ready for the fold."""

    from_us: Microseconds
    until_us: Microseconds
    high: SideRule
    low: SideRule | None
    max_gap_us: Microseconds
    on_delay_us: Microseconds
    off_delay_us: Microseconds
    tau_h: float
    fast_tau_h: float

    @classmethod
    @lru_cache(maxsize=1024)
    def of(
        cls, profile: MaterialProfile, from_us: Microseconds, until_us: Microseconds
    ) -> FoldRules:
        high = side_rule(profile, Side.HIGH)
        if high is None:
            raise ValueError("a profile always has an upper label limit")
        return cls(
            from_us=from_us,
            until_us=until_us,
            high=high,
            low=side_rule(profile, Side.LOW),
            max_gap_us=duration_us(profile.max_gap),
            on_delay_us=round(profile.value("on_delay_min") * MINUTE_US),
            off_delay_us=round(profile.value("off_delay_min") * MINUTE_US),
            tau_h=profile.value("trend_time_constant_min") / 60.0,
            fast_tau_h=profile.value("trend_time_constant_min") / 60.0 / FASTER,
        )


def side_rule(profile: MaterialProfile, side: Side) -> SideRule | None:
    """The rule of one side; None when the label is open there."""
    ladder = profile.limits(side)
    if not ladder or ladder[0].kind is not LimitKind.LABEL:
        return None
    sign, label_c = _SIGN[side], ladder[0].temperature_c
    drift = "gap_drift_up_k_per_h" if side is Side.HIGH else "gap_drift_down_k_per_h"
    return SideRule(
        side=side,
        sign=sign,
        label_c=label_c,
        label_key=ladder[0].key,
        ladder=ladder,
        limits=tuple((limit.key, sign * (limit.temperature_c - label_c)) for limit in ladder[1:]),
        deadband_k=profile.value("deadband_k"),
        drift_k_per_us=profile.value(drift) / HOUR_US,
    )
