"""Runs the benchmarks, prints a table, writes build/bench.json and the machine beside it."""

import argparse
import json
import pkgutil
import sys
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

import benchmarks
from benchmarks.benchmark import Benchmark
from benchmarks.machine import describe_machine

BUILD = Path(__file__).resolve().parent.parent / "build"


def find_benchmarks(only: str) -> list[Benchmark]:
    """Every benchmark in the modules `measure_*`, whose id begins with `only`."""
    names = [each.name for each in pkgutil.iter_modules(benchmarks.__path__)]
    modules = [import_module(f"benchmarks.{n}") for n in names if n.startswith("measure_")]
    found: list[Benchmark] = [each for module in modules for each in module.BENCHMARKS]
    return sorted((each for each in found if each.id.startswith(only)), key=lambda each: each.id)


def show(measured: list[tuple[Benchmark, float | None]], machine: dict[str, object]) -> None:
    table = Table(title="Benchmarks", caption=", ".join(f"{k} {v}" for k, v in machine.items()))
    for title in ("id", "value", "unit", "better", "bar", "aim", ""):
        table.add_column(title, justify="right" if title in ("value", "bar", "aim") else "left")
    for each, value in measured:
        verdict = "ok" if value is None or each.meets(value) else "below the bar"
        shown = "not measured here" if value is None else f"{value:,.3f}"
        bar = "report" if each.bar is None else f"{each.bar:,g}"
        table.add_row(each.id, shown, each.unit, each.better, bar, f"{each.aim:,g}", verdict)
    Console(width=max(Console().width, 120)).print(table, crop=False, soft_wrap=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", default="", help="run those whose id begins so")
    chosen = find_benchmarks(parser.parse_args().only)
    if not chosen:
        sys.exit("no benchmark has an id that begins so")
    machine = describe_machine()
    measured = [(each, each.measure()) for each in chosen]
    BUILD.mkdir(exist_ok=True)
    rows = [each.row(value) for each, value in measured]
    (BUILD / "bench.json").write_text(json.dumps(rows, indent=2) + "\n")
    (BUILD / "machine.json").write_text(json.dumps(machine, indent=2) + "\n")
    show(measured, machine)


if __name__ == "__main__":
    main()
