"""`python -m simulators.study --seeds 30`: the queue under load, beside other orders of service."""

from __future__ import annotations

import argparse
import json
import sys

from rich.console import Console
from rich.progress import track

from simulators.study.cases import cases
from simulators.study.orders import ORDERS
from simulators.study.study import hindsight, run_case
from simulators.study.table import document, show

_WIDTH = 130
"""Columns where the output is not a terminal."""


def main() -> None:
    """Run every case and print the tables, or one document with --json."""
    options = _options()
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    console = Console(stderr=options.json, width=None if sys.stdout.isatty() else _WIDTH)
    results = {
        case: run_case(case, seeds, list(ORDERS))
        for case in track(cases(), "cases", console=console, disable=not console.is_terminal)
    }
    small = hindsight()
    if options.json:
        json.dump(document(results, small, options.seeds), sys.stdout, ensure_ascii=False, indent=1)
    else:
        show(results, small, console)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulators.study", description=__doc__)
    parser.add_argument("--seeds", type=int, default=30, help="seasons of 20 days per case")
    parser.add_argument("--first-seed", type=int, default=0, help="to check on other seasons")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    return parser.parse_args()


if __name__ == "__main__":
    main()
