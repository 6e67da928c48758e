"""How many examples a property is tried with: all of them, or a tenth when time is short."""

import os


def examples(full: int) -> int:
    """The number for this run: `make test-quick` asks for a tenth, everything else for all."""
    return max(10, full // 10) if os.environ.get("COLDLANE_TEST_QUICK") else full
