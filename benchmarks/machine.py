"""Describes the machine that the figures come from; without it they mean nothing."""

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path


def describe_machine() -> dict[str, object]:
    """Processor, cores, memory, load at this moment, versions."""
    return {
        "processor": _first(r"model name\s*:\s*(.+)", "/proc/cpuinfo"),
        "cores": os.cpu_count(),
        "memory_gib": round(int(_first(r"MemTotal:\s*(\d+)", "/proc/meminfo")) / 2**20, 1),
        "load_1min": os.getloadavg()[0],
        "kernel": platform.release(),
        "python": platform.python_version(),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _first(pattern: str, file: str) -> str:
    found = re.search(pattern, Path(file).read_text())
    return found[1].strip() if found else "0"
