"""A profile made ready for the fold: each side of its label, its limits, delays and rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from services.core.domain.units import HOUR_US, MINUTE_US, Microseconds, duration_us
from services.core.domain.viability.container import ContainerKind, ContainerRule
from services.core.domain.viability.profile import Limit, LimitKind, MaterialProfile, Side
from services.core.domain.viability.rates import Rates

FASTER = 5.0
"""How much shorter the fast trend looks back, to notice a break. Own choice, grade O."""

_SIGN = {Side.HIGH: 1.0, Side.LOW: -1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A threshold on one side, `beyond_k` from the label, and the time allowed beyond it, if any.

    An allowance is (kind, microseconds, whether it binds); a meter without any only counts.
    """

    key: str
    beyond_k: float
    allowances: tuple[tuple[str, Microseconds, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SideRule:
    """One side of the label. `sign` turns "beyond" into "greater": z = sign · (T − label)."""

    side: Side
    sign: float
    label_c: float
    label_key: str
    limits: tuple[tuple[str, float], ...]
    ladder: tuple[Limit, ...]
    meters: tuple[Meter, ...]
    deadband_k: float
    drift_k_per_us: float

    @property
    def leave_is_allowed(self) -> bool:
        """Whether a band that binds says how long the label may be left on this side."""
        return any(
            meter.beyond_k == 0.0 and any(binds for _, _, binds in meter.allowances)
            for meter in self.meters
        )

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
    lag_us: float
    rates: Rates | None
    kinetic: bool
    container: ContainerRule | None
    charged_us: Microseconds
    joined_us: tuple[Microseconds, ...] = ()

    @classmethod
    @lru_cache(maxsize=1024)
    def of(
        cls,
        profile: MaterialProfile,
        from_us: Microseconds,
        until_us: Microseconds,
        charged_us: Microseconds,
        joined_us: tuple[Microseconds, ...] = (),
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
            lag_us=(profile.optional("lag_tau_min") or 0.0) * MINUTE_US,
            rates=_rates(profile),
            kinetic=is_kinetic(profile),
            container=container_rule(profile),
            charged_us=charged_us,
            joined_us=joined_us,
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
        meters=tuple(_meters(profile, side, sign, label_c)),
        limits=tuple((limit.key, sign * (limit.temperature_c - label_c)) for limit in ladder[1:]),
        deadband_k=profile.value("deadband_k"),
        drift_k_per_us=profile.value(drift) / HOUR_US,
    )


def _meters(profile: MaterialProfile, side: Side, sign: float, label_c: float) -> Iterator[Meter]:
    """What is measured beyond the label: the bands, and the time above the glass transition."""
    for band in profile.bands:
        if band.side is side:
            yield Meter(
                key=f"band_{band.name}",
                beyond_k=sign * (band.threshold.value - label_c),
                allowances=tuple(
                    (kind, round(allowed.value * MINUTE_US), allowed.binding)
                    for kind, allowed in band.allowances.items()
                ),
            )
    glass_c = profile.glass_transition_c
    if side is Side.HIGH and glass_c is not None:
        yield Meter(key=LimitKind.GLASS_TRANSITION.value, beyond_k=glass_c - label_c)


def _rates(profile: MaterialProfile) -> Rates | None:
    table = profile.rate_table
    return None if table is None else Rates.of(table, profile.label_lo_c, profile.label_hi_c)


def is_kinetic(profile: MaterialProfile) -> bool:
    """Whether a mean kinetic temperature says anything: only of what is not frozen."""
    return profile.label_lo_c is not None and profile.label_lo_c >= 0.0


def container_rule(profile: MaterialProfile) -> ContainerRule | None:
    """The container of a profile, made ready; None when it names none."""
    if profile.container is None:
        return None
    number = profile.numbers["container_hold_h"]
    nominal_us = number.value * HOUR_US
    derate = profile.optional("container_derate")
    return ContainerRule(
        kind=ContainerKind(profile.container),
        hold_us=nominal_us,
        cautious_us=nominal_us * (1.0 if derate is None else derate),
        tilt_over_deg=profile.optional("tilt_over_deg"),
        tilt_factor=profile.optional("tilt_factor") or 1.0,
        inverted_over_deg=profile.optional("inverted_over_deg"),
        inverted_factor=profile.optional("inverted_factor") or 1.0,
        melts_c=profile.optional("coolant_melts_c"),
        ambient_c=profile.optional("ambient_qualified_c"),
        binding=number.binding,
    )
