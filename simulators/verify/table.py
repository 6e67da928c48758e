"""The comparison as a person reads it: a row a box, a table of the whole, what is broken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from simulators.truth.document import Header
from simulators.verify.loudness import Loudness
from simulators.verify.scores import Score, spread

_MOST_BOXES = 60

_JUSTIFIED: tuple[tuple[Literal["left", "right"], bool], ...] = (
    ("left", True),
    ("right", True),
    ("left", False),
)
"""Of the table of the whole; what a line means is broken rather than a figure cut."""

_COLUMNS = (
    "box",
    "records",
    "lost",
    "twice",
    "altered",
    "exc.",
    "missed",
    "invented",
    "alarms",
    "missed",
    "false",
    "late",
    "forecasts",
    "safe",
)


def show(
    out: Console, header: Header, scores: Sequence[Score], whole: tuple[Score, Loudness]
) -> None:
    """Print everything; of many boxes only those where something is broken."""
    total, loudness = whole
    shown = scores if len(scores) <= _MOST_BOXES else [one for one in scores if one.broken()]
    title = f"{header.scenario}, seed {header.seed}, {len(scores)} boxes"
    table = Table(title=title, box=SIMPLE, collapse_padding=True, pad_edge=False)
    for number, name in enumerate(_COLUMNS):
        table.add_column(name, justify="right" if number else "left", no_wrap=True, min_width=3)
    for score in shown[:_MOST_BOXES]:
        table.add_row(*_cells(score), style="red" if score.broken() else None)
    table.add_section()
    table.add_row(*_cells(total), style="bold")
    out.print(table)
    out.print(_sums(total, loudness))
    for score in shown[:_MOST_BOXES]:
        for example in score.readings.examples:
            out.print(f"{score.name}: {example}", markup=False, highlight=False)


def tell_verdict(out: Console, broken: Sequence[str]) -> None:
    """The last line."""
    verdict = f"broken: {', '.join(broken)}" if broken else "every bound holds"
    out.print(verdict, style="bold red" if broken else "bold green")


def _cells(score: Score) -> list[str]:
    readings, excursions, alarms = score.readings, score.excursions, score.alarms
    forecasts = score.forecasts
    counted = forecasts.by_clock + forecasts.by_limit
    counts = (
        readings.expected,
        readings.lost,
        readings.doubled,
        readings.altered,
        excursions.true - excursions.hidden,
        excursions.missed,
        excursions.invented,
        alarms.due,
        alarms.missed,
        alarms.false,
        alarms.late,
        counted,
    )
    safe = f"{forecasts.safe / counted:.0%}" if counted else "–"
    return [score.name, *(f"{count:,}" for count in counts), safe]


def _sums(total: Score, loudness: Loudness) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2), pad_edge=False)
    for justify, is_whole in _JUSTIFIED:
        table.add_column(justify=justify, no_wrap=is_whole)
    for name, value, meaning in [*_rows(total), _loudness(loudness)]:
        table.add_row(name, value, meaning)
    return table


def _rows(total: Score) -> list[tuple[str, str, str]]:
    readings, excursions = total.readings, total.excursions
    alarms, forecasts = total.alarms, total.forecasts
    counted = forecasts.by_clock + forecasts.by_limit
    return [
        ("records invented", f"{readings.invented:,}", "stored, and no box made them"),
        ("records waiting", f"{readings.waiting:,}", "still in the boxes: radio off, or no answer"),
        ("records later", f"{readings.later:,}", "stored after the run had ended"),
        ("placed off", _seconds(readings.placed_off_s), "where the placed time is not the true"),
        ("excursions hidden", f"{excursions.hidden:,}", "true, and nothing delivered shows them"),
        ("reported only", f"{excursions.instrument:,}", "told as reported by a probe that erred"),
        ("began", _seconds(excursions.began_error_s), "told − true beginning"),
        ("ended", _seconds(excursions.ended_error_s), "told − true end"),
        ("alarms by the papers", f"{alarms.by_papers:,}", "of the box that wrong papers named"),
        ("alarm delay", _seconds(alarms.delay_s), "raised − first knowable"),
        (
            "forecasts overtaken",
            f"{forecasts.overtaken:,}",
            "made before the payload changed its box",
        ),
        ("by the clock", f"{forecasts.by_clock:,}", "forecasts of the hold time's end"),
        ("by a limit", f"{forecasts.by_limit:,}", "forecasts of a limit, or ended by one"),
        ("bias", _hours(forecasts.error_h), "likely − true end, those by a limit"),
        ("safe (9 of 10)", _share(forecasts.safe, counted), "true end not before the safe one"),
        ("safe, by a limit", _share(forecasts.safe_by_limit, forecasts.by_limit), "the same"),
    ]


def _loudness(loudness: Loudness) -> tuple[str, str, str]:
    said = f"{loudness.raised:,} in {loudness.hours:.1f} h"
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(loudness.kinds.items()))
    return ("alarms of all kinds", said, f"{loudness.priority_1} of priority 1; {kinds or 'none'}")


def _seconds(errors: list[float]) -> str:
    return _spread(errors, "s", 1)


def _hours(errors: list[float]) -> str:
    return _spread(errors, "h", 2)


def _spread(errors: list[float], unit: str, digits: int) -> str:
    if not errors:
        return "–"
    told = spread(errors)
    low, mid, high = (told[name] for name in ("lowest", "median", "highest"))
    return f"{mid:+.{digits}f} {unit} ({low:+.{digits}f} … {high:+.{digits}f})"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%} of {whole:,}" if whole else "–"
