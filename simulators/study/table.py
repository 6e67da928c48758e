"""The study as tables for people and as one document for machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from simulators.study.cases import EXACT, SAFE, Case
from simulators.study.study import Hindsight, Summary

OURS = "ours, admission, least loss"
YARDSTICK = "online Moore–Hodgson"

Results = Mapping[Case, Mapping[str, Summary]]


def bars(results: Results) -> list[dict[str, Any]]:
    """The two promises: hardly a loss at 0.95, and near the yardstick under overload."""
    found: list[dict[str, Any]] = []
    for case, by_order in results.items():
        load, ours = case.season.load, by_order[OURS].loss_pct
        if case.group not in (EXACT, SAFE):
            continue
        if load == 0.95:
            found.append(_bar(case, "loss_pct", ours, 0.1))
        elif load > 1.0:
            over = ours / by_order[YARDSTICK].loss_pct if by_order[YARDSTICK].loss_pct else 1.0
            found.append(_bar(case, "times_online_moore_hodgson", over, 1.15))
    return found


def _bar(case: Case, what: str, value: float, at_most: float) -> dict[str, Any]:
    return {
        "case": f"{case.label}: {case.group}",
        "what": what,
        "value": round(value, 3),
        "at_most": at_most,
        "met": value <= at_most,
    }


def document(results: Results, small: Hindsight, seeds: int) -> dict[str, Any]:
    """All figures, for --json."""
    return {
        "seeds": seeds,
        "cases": [
            {
                "group": case.group,
                "label": case.label,
                "season": asdict(case.season),
                "orders": {name: asdict(summary) for name, summary in by_order.items()},
            }
            for case, by_order in results.items()
        ],
        "hindsight": asdict(small),
        "bars": bars(results),
    }


def show(results: Results, small: Hindsight, console: Console) -> None:
    """Print the tables."""
    for group in dict.fromkeys(case.group for case in results):
        console.print(_losses(group, {c: r for c, r in results.items() if c.group == group}))
    console.print(_fairness(results))
    console.print(_hindsight(small))
    console.print(_bars(results))


def _losses(group: str, results: Results) -> Table:
    table = Table(title=f"Begun too late, % of all ({group})", title_justify="left")
    table.add_column("order")
    for case in results:
        table.add_column(case.label, justify="right")
    for name in next(iter(results.values())):
        cells = [by_order[name] for by_order in results.values()]
        table.add_row(name, *(f"{one.loss_pct:.2f} ±{one.margin_pct:.2f}" for one in cells))
    return table


def _fairness(results: Results) -> Table:
    exact = [case for case in results if case.group == EXACT]
    table = Table(
        title="Mean waiting in minutes · Gini of waiting over 24 applicants", title_justify="left"
    )
    table.add_column("order")
    for case in exact:
        table.add_column(case.label, justify="right")
    for name in results[exact[0]]:
        cells = [results[case][name] for case in exact]
        table.add_row(name, *(f"{one.waiting_min:.0f} · {one.gini:.2f}" for one in cells))
    return table


def _hindsight(small: Hindsight) -> Table:
    table = Table(
        title=f"Losses in a rush hour of 8 to 12 ({small.instances} instances, exact hindsight)",
        title_justify="left",
    )
    table.add_column("order")
    table.add_column("lost", justify="right")
    table.add_row("fewest possible, knowing all beforehand", f"{small.fewest:.2f}")
    for name, lost in small.by_order.items():
        table.add_row(name, f"{lost:.2f}")
    return table


def _bars(results: Results) -> Table:
    table = Table(title=f"Bars, for “{OURS}”", title_justify="left")
    for column in ("case", "figure", "value", "at most", ""):
        table.add_column(column)
    for bar in bars(results):
        row = (bar["case"], bar["what"], f"{bar['value']:.3f}", f"{bar['at_most']:g}")
        table.add_row(*row, "met" if bar["met"] else "missed")
    return table
