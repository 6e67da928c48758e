"""What is used up on the way, and when nothing will be left of it, likely and cautiously.

Each instant follows from the last reading alone, so that it does not move while nothing is heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from services.core.domain.units import Microseconds, from_us, hours, to_us
from services.core.domain.viability.ageing import age, until_used
from services.core.domain.viability.charge import opened
from services.core.domain.viability.forecast import NEVER, Crossing
from services.core.domain.viability.rates import Rates
from services.core.domain.viability.rules import Meter, SideRule
from services.core.domain.viability.state import Tally
from services.core.domain.viability.verdict import BindingConstraint, Budget, ContainerFacts
from services.core.domain.viability.view import View

BUDGET_WARNING = 0.75
"""Share of a budget after which the verdict warns (domain paper, b 7)."""


def budgets_of(view: View) -> tuple[Budget, ...]:
    """Every budget of the profile: those that bind and those that are only shown."""
    found = [_hold(view), _age(view), *_bands(view), _container(view)]
    return tuple(budget for budget in found if budget is not None)


def _hold(view: View) -> Budget | None:
    start, hold = view.case.hold_from, view.case.profile.hold
    if start is None:
        return None
    return Budget(
        key="hold",
        constraint=BindingConstraint.HOLD_CLOCK,
        used=view.at - start,
        worst_used=view.at - start,
        limit=hold,
        binding=True,
        pace=1.0,
        p10_at=start + hold,
        p50_at=start + hold,
        warns_at=start + BUDGET_WARNING * hold,
    )


def _age(view: View) -> Budget | None:
    """The hold time weighted by temperature; it binds when its table and its budget do."""
    rates, start, state = view.rules.rates, view.case.hold_from, view.state
    if rates is None or start is None:
        return None
    number = view.case.profile.numbers.get("age_budget_h")
    limit = view.case.profile.hold if number is None else hours(number.value)
    used_us = age(state, to_us(start), to_us(view.at), rates)
    last_us = to_us(start) if state.at_us is None else state.at_us
    then_us = age(state, to_us(start), last_us, rates)
    over = _aged(view, rates, last_us, limit, then_us)
    return Budget(
        key="age",
        constraint=BindingConstraint.AGE_BUDGET,
        used=_us(used_us),
        worst_used=_us(used_us + state.worst_age_us),
        limit=limit,
        binding=rates.table.binding and (number is None or number.binding),
        pace=1.0 if state.at_us is None else rates.at(state.at_c),
        p10_at=over.p10,
        p50_at=over.p50,
        warns_at=_aged(view, rates, last_us, BUDGET_WARNING * limit, then_us).p50,
    )


def _aged(
    view: View, rates: Rates, last_us: Microseconds, limit: timedelta, then_us: float
) -> Crossing:
    """When an age is reached, going on at the last temperature; cautiously, no slower than time."""
    state, limit_us = view.state, limit / timedelta(microseconds=1)
    left_us, least_us = limit_us - then_us, limit_us - then_us - state.worst_age_us
    if state.at_us is None:
        likely, cautious = left_us, least_us
    else:
        rate = rates.at(state.at_c)
        likely, cautious = left_us / rate, least_us / max(rate, 1.0)
        if view.open_gap and least_us > 0:
            drift = view.rules.high.drift_k_per_us
            cautious = min(cautious, until_used(rates, state.at_c, drift, least_us))
    last = from_us(last_us)
    return Crossing(p10=last + _us(min(cautious, likely)), p50=last + _us(likely))


def _bands(view: View) -> Iterator[Budget]:
    for rule in (view.rules.high, view.rules.low):
        for meter in () if rule is None else rule.meters:
            if rule is not None and meter.allowances:
                yield from _allowances(view, rule, meter)


def _allowances(view: View, rule: SideRule, meter: Meter) -> Iterator[Budget]:
    tally = view.state.tallies.get(meter.key, Tally())
    since_us = view.state.at_us
    running = _us(to_us(view.at) - since_us) if tally.is_open and since_us is not None else _us(0)
    crossing = _threshold(view, rule, meter, tally)
    for kind, allowed_us, binding in meter.allowances:
        single = kind == "single"
        used_us = (tally.run_us if tally.is_open else 0) if single else tally.total_us
        worst_us = (tally.worst_run_us if tally.is_open else 0) if single else tally.worst_total_us
        left, least = _us(allowed_us - used_us), _us(allowed_us - worst_us)
        # An earlier run is over: what runs now does not make it longer.
        past = _us(tally.worst_longest_us) if single else _us(0)
        yield Budget(
            key=f"{meter.key}_{kind}",
            constraint=BindingConstraint.EXCURSION_BUDGET,
            used=_us(used_us) + running,
            worst_used=max(_us(worst_us) + running, past),
            limit=_us(allowed_us),
            binding=binding,
            pace=1.0 if tally.is_open else 0.0,
            p10_at=crossing.p10 and crossing.p10 + least,
            p50_at=crossing.p50 and crossing.p50 + left,
            warns_at=_warns_at(crossing, left, _us(allowed_us)),
        )


def _threshold(view: View, rule: SideRule, meter: Meter, tally: Tally) -> Crossing:
    """When the temperature is beyond the threshold: since the last reading, or by the forecast."""
    if view.outlook is None:
        return NEVER
    if tally.is_open:
        return Crossing(p10=view.outlook.at, p50=view.outlook.at)
    return view.outlook.crossing(rule, rule.label_c + rule.sign * meter.beyond_k, out=False)


def _warns_at(crossing: Crossing, left: timedelta, limit: timedelta) -> datetime | None:
    at = crossing.p50
    return None if at is None else at + left - (1.0 - BUDGET_WARNING) * limit


def _us(value: float) -> timedelta:
    return timedelta(microseconds=round(value))


def _container(view: View) -> Budget | None:
    """A container's charge; an estimate that a measured payload temperature has refuted is none.

    Cautiously the box goes on leaning, or open, as it is now; likely it is put upright and shut.
    """
    rule, state = view.rules.container, view.state
    if rule is None:
        return None
    base_us, factor = _charge_base(view), rule.factor(state.tilt_deg, state.ambient_c)
    base, running = from_us(base_us), max(0, to_us(view.at) - base_us)
    worst_pace = max(opened(state, factor), 1.0)
    p10_at = base + _us((rule.cautious_us - state.worst_container_us) / worst_pace)
    warning_us = BUDGET_WARNING * rule.cautious_us - state.worst_container_us
    return Budget(
        key="container",
        constraint=BindingConstraint.CONTAINER,
        used=_us(state.container_us + running * factor),
        worst_used=_us(state.worst_container_us + running * worst_pace),
        limit=_us(rule.hold_us),
        binding=rule.binding and not _outlived(view, p10_at),
        pace=factor,
        p10_at=p10_at,
        p50_at=base + _us(rule.hold_us - state.container_us),
        warns_at=base + _us(warning_us / worst_pace),
    )


def _charge_base(view: View) -> Microseconds:
    """Until when the charge is counted by readings."""
    at_us = view.state.container_at_us
    return view.rules.charged_us if at_us is None else at_us


def _outlived(view: View, p10_at: datetime) -> bool:
    """Whether a reading inside the label is later than the instant estimated."""
    out = any(e.inside_at is None for e in view.excursions)
    return view.outlook is not None and not out and view.outlook.since >= p10_at


def container_facts(view: View, budgets: Sequence[Budget]) -> ContainerFacts | None:
    """What the pages show of the container."""
    rule = view.rules.container
    found = [budget for budget in budgets if budget.key == "container"]
    if rule is None or not found:
        return None
    charge, zero = found[0], timedelta(0)
    entered = view.case.clocks.container_charged_at is not None
    swapped = view.state.container_at_us is not None and not view.state.container_known
    return ContainerFacts(
        remaining=max(zero, charge.limit - charge.used),
        cautious_remaining=max(zero, _us(rule.cautious_us) - charge.worst_used),
        charge_known=entered and not swapped,
        outlived=charge.p10_at is not None and _outlived(view, charge.p10_at),
    )
