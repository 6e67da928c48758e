"""`python -m services.ingest`."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """The process; returns its exit code."""
    gc.disable()  # what is imported is no garbage: looking through it is a quarter of the start
    from services.ingest.process import main as serve

    return serve()


if __name__ == "__main__":
    sys.exit(main())
