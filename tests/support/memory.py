"""Room in memory for servers of tests: every test's database is hundreds of small files."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - what is made in it has a random name and one owner
_PREFIX = "coldlane-tests-"
_PLENTY_BYTES = 4 << 30


@contextmanager
def quick_room(otherwise: Path) -> Iterator[Path]:
    """A folder in memory where there is plenty of it, else the one on disk; it is gone after."""
    if not _plenty():
        yield otherwise
        return
    _remove_what_killed_runs_left()
    with tempfile.TemporaryDirectory(
        prefix=f"{_PREFIX}{os.getpid()}-", dir=_MEMORY, ignore_cleanup_errors=True
    ) as room:
        yield Path(room)


def _plenty() -> bool:
    """Whether the file system and the machine itself have room: the first does not know of both."""
    try:
        told = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
        available = int(told["MemAvailable"].split()[0]) * 1024
        space = shutil.disk_usage(_MEMORY).free
    except (OSError, KeyError):
        return False
    return min(available, space) > _PLENTY_BYTES and os.access(_MEMORY, os.W_OK)


def _remove_what_killed_runs_left() -> None:
    for folder in _MEMORY.glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if not Path("/proc", owner).exists():
            shutil.rmtree(folder, ignore_errors=True)
