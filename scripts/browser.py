"""Checks the browser code (types, style, format), or formats it, with tools locked for npm."""

import os
import subprocess
import sys
from pathlib import Path

from scripts.machine import prepare
from tests.support.floors import DEMAND_ALL
from tests.support.machine import PARTS, find_javascript

ROOT = Path(__file__).resolve().parent.parent


def tool(folder: Path, name: str) -> str:
    """The program of a locked package."""
    return str(folder / "node_modules/.bin" / name)


def checks(folder: Path) -> list[list[str]]:
    """The commands that have to agree with the code."""
    return [
        [tool(folder, "biome"), "check", "--error-on-warnings"],
        [tool(folder, "tsc"), "--project", "tsconfig.json"],
    ]


def fixes(folder: Path) -> list[list[str]]:
    """The commands that put right what can be put right by itself."""
    return [[tool(folder, "biome"), "check", "--write", "--log-level=error"]]


def main() -> int:
    """`check` (the default) or `fmt`; without the tools it says so, and CI fails."""
    part = next(part for part in PARTS if part.name == "javascript")
    folder = find_javascript() if prepare(part) else None
    if folder is None:
        return int(os.environ.get("COLDLANE_TEST_REQUIRE") == DEMAND_ALL)
    commands = fixes(folder) if "fmt" in sys.argv[1:] else checks(folder)
    results = [subprocess.run(command, cwd=ROOT, check=False).returncode for command in commands]
    if any(results):
        print("browser: `make fmt` formats; docs/explanation/pages.md says how types are written")
    return int(any(results))


if __name__ == "__main__":
    sys.exit(main())
