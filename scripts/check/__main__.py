"""Runs every check, prints what is wrong and how to put it right; exits 1 when something is."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from scripts.check.addresses import named_addresses
from scripts.check.compose import compose_problems
from scripts.check.dockerfile import dockerfile_problems
from scripts.check.environment import environment_problems
from scripts.check.generated import stale_files
from scripts.supply.advisories import advisory_problems
from scripts.supply.licences import licence_problems
from scripts.vendor import problems as vendored_problems

ROOT = Path(__file__).resolve().parents[2]
CHECKS: dict[str, Callable[[Path], Iterable[str]]] = {
    "no machine's or registry's address is committed": named_addresses,
    "files made from code are current": stale_files,
    "vendored browser files are what their manifest says": lambda _root: vendored_problems(),
    "deploy/compose.yaml": compose_problems,
    "deploy/Dockerfile": dockerfile_problems,
    "deploy/env.example": environment_problems,
    "licences of every part are known and usable": licence_problems,
    "no locked package has a known hole that is not on the dated list": advisory_problems,
}


def main() -> None:
    bad = 0
    for name, check in CHECKS.items():
        problems = list(check(ROOT))
        print(f"{'bad' if problems else 'ok':4}{name}")
        for problem in problems:
            print(f"      {problem}")
        bad += len(problems)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
