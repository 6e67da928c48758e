"""One of our own programs as a part of the local system."""

import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from services.local.children import ChildPlan, end, spawn

_PATIENCE_S = 8


class Program:
    """`python -m MODULE ...` as a child; it is ready as soon as it runs."""

    def __init__(
        self, name: str, module: list[str], environment: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self.log = log
        self._plan = ChildPlan(
            command=[sys.executable, "-P", "-m", *module], log=log, environment=environment
        )
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    def prepare(self) -> None:
        """Nothing is needed before a start."""

    def launch(self) -> None:
        self._process = spawn(self._plan)

    def ask_to_end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        if self._process is not None:
            end(self._process, signal.SIGTERM, _PATIENCE_S)
            self._process = None
