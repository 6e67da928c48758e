"""Installs what the tests need beyond Python packages, or names what this machine cannot run."""

import os
import sys
import time

from tests.support.floors import DEMAND_ALL
from tests.support.machine import PARTS, Part, root_prefix


def prepare(part: Part) -> bool:
    """Whether the part is there in the end; says what it does and what it could not do."""
    if part.found():
        return True
    if part.needs_root and root_prefix() is None:
        print(f"machine: could not run {part.floor}: needs {part.says}, and root to install")
        return False
    print(f"machine: installing {part.says}", flush=True)
    began = time.monotonic()
    try:
        part.install()
    except (RuntimeError, OSError) as problem:
        print(f"machine: could not run {part.floor}: {problem}")
        return False
    print(f"machine: {part.name} is there after {time.monotonic() - began:.0f} s")
    return bool(part.found())


def main() -> None:
    """With names as arguments prepares only those; exits 1 when everything is demanded."""
    names = sys.argv[1:]
    parts = [part for part in PARTS if not names or part.name in names]
    prepared = [prepare(part) for part in parts]
    if not all(prepared) and os.environ.get("COLDLANE_TEST_REQUIRE") == DEMAND_ALL:
        sys.exit(1)


if __name__ == "__main__":
    main()
