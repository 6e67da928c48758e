"""Runs a throw-away TimescaleDB of the community edition: PostgreSQL in WebAssembly, under Node."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.local.children import end


@contextmanager
def running_columnstore(home: Path) -> Iterator[str]:
    """Address of a fresh database. One session stands behind every connection to it."""
    process = subprocess.Popen(
        ["node", "server.mjs"], cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        port = process.stdout.readline().strip().decode() if process.stdout else ""
        if not port:
            raise RuntimeError("the columnstore server ended before it had a port")
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres?sslmode=disable"
    finally:
        end(process, signal.SIGTERM, 10)
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
